"""The global configuration: environment values of the whole document."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from vgd_kernel.model import Context, Node, NodeSpec, Receive
from vgd_kernel.model.fields import Item, Text


class GlobalVariable(Item):
    """One environment value of the whole document."""

    name: Text = Field(default="", title="Name")
    type: Text = Field(default="str", title="Type")
    value: Any = Field(default="", title="Value")


class GlobalConfig(Node):
    """Holds environment values that every node of the document sees.

    A group, a tab or a subflow may hold other values under the same names; those come first. It
    does nothing by itself, and one is enough.
    """

    spec = NodeSpec(
        type="global-config",
        category="common",
        color="#DDDDDD",
        icon="globe",
        inputs=0,
        outputs=0,
        config=True,
        tags=("environment", "variables", "settings"),
    )

    env: list[GlobalVariable] = Field(default=[], title="Environment variables")

    def start(self, ctx: Context) -> Receive | None:
        """Do nothing: the engine reads the values before any node starts."""
        return None
