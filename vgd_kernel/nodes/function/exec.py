"""The exec node: runs a command of the system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from vgd_kernel.model import UNDEFINED, Context, Message, Node, NodeSpec, Receive, text_field
from vgd_kernel.model.fields import Flag, NumberText, PathText, Text, number
from vgd_kernel.model.javascript_values import to_text
from vgd_kernel.model.typed import compile_input
from vgd_kernel.nodes.function._exec_runs import Commands


class Exec(Node):
    """Runs a command and sends what it writes.

    **Input**: a message starts the command; a property of it and a fixed text can be appended.
    Several commands may run at once. A message with `kill` (the name of a signal, or anything for
    `SIGTERM`) ends the process with the id `pid`, or the only one.

    **Outputs**: 1 the standard output, 2 the standard error, 3 an object with the `code` and, when
    a signal ended it, the `signal`. What is not UTF-8 comes as a buffer.

    - *exec* runs a line in a shell and sends all at the end; `msg.rc` repeats the result
    - *spawn* runs a program without a shell and sends while it runs; the code comes last

    A timeout ends the command. It is run with the rights of this process: never build it from
    what others can set.
    """

    spec = NodeSpec(
        type="exec",
        category="function",
        color="#E9967A",
        icon="exec",
        outputs=3,
        output_labels=("stdout", "stderr", "return code"),
        tags=("command", "shell", "process", "spawn", "bash"),
    )

    command: Text = text_field("", title="Command")
    addpay: PathText = text_field("", title="Append property", description="Empty: none.")
    append: Text = text_field("", title="Append text")
    useSpawn: Literal["false", "true"] = Field(  # noqa: N815 - Node-RED's name
        default="false", title="Output", description="false: when complete; true: while it runs."
    )
    timer: NumberText = text_field("", title="Timeout", description="Seconds; empty: none.")
    winHide: Flag = Field(default=False, title="Hide the console (Windows)")  # noqa: N815 - Node-RED's name
    oldrc: Flag = Field(default=False, title="Old style return code")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Rewrite the booleans of older entries; without ``addpay`` the payload is appended."""
        entry = dict(raw)
        addpay = entry.get("addpay", True)
        entry["addpay"] = "payload" if addpay is True else addpay or ""
        entry["useSpawn"] = "true" if entry.get("useSpawn") == "true" else "false"
        entry["oldrc"] = entry.get("oldrc") in (True, "true")
        return entry

    def start(self, ctx: Context) -> Receive:
        """Read the path of what is appended."""
        get = None
        if self.addpay:
            get = compile_input(self.addpay, "msg", ctx)
        commands = Commands(ctx, timeout_s=number(self.timer), plain_code=self.oldrc)
        command, append = self.command.strip(), self.append.strip()
        run = commands.run_program if self.useSpawn == "true" else commands.run_shell
        ctx.on_close(ctx.status)

        async def receive(msg: Message) -> None:
            if "kill" in msg:
                commands.kill(msg)
                return
            value = get(msg) if get is not None else UNDEFINED
            line = command if value is UNDEFINED else f"{command} {to_text(value)}"
            await run(msg, f"{line} {append}" if append else line)

        return receive
