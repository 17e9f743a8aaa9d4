"""The http proxy node: which proxy http request nodes use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from pydantic import Field

from vgd_kernel.model import Context, NodeSpec, text_field
from vgd_kernel.model.credentials import NodeWithCredentials
from vgd_kernel.model.fields import Text


class HttpProxy(NodeWithCredentials):
    """A proxy that **http request** nodes go through.

    - **URL**: `http://host:port`; user and password are credentials
    - **without proxy for**: hosts that are asked directly: `example.com`, `.example.com`,
      `*.example.com`, `example.com:8080`, `*`
    """

    spec = NodeSpec(
        type="http proxy",
        category="network",
        color="#C0C0C0",
        icon="gear",
        inputs=0,
        outputs=0,
        config=True,
    )
    credential_fields: ClassVar[Mapping[str, Literal["text", "password"]]] = {
        "username": "text",
        "password": "password",
    }

    url: Text = text_field("", title="URL", description="http://host:port")
    noproxy: list[Text] = Field(default_factory=list, title="Without proxy for")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill the list that older entries lack."""
        return {**raw, "noproxy": raw.get("noproxy") or []}

    def start(self, ctx: Context) -> None:
        """Only hold the config."""

    def address(self) -> str:
        """Return the URL with user and password."""
        user, password = self._credentials["username"], self._credentials["password"]
        scheme, separator, rest = self.url.partition("://")
        if not separator or not (user or password):
            return self.url
        return f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{rest}"


__all__ = ("HttpProxy",)
