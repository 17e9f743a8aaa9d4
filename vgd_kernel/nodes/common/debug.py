"""The debug node: shows messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, Strict

from vgd_kernel.model import Context, Message, Node, NodeSpec, Receive, hidden_field, typed_field
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import AnyChoice, CheckBox, Text, check_input, checked
from vgd_kernel.model.javascript_values import to_text
from vgd_kernel.nodes.common._debug_status import status_writer
from vgd_kernel.nodes.common._debug_values import is_about, log_text, shown_value

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

    active: CheckBox = Field(default=True, title="Active", description="The state of the button.")
    tosidebar: Annotated[bool, Strict(), AnyChoice] = Field(
        default=True, title="Debug panel", description="Show messages there."
    )
    console: Annotated[bool, Strict(), AnyChoice] = Field(
        default=False, title="Log", description="Write to the run's log."
    )
    tostatus: Annotated[bool, Strict(), AnyChoice] = Field(
        default=False, title="Status", description="Show below the node."
    )
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
        if entry.get("console") in ("true", "false"):  # as editors of before 0.20 wrote it
            entry["console"] = entry["console"] == "true"
        if entry.get("complete") in ("", False) and entry.get("targetType") != "jsonata":
            entry["complete"] = "false"
        if "targetType" not in entry:
            entry["targetType"] = "full" if str(entry.get("complete")).lower() == "true" else "msg"
        return entry

    @checked
    def _check(self) -> Debug:
        check_input(self._shown_path(), self._shown_type(), what="complete")
        if self.statusType in ("msg", "jsonata") and self.statusVal:
            check_input(self.statusVal, self.statusType, what="statusVal")
        return self

    def _shown_type(self) -> str:
        return "jsonata" if self.targetType == "jsonata" else "msg"

    def _shown_path(self) -> str:
        return "payload" if self.complete == "false" else self.complete

    @property
    def whole(self) -> bool:
        """All of the message is shown."""
        return self.targetType != "jsonata" and self.complete == "true"

    def start(self, ctx: Context) -> Receive | None:
        """Compile what is shown."""
        path = self._shown_path()
        wrong = (
            f"Invalid JSONata expression: {self.complete if self.targetType == 'jsonata' else ''}"
        )
        try:
            value_of = shown_value(self, path, ctx)
            show_status = status_writer(self, ctx, value_of, wrong)
        except ExpressionError:
            ctx.error(wrong)
            return None
        whole, active, own, show_debug = self.whole, self.active, ctx.id, ctx.debug
        panel = self.tosidebar in (True, 1)  # Node-RED takes no text for true here
        log = to_text(self.console) == "true"

        def receive(msg: Message) -> None:
            nonlocal active
            if TOGGLE in msg:
                active = bool(msg[TOGGLE])
                return
            if "status" in msg and is_about(msg["status"], own):
                return
            if show_status is not None:
                show_status(msg)
            if not (log or (panel and active)):
                return
            try:
                value = msg if whole else value_of(msg)
            except ExpressionError:
                ctx.error(wrong)
                return
            if log:
                ctx.log(log_text(value))
            if panel and active:
                show_debug(msg, value, "msg" if whole else path)

        return receive
