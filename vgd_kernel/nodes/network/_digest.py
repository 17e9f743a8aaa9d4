"""Digest authentication (RFC 7616)."""

from __future__ import annotations

import hashlib
import re
import secrets

from vgd_kernel.model.errors import FlowError

_PAIR = re.compile(r'([a-z0-9_-]+)=(?:"([^"]+)"|([a-z0-9_-]+))', re.IGNORECASE)
_AUTH = re.compile(r"(^|,)\s*auth\s*($|,)")
_BARE = frozenset({"qop", "nc", "algorithm"})


def digest_header(
    challenge: str, *, user: str, password: str, method: str, path: str, nonce: str = ""
) -> str:
    """Return the ``Authorization`` header that answers a challenge.

    Args:
        challenge: The ``WWW-Authenticate`` header.
        user: Name.
        password: Secret.
        method: Of the request.
        path: Of the request, with its query.
        nonce: The client's own; a fresh one when empty.

    Raises:
        FlowError: The challenge lacks what it must have.
    """
    given = {found[1]: found[2] or found[3] for found in _PAIR.finditer(challenge)}
    for name in ("nonce", "realm"):
        if name not in given:
            raise FlowError(
                f"the server's digest challenge has no {name}; expected one. Use another kind of "
                "authentication."
            )
    algorithm = given.get("algorithm", "")
    session = algorithm.lower().endswith("-sess")
    quality = "auth" if _AUTH.search(given.get("qop", "")) else ""
    own = nonce or secrets.token_hex(16)
    first = _hash(algorithm, f"{user}:{given['realm']}:{password}")
    if session:
        first = _hash(algorithm, f"{first}:{given['nonce']}:{own}")
    second = _hash(algorithm, f"{method}:{path}")
    middle = f"{given['nonce']}:00000001:{own}:auth" if quality else given["nonce"]
    fields = {
        "username": user, "realm": given["realm"], "nonce": given["nonce"], "uri": path,
        "qop": quality, "response": _hash(algorithm, f"{first}:{middle}:{second}"),
        "nc": "00000001" if quality else "", "cnonce": own if quality else "",
        "algorithm": algorithm, "opaque": given.get("opaque", ""),
    }  # fmt: skip
    return "Digest " + ", ".join(
        f"{name}={value}" if name in _BARE else f'{name}="{value}"'
        for name, value in fields.items()
        if value
    )


def _hash(algorithm: str, text: str) -> str:
    match algorithm.lower().removesuffix("-sess"):
        case "sha-256":
            return hashlib.sha256(text.encode()).hexdigest()
        case "sha-512-256":
            return hashlib.sha512(text.encode()).hexdigest()[:64]
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - the server chose it


__all__ = ("digest_header",)
