"""A request to the admin API and the forms of its answers, those of Express."""

from __future__ import annotations

import base64
import hashlib
import http
from dataclasses import dataclass, field
from typing import Any

from vgd_kernel.model.errors import FlowSyntaxError
from vgd_kernel.services.network.asgi import Answer
from vgd_kernel.services.network.query import parse_query
from vgd_kernel.services.runtime.errors import RefusedError
from vgd_kernel.services.runtime.json_text import read_json, write_json

LIMIT_BYTES = 200 * 1024 * 1024
"""Largest body. Node-RED's ``apiMaxLength`` is 5 MB at first and has to be raised for big flows."""

_HASH_CHARACTERS = 27
"""Characters of a SHA-1 in base64, without the padding, as Express has it."""


@dataclass(slots=True)
class User:
    """Who asks.

    Attributes:
        name: Empty for one who did not say.
        permissions: ``*``, ``read`` or single ones such as ``flows.write``.
        anonymous: They did not log in.
    """

    name: str
    permissions: tuple[str, ...]
    anonymous: bool = False


@dataclass(slots=True)
class AdminRequest:
    """A request to the admin API.

    Attributes:
        method: In capital letters.
        path: Below the API's root.
        params: From the path.
        query: Of the URL.
        headers: Names in small letters.
        body: As it came.
        user: Who asks; None when nobody has to log in.
    """

    method: str
    path: str
    params: dict[str, str]
    query: dict[str, Any]
    headers: dict[str, Any]
    body: bytes = b""
    user: User | None = field(default=None)

    def data(self) -> Any:
        """Return the body's JSON or form; an empty object when there is neither.

        Raises:
            RefusedError: It cannot be read.
        """
        kind, _, _ = str(self.headers.get("content-type", "")).partition(";")
        kind = kind.strip().lower()
        if not self.body or kind not in ("application/json", "application/x-www-form-urlencoded"):
            return {}
        if len(self.body) > LIMIT_BYTES:
            raise RefusedError(f"the body has more than {LIMIT_BYTES} bytes.", status=413)
        if kind != "application/json":
            return parse_query(self.body.decode("utf-8", "replace"))
        try:
            found = read_json(self.body, "the body")
        except FlowSyntaxError as error:
            raise RefusedError(str(error)) from None
        if not isinstance(found, (dict, list)):
            raise RefusedError("the body is JSON of one value; expected an object or an array.")
        return found

    def fields(self) -> dict[str, Any]:
        """Return the body's object, an empty one when it holds something else."""
        found = self.data()
        return found if isinstance(found, dict) else {}


def json_answer(value: Any, status: int = 200) -> Answer:
    """Return a value as JSON."""
    return _tagged(status, "application/json; charset=utf-8", write_json(value))


def html_answer(text: str) -> Answer:
    """Return a text as a page."""
    return _tagged(200, "text/html; charset=utf-8", text.encode())


def status_answer(status: int) -> Answer:
    """Return a status with its name as text."""
    name = http.HTTPStatus(status).phrase
    return _tagged(status, "text/plain; charset=utf-8", name.encode())


def empty_answer(status: int = 204) -> Answer:
    """Return a status alone."""
    return status, (), b""


def error_answer(error: RefusedError) -> Answer:
    """Return what was refused, as Node-RED does."""
    return json_answer({"code": error.code, "message": str(error)}, error.status)


def _tagged(status: int, kind: str, body: bytes) -> Answer:
    digest = hashlib.sha1(body, usedforsecurity=False).digest()
    tag = f'W/"{len(body):x}-{base64.b64encode(digest).decode()[:_HASH_CHARACTERS]}"'
    return status, (("Content-Type", kind), ("ETag", tag)), body


__all__ = (
    "LIMIT_BYTES",
    "AdminRequest",
    "User",
    "empty_answer",
    "error_answer",
    "html_answer",
    "json_answer",
    "status_answer",
)
