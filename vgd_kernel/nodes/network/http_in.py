"""The http in node: makes a message of each request to a URL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from vgd_kernel.model import ByField, Context, Node, NodeSpec, text_field
from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.fields import Flag, Text
from vgd_kernel.model.network import HttpRequest, HttpResponse, HttpRoute, HttpServer
from vgd_kernel.model.node import hidden_field


class HttpIn(Node):
    """Makes a message of each HTTP request to a URL.

    - **URL**: a path, with `:name` for parts that go to `msg.req.params`
    - `msg.payload`: the query of a GET; else the body: an object of JSON or a form, text, or a
      buffer of anything else
    - `msg.req`: the request: `headers`, `query`, `params`, `cookies`, `body`, `files`, …
    - `msg.res`: for an **http response** node, which every request needs
    - **accept file uploads**: a POST of `multipart/form-data` has its files in `msg.req.files`
    - **do not parse the body**: `msg.payload` is a buffer whatever came

    A body that is not what its content type says is answered with 500 and a warning. All http in
    nodes of a process listen on one port, see the setting `http_port`.
    """

    spec = NodeSpec(
        type="http in",
        category="network",
        color="#E7E7AE",
        icon="globe",
        inputs=0,
        gives={"payload": ByField("method", {"get": ("object",)})},
        tags=("server", "rest", "api", "webhook", "request"),
    )

    method: Literal["get", "post", "put", "delete", "patch"] = Field(default="get", title="Method")
    url: Text = text_field("", title="URL", description="Such as /things/:id.")
    upload: Flag = Field(default=False, title="Accept file uploads")
    skipBodyParsing: Flag = Field(  # noqa: N815 - Node-RED's name
        default=False, title="Do not parse the body"
    )
    swaggerDoc: Text = hidden_field("")  # noqa: N815 - Node-RED's name

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Write the method in small letters; older entries may lack it."""
        return {**raw, "method": str(raw.get("method") or "get").lower()}

    def start(self, ctx: Context) -> None:
        """Listen."""
        if not self.url:
            ctx.log("missing path", level="warn")
            return
        send, body = ctx.send, self.method != "get"

        def handle(request: HttpRequest, response: HttpResponse) -> None:
            if not ctx.has_room:
                response.answer(503, [("Retry-After", "1")], b"the queue of the flow is full")
                return
            msg: dict[str, Any] = {"_msgid": ctx.new_id(), "req": request, "res": response}
            if body:
                msg["payload"] = request.get("body", "")
            else:
                msg["payload"] = request["query"]
            send(msg)

        url = self.url if self.url[0] == "/" else "/" + self.url
        route = HttpRoute(
            self.method,
            url,
            handle,
            lambda text: ctx.log(text, level="warn"),
            upload=self.upload,
            raw=self.skipBodyParsing,
        )
        server = ctx.service(HttpServer)  # type: ignore[type-abstract]  # by protocol
        try:
            ctx.on_close(server.add_route(route))
        except FlowError as error:
            ctx.status("red", "ring", str(error).partition(";")[0])
            ctx.error(error)


__all__ = ("HttpIn",)
