"""How Node-RED encrypts credentials: AES-256-CTR, keyed by the SHA-256 of a secret text.

The file holds ``{"$": IV + TEXT}``: 32 hex digits of the initial vector, then base64. The cipher
has no check sum; a wrong secret shows in a text that is not JSON.
Source: Node-RED, ``nodes/credentials.js``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.errors import FlowSyntaxError
from vgd_kernel.services.runtime.json_text import read_json, write_json

MARK = "$"
"""The one key of encrypted credentials."""

_VECTOR_BYTES = 16


def encrypt(secret: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return credentials encrypted, with a fresh initial vector."""
    vector = secrets.token_bytes(_VECTOR_BYTES)
    encrypted = _apply(secret, vector, write_json(values))
    return {MARK: vector.hex() + base64.b64encode(encrypted).decode()}


def decrypt(secret: str, data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the credentials of `encrypt`, None when the secret is another one."""
    text = str(data[MARK])
    try:
        vector = bytes.fromhex(text[: 2 * _VECTOR_BYTES])
        plain = _apply(secret, vector, base64.b64decode(text[2 * _VECTOR_BYTES :]))
        found = read_json(plain, "the text")
    except (ValueError, binascii.Error, FlowSyntaxError):
        return None
    return found if isinstance(found, dict) else None


def is_encrypted(data: Mapping[str, Any]) -> bool:
    """Tell whether credentials are encrypted."""
    return MARK in data and len(data) == 1


def _apply(secret: str, vector: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    cipher = Cipher(algorithms.AES(hashlib.sha256(secret.encode()).digest()), modes.CTR(vector))
    both = cipher.encryptor()  # the two directions of a stream cipher are the same
    return both.update(data) + both.finalize()


__all__ = ("MARK", "decrypt", "encrypt", "is_encrypted")
