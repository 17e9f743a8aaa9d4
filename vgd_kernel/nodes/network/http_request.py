"""The http request node: asks an HTTP server and sends its answer on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from vgd_kernel.model import ByField, Context, Message, NodeSpec, Receive, config_field, text_field
from vgd_kernel.model.credentials import NodeWithCredentials
from vgd_kernel.model.fields import Flag, Text
from vgd_kernel.model.network import HttpClient, NetworkTimes
from vgd_kernel.model.node import hidden_field
from vgd_kernel.nodes.network._headers import Header
from vgd_kernel.nodes.network._http_requester import Requester


class HttpRequestNode(NodeWithCredentials):
    """Asks an HTTP server, and sends a message with its answer.

    - **URL**: with `{{name}}` for properties of the message; `msg.url` when empty
    - **method**: or that of `msg.method`
    - `msg.payload`: the body; an object becomes JSON, or a form when the content type says so.
      With a GET it is ignored, appended to the URL as its query, or sent as the body
    - `msg.headers`, `msg.cookies`: besides the headers set here
    - `msg.requestTimeout`: milliseconds; `msg.followRedirects`: false stays at the first answer;
      `msg.rejectUnauthorized`: false accepts any certificate

    The answer: `msg.payload` (text, buffer or object), `msg.statusCode`, `msg.headers`,
    `msg.responseUrl`, `msg.responseCookies`, `msg.redirectList`. Without an answer a **catch** node
    hears of it; unless *only send errors to catch nodes* is on, the message goes on too, with the
    code in `msg.statusCode`. User and password are credentials.
    """

    spec = NodeSpec(
        type="http request",
        category="network",
        color="#E7E7AE",
        icon="globe",
        gives={"payload": ByField("ret", {"txt": ("string",), "bin": ("buffer",)})},
        tags=("client", "rest", "api", "fetch", "curl", "get", "post"),
    )

    method: Literal["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "use"] = Field(
        default="GET", title="Method", description="use: that of msg.method."
    )
    ret: Literal["txt", "bin", "obj"] = Field(
        default="txt", title="Return", description="Text, buffer, or object read from JSON."
    )
    paytoqs: Literal["ignore", "query", "body"] = Field(default="ignore", title="Payload of a GET")
    url: Text = text_field("", title="URL", description="msg.url when empty.")
    tls: Text = config_field("tls-config", title="TLS configuration")
    persist: Flag = Field(default=False, title="Keep connections open")
    proxy: Text = config_field("http proxy", title="Proxy")
    insecureHTTPParser: Flag = Field(  # noqa: N815 - Node-RED's name
        default=False,
        title="Accept bad headers",
        description="Headers that break the rules of HTTP are accepted in any case.",
    )
    authType: Literal["", "basic", "digest", "bearer"] = Field(  # noqa: N815 - Node-RED's name
        default="", title="Authentication"
    )
    senderr: Flag = Field(default=False, title="Only send errors to catch nodes")
    headers: list[Header] = Field(default_factory=list, title="Headers")
    useAuth: Flag = hidden_field(False)  # noqa: N815 - Node-RED's name

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Rewrite what older entries hold otherwise."""
        entry = {key: value for key, value in raw.items() if value is not None}
        method = str(entry.get("method") or "GET")
        entry["method"] = method if method == "use" else method.upper()
        entry["ret"] = entry.get("ret") or "txt"
        old = {True: "query", False: "ignore", "": "ignore", "true": "query", "false": "ignore"}
        entry["paytoqs"] = old.get(entry.get("paytoqs", False), entry.get("paytoqs"))
        if not isinstance(entry.get("headers"), list):
            entry["headers"] = []
        return entry

    def start(self, ctx: Context) -> Receive:
        """Ask in a task per message; connections are kept until the node stops."""
        session = ctx.service(HttpClient).session()  # type: ignore[type-abstract]  # by protocol
        ctx.on_close(session.close)
        times = ctx.service(NetworkTimes)
        requester = Requester(self, self._credentials, ctx, session, times.http_request_timeout_s)
        ctx.on_close(ctx.status)

        async def receive(msg: Message) -> None:
            await requester.handle(msg)

        return receive


__all__ = ("HttpRequestNode",)
