"""Bodies of HTTP requests, read as Node-RED's http in node does; no I/O."""

from __future__ import annotations

import email.parser
import email.policy
from typing import Any

from vgd_kernel.model.errors import ExpressionError, FlowError
from vgd_kernel.model.typed import parse_json
from vgd_kernel.services.network.query import parse_query, put

LIMIT_BYTES = 5 * 1024 * 1024
"""Largest JSON or form body; Node-RED's ``apiMaxLength`` has the same default."""

_BINARY = frozenset({"octet-stream", "cbor", "x-protobuf"})


def read_body(
    headers: dict[str, Any],
    body: bytes,
    *,
    upload: bool = False,
    raw: bool = False,
    limit_bytes: int = LIMIT_BYTES,
) -> tuple[Any, list[dict[str, Any]]]:
    """Return what a body holds, and the files in it.

    Args:
        headers: Of the request, names in small letters.
        body: All of it.
        upload: Read ``multipart/form-data``.
        raw: Return bytes whatever it is.
        limit_bytes: Largest JSON or form.

    Raises:
        FlowError: It is not what its content type says, or too large.
    """
    if raw:
        return body, []
    kind, _, rest = str(headers.get("content-type", "")).partition(";")
    kind = kind.strip().lower()
    has_body = "transfer-encoding" in headers or "content-length" in headers
    if has_body and kind in ("application/json", "application/x-www-form-urlencoded"):
        if len(body) > limit_bytes:
            raise FlowError(
                f"request entity too large: {len(body)} bytes; expected at most {limit_bytes}."
            )
        text = body.decode(_charset(rest), "replace")
        return (_json(text) if kind == "application/json" else parse_query(text)), []
    if upload and kind == "multipart/form-data":
        return _parts(f"{kind};{rest}", body)
    return (body.decode("utf-8", "replace") if _is_text(kind, body) else body), []


def _charset(parameters: str) -> str:
    for item in parameters.split(";"):
        name, _, value = item.strip().partition("=")
        if name.lower() == "charset":
            charset = value.strip('" ').lower()
            if charset.startswith("utf-") or charset in ("iso-8859-1", "us-ascii"):
                return charset
            raise FlowError(
                f'unsupported charset "{charset.upper()}"; expected utf-8. Send the body as UTF-8.'
            )
    return "utf-8"


def _json(text: str) -> Any:
    if not text:
        return {}
    try:
        value = parse_json(text)
    except ExpressionError as error:
        raise FlowError(f"the body of the request is {error}") from None
    if not isinstance(value, (dict, list)):
        raise FlowError(
            f"the body of the request is the JSON value {text[:40]!r}; expected an object or a "
            "list. Send other values as text/plain."
        )
    return value


def _is_text(kind: str, body: bytes) -> bool:
    type, _, subtype = kind.partition("/")
    if not subtype or type == "text" or subtype == "xml" or subtype.endswith("+xml"):
        return True
    if type != "application" or subtype in _BINARY:
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parts(content_type: str, body: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1")
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise FlowError(
            "the body of the request has no parts; expected multipart/form-data with the boundary "
            "that its content type names."
        )
    fields: dict[str, Any] = {}
    files = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        file = part.get_filename()
        if file is None:
            put(fields, str(name), content.decode("utf-8", "replace"))
        else:
            files.append(
                {
                    "fieldname": str(name),
                    "originalname": file,
                    "encoding": str(part.get("content-transfer-encoding", "7bit")),
                    "mimetype": part.get_content_type(),
                    "buffer": content,
                    "size": len(content),
                }
            )
    return fields, files


__all__ = ("LIMIT_BYTES", "read_body")
