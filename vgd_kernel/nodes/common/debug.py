"""The debug node: shows messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pydantic import Field, model_validator

from vgd_kernel.model import Context, Message, Node, NodeSpec, Receive, hidden_field, typed_field
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import Text, check_input, field
from vgd_kernel.model.inspection import inspect
from vgd_kernel.model.message import UNDEFINED
from vgd_kernel.model.typed import compile_input
from vgd_kernel.nodes.common._debug_status import status_writer

TOGGLE = "__debug_active__"
"""Key of a message that switches a debug node on (true) or off (false) and is not shown."""


class Debug(Node):
    """Shows messages in the debug panel, in the log, or as the node's own status.

    **Input**: any message.

    **Output**: what is shown is one property (`payload` at first), the result of a JSONata
    expression, or the whole message. The button switches the node off and on; switched off it
    shows nothing in the panel.

    **Status** shows the same value (*auto*), another property or expression, or a count of the
    messages, cut at 32 characters. An expression that fails is logged.
    """

    spec = NodeSpec(
        type="debug",
        category="common",
        color="#87A980",
        icon="debug",
        outputs=0,
        button="toggle",
        align_right=True,
        tags=("print", "show", "inspect", "sink"),
    )
    shows_empty_name: ClassVar[bool] = True

    active: bool = Field(default=True, title="Active", description="The state of the button.")
    tosidebar: bool = Field(default=True, title="Debug panel", description="Show messages there.")
    console: bool = Field(default=False, title="Log", description="Write to the run's log.")
    tostatus: bool = Field(default=False, title="Status", description="Show below the node.")
    complete: Text = typed_field(
        "false", title="Show", type_field="targetType", types=("msg", "full", "jsonata")
    )
    targetType: str = hidden_field("msg")  # noqa: N815 - Node-RED's name
    statusVal: Text = typed_field(  # noqa: N815 - Node-RED's name
        "",
        title="Status shows",
        type_field="statusType",
        types=("auto", "msg", "jsonata", "counter"),
    )
    statusType: str = hidden_field("auto")  # noqa: N815 - Node-RED's name

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave out or null."""
        entry = {key: value for key, value in raw.items() if value is not None}
        if entry.get("complete") in ("", False):
            entry["complete"] = "false"
        if "targetType" not in entry:
            entry["targetType"] = "full" if str(entry.get("complete")).lower() == "true" else "msg"
        return entry

    @model_validator(mode="after")
    def _check(self) -> Debug:
        check_input(self._shown_path(), self._shown_type(), what="complete")
        if self.statusType in ("msg", "jsonata") and self.statusVal:
            check_input(self.statusVal, self.statusType, what="statusVal")
        return self

    def _shown_type(self) -> str:
        return "jsonata" if self.targetType == "jsonata" else "msg"

    def _shown_path(self) -> str:
        return "payload" if self.complete == "false" else self.complete

    def start(self, ctx: Context) -> Receive:
        """Compile what is shown."""
        whole = self.targetType != "jsonata" and self.complete == "true"
        path = self._shown_path()
        with field(ctx, "complete"):
            value_of = _lenient(compile_input(path, self._shown_type(), ctx), self._shown_type())
        show_status = status_writer(self, ctx, value_of) if self.tostatus else None
        active, panel, own = self.active, self.tosidebar, ctx.id
        show_debug, log = ctx.debug, self.console

        def receive(msg: Message) -> None:
            nonlocal active
            if TOGGLE in msg:
                active = bool(msg[TOGGLE])
                return
            if "status" in msg and _is_about(msg["status"], own):
                return
            if show_status is not None:
                show_status(msg)
            if not (log or (panel and active)):
                return
            try:
                value = msg if whole else value_of(msg)
            except ExpressionError:
                ctx.error(f"Invalid JSONata expression: {self.complete}")
                return
            if log:
                ctx.log(value if isinstance(value, str) else "\n" + inspect(value, depth=10))
            if panel and active:
                show_debug(msg, None if value is UNDEFINED else value, "msg" if whole else path)

        return receive


def _is_about(status: Any, node: str) -> bool:
    """Tell whether a status message comes from this debug node itself: showing it would loop."""
    source = status.get("source") if isinstance(status, dict) else None
    return isinstance(source, dict) and source.get("id") == node


def _lenient(evaluate: Callable[[Message], Any], kind: str) -> Callable[[Message], Any]:
    """Return the closure with a missing parent as undefined; a failing JSONata still raises."""
    if kind == "jsonata":
        return evaluate

    def look(msg: Message) -> Any:
        try:
            return evaluate(msg)
        except ExpressionError:
            return UNDEFINED

    return look
