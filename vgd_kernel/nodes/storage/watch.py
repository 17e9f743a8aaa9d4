"""The watch node: tells of changed files."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from pydantic import Field

from vgd_kernel.model import Context, Message, Node, NodeSpec, Receive, text_field
from vgd_kernel.model.fields import Flag, Text
from vgd_kernel.nodes.storage._watched import Found, Mark, changes, look

LOOK_EVERY_S = 0.2
"""Between two looks; Node-RED tells of changes in steps of 0.2 s too."""


class Watch(Node):
    """Watches files and folders and tells of every change.

    **Output**: a message per changed file, with its path in `payload` and `filename`, its name in
    `file`, what happened in `event` (`update`: new or changed; `remove`), what it is in `type`
    (`file`, `directory`, …, `none` when it is gone), the `size` of a file in bytes, and the
    watched paths in `topic`. A path that is not there at start is an error that can be caught.

    Several paths are separated by commas. Of a folder what stands in it is watched, with
    *recursively* also what stands in folders within. A path may come into being later.
    """

    spec = NodeSpec(
        type="watch",
        category="storage",
        color="#DEB887",
        icon="file",
        inputs=0,
        tags=("file", "folder", "change", "notify"),
    )

    files: Text = text_field("", title="Files", description="Paths, separated by commas.")
    recursive: Flag = Field(default=False, title="Watch folders recursively")

    def start(self, ctx: Context) -> Receive | None:
        """Look again and again, off the loop, one look at a time."""
        paths = [path.strip() for path in self.files.split(",")]
        topic = paths[0] if len(paths) == 1 else json.dumps(paths, separators=(",", ":"))
        paths = [path for path in paths if path]
        state: dict[str, Mark] | None = None
        looking = False

        def compare(before: dict[str, Mark] | None) -> tuple[dict[str, Mark], list[Found]]:
            after = look(paths, recursive=self.recursive)
            return after, [] if before is None else changes(before, after)

        def missing() -> list[str]:
            return [path for path in paths if not Path(path).exists()]

        async def work() -> None:
            nonlocal state, looking
            try:
                for path in await asyncio.to_thread(missing) if state is None else ():
                    ctx.error(f"Error: {path} does not exist.", {"payload": ""})
                state, found = await asyncio.to_thread(compare, state)
            finally:
                looking = False
            for change in found:
                ctx.send(_message(change, topic, ctx.new_id()))

        def tick() -> None:
            nonlocal looking
            if not looking:
                looking = True
                ctx.spawn(work(), source=True)

        if paths:
            tick()
            ctx.every(LOOK_EVERY_S, tick)
        return None


def _message(change: Found, topic: str, id: str) -> Message:
    msg: dict[str, Any] = {
        "_msgid": id,
        "payload": change.path,
        "topic": topic,
        "file": Path(change.path).name,
        "filename": change.path,
        "event": change.event,
        "type": change.kind,
    }
    if change.size_bytes is not None:
        msg["size"] = change.size_bytes
    return msg
