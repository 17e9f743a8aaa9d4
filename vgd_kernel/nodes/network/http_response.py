"""The http response node: answers a request that an http in node took."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from vgd_kernel.model import UNDEFINED, Context, Message, Node, NodeSpec, Receive, text_field
from vgd_kernel.model.errors import ThrownError
from vgd_kernel.model.fields import NumberText
from vgd_kernel.model.javascript_values import parse_float, to_text, truthy
from vgd_kernel.model.network import HttpResponse
from vgd_kernel.nodes.network._headers import drop_unchanged
from vgd_kernel.nodes.network._http_answer import Answer


class HttpResponseNode(Node):
    """Answers the request of an **http in** node.

    - `msg.payload`: the body; an object becomes JSON
    - `msg.statusCode`: when none is set here; else 200
    - `msg.headers`: headers besides those set here
    - `msg.cookies`: cookies to set: texts, or objects with `value`, `path`, `domain`, `expires`,
      `maxAge` (milliseconds), `httpOnly`, `secure`, `sameSite`; null clears a cookie

    The message must be the one of the http in node, or at least carry its `msg.res`.
    """

    spec = NodeSpec(
        type="http response",
        category="network",
        color="#E7E7AE",
        icon="globe",
        outputs=0,
        align_right=True,
        tags=("server", "rest", "api", "answer"),
    )

    statusCode: NumberText = text_field("", title="Status code")  # noqa: N815 - Node-RED's name
    headers: dict[str, Any] = Field(default_factory=dict, title="Headers")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill headers that older entries lack."""
        return {**raw, "headers": raw.get("headers") or {}}

    def start(self, ctx: Context) -> Receive:
        """Read the status code once."""
        own_status = _status(self.statusCode)

        def receive(msg: Message) -> None:
            response = msg.get("res")
            if not isinstance(response, HttpResponse):
                if truthy(response):
                    raise ThrownError(
                        "Cannot read properties of undefined (reading 'set')", kind="TypeError"
                    )
                ctx.log("No response object", level="warn", msg=msg)
                return
            answer = Answer(response.request)
            drop_unchanged(msg)
            for name, value in self.headers.items():
                answer.set(name, value)
            given = msg.get("headers")
            for name, value in given.items() if isinstance(given, dict) else ():
                if name not in self.headers:
                    answer.set(name, value)
            _set_cookies(answer, msg.get("cookies"))
            answer.status = own_status or _status(msg.get("statusCode", "")) or 200
            if not 100 <= answer.status <= 999:
                raise ThrownError(f"Invalid status code: {answer.status}", kind="RangeError")
            answer.write(msg.get("payload", UNDEFINED))
            response.answer(answer.status, answer.headers(), answer.body)

        return receive


def _status(value: Any) -> int:
    number = parse_float(to_text(value))
    return 0 if math.isnan(number) else int(number)


def _set_cookies(answer: Answer, cookies: Any) -> None:
    if not isinstance(cookies, dict):
        return
    for name, value in cookies.items():
        options = value if isinstance(value, dict) else {}
        content = value.get("value", UNDEFINED) if isinstance(value, dict) else value
        if content is None:
            answer.clear_cookie(name, options)
        else:
            answer.cookie(name, content, options)


__all__ = ("HttpResponseNode",)
