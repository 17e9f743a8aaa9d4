"""The file in node: reads files."""

from __future__ import annotations

import asyncio
import errno
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from vgd_kernel.model import (
    Context,
    Message,
    Node,
    NodeSpec,
    Receive,
    clone,
    hidden_field,
    text_field,
    typed_field,
)
from vgd_kernel.model.error_value import ErrorValue
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import Flag, Text, check_input
from vgd_kernel.nodes.storage import _files

CHUNK_BYTES = 64 * 1024
"""How much is read at a time; Node.js's streams read as much."""


class FileIn(Node):
    """Reads a file.

    **Input**: any message; with the file's name when the node takes it from there.

    **Output**: the message with the content as a text or a buffer in `payload`, and `filename`;
    or a message per line, or per 64 KiB as buffers, with `parts`. Those carry `topic` and
    `filename`, or all properties of the message when that is set.

    A file that cannot be read is an error; besides, a message with `error` may be sent.
    """

    spec = NodeSpec(
        type="file in",
        category="storage",
        color="#DEB887",
        icon="file",
        label="read file",
        tags=("load", "lines", "stream", "disk"),
    )
    defers_done: ClassVar[bool] = True

    filename: Text = typed_field(
        "", title="File", type_field="filenameType", types=_files.FILENAME_TYPES
    )
    filenameType: Literal["str", "msg", "jsonata", "env"] = hidden_field("str")  # noqa: N815 - Node-RED's name
    format: Literal["utf8", "lines", "", "stream"] = Field(
        default="utf8", title="Output", description="Empty: one buffer; stream: many buffers."
    )
    encoding: Text = text_field("none", title="Encoding", description="none: UTF-8.")
    sendError: bool = Field(default=False, title="Send a message on error")  # noqa: N815 - Node-RED's name
    allProps: Flag = Field(default=False, title="Keep all properties")  # noqa: N815 - Node-RED's name

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what is empty; entries of before ``sendError`` send the error."""
        entry = dict(raw)
        if not entry.get("filenameType"):
            entry["filenameType"] = "str" if entry.get("filename") else "msg"
            entry["filename"] = entry.get("filename") or "filename"
        entry["sendError"] = bool(entry.get("sendError", True))
        entry["format"] = entry.get("format") or ""
        entry["encoding"] = entry.get("encoding") or "none"
        return entry

    @model_validator(mode="after")
    def _check(self) -> FileIn:
        check_input(self.filename, self.filenameType, what="filename")
        return self

    def start(self, ctx: Context) -> Receive:
        """Read each message's file in a task of its own."""
        place = _files.located(ctx)
        name_of = _files.compile_filename(self.filename, self.filenameType, ctx)

        async def receive(msg: Message) -> None:
            try:
                name = re.sub(r"[\t\r\n]", "", name_of(msg))
                if name:
                    msg["filename"] = name
                    await self._read(ctx, msg, place(name))
                else:
                    ctx.log("No filename specified", level="warn", msg=msg)
            except ExpressionError as error:
                ctx.error(error, msg)
            except OSError as error:
                is_folder = error.errno == errno.EISDIR
                doing, path = ("read", "") if is_folder else ("open", place(name))
                self._report(ctx, msg, _files.file_error(error, doing, path))
            ctx.done(msg)

        return receive

    def _report(self, ctx: Context, msg: Message, error: _files.FileError) -> None:
        ctx.error(error, msg)
        if self.sendError:
            told = ErrorValue(str(error).removeprefix("Error: "), code=error.code)
            ctx.send({k: v for k, v in clone(msg).items() if k != "payload"} | {"error": told})

    async def _read(self, ctx: Context, msg: Message, name: str) -> None:
        if self.format in ("lines", "stream"):
            await self._read_pieces(ctx, msg, name)
            return
        msg["payload"] = data = await asyncio.to_thread(Path(name).read_bytes)
        if self.format == "utf8":
            msg["payload"] = _files.Decoder(self.encoding).decode(data, final=True)
        ctx.send(msg)

    async def _read_pieces(self, ctx: Context, msg: Message, name: str) -> None:
        lines, index = self.format == "lines", 0
        parts = {"ch": "\n" if lines else "", "type": "string" if lines else "buffer"}

        def piece(payload: Any, *, last: bool) -> None:
            nonlocal index
            named = {key: msg[key] for key in ("topic", "filename") if key in msg}
            kept = clone(msg) if self.allProps else named
            count = {"count": index + 1} if last else {}
            kept |= {"parts": {"index": index, **count, **parts, "id": msg.get("_msgid")}}
            ctx.send(kept | {"payload": payload})
            index += 1

        decoder, rest, size = _files.Decoder(self.encoding), "", 0
        with await asyncio.to_thread(Path(name).open, "rb") as file:
            while data := await asyncio.to_thread(file.read, CHUNK_BYTES):
                size = len(data)
                await ctx.room()
                if lines:
                    *whole, rest = (rest + decoder.decode(data, final=False)).split("\n")
                    for line in whole:
                        piece(line, last=False)
                else:
                    piece(data, last=size < CHUNK_BYTES)
        if lines:
            piece(rest + decoder.decode(b"", final=True), last=True)
        elif size == CHUNK_BYTES:
            end = {"index": index, "count": index, **parts, "id": msg.get("_msgid")}
            ctx.send({"parts": end})
