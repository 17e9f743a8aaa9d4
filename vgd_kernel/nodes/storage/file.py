"""The file node: writes, appends to and deletes files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from vgd_kernel.model import (
    UNDEFINED,
    Context,
    Message,
    Node,
    NodeSpec,
    Receive,
    hidden_field,
    text_field,
    typed_field,
)
from vgd_kernel.model.fields import Flag, Text, check_input
from vgd_kernel.model.javascript_values import to_json_text, to_text, type_name
from vgd_kernel.nodes.storage._file_writer import FileQueue, Task, write
from vgd_kernel.nodes.storage._files import (
    FILENAME_TYPES,
    compile_filename,
    encode,
    file_error,
    located,
)


class File(Node):
    """Writes `payload` to a file, or deletes the file.

    **Input**: a text, buffer, number or boolean is written as it is, an object as JSON. Messages
    are written one after the other in the order in which they came; one without a payload is
    dropped. A line break may be added to everything but buffers and the last part of a sequence
    of texts.

    **Output**: the message, with `filename`, once the file is written.

    A file that cannot be written is an error that can be caught, and the message ends there
    (Node-RED sends it on all the same when it was to be appended to a file of the config). With
    the encoding *set by msg.encoding* each message names its own character set.
    """

    spec = NodeSpec(
        type="file",
        category="storage",
        color="#DEB887",
        icon="file",
        label="write file",
        tags=("save", "append", "delete", "disk", "log"),
    )
    defers_done: ClassVar[bool] = True

    filename: Text = typed_field("", title="File", type_field="filenameType", types=FILENAME_TYPES)
    filenameType: Literal["str", "msg", "jsonata", "env"] = hidden_field("str")  # noqa: N815 - Node-RED's name
    overwriteFile: Literal["false", "true", "delete"] = Field(  # noqa: N815 - Node-RED's name
        default="false", title="Action", description="false: append; true: overwrite; or delete."
    )
    appendNewline: Flag = Field(default=True, title="Add a line break")  # noqa: N815 - Node-RED's name
    createDir: Flag = Field(default=False, title="Create missing folders")  # noqa: N815 - Node-RED's name
    encoding: Text = text_field("none", title="Encoding", description="none: UTF-8.")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what is empty; older entries without a type name the file, or leave it to msg."""
        entry = dict(raw)
        if not entry.get("filenameType"):
            entry["filenameType"] = "str" if entry.get("filename") else "msg"
            entry["filename"] = entry.get("filename") or "filename"
        entry["overwriteFile"] = to_text(entry.get("overwriteFile", False)).lower()
        entry["encoding"] = entry.get("encoding") or "none"
        return entry

    @model_validator(mode="after")
    def _check(self) -> File:
        check_input(self.filename, self.filenameType, what="filename")
        return self

    def start(self, ctx: Context) -> Receive:
        """Set up the queue of what is to be written."""
        name_of = compile_filename(self.filename, self.filenameType, ctx)
        place = located(ctx)
        ctx.on_close(ctx.status)

        def prepare(msg: Message) -> Task | None:
            name = msg["filename"] = name_of(msg)
            if not name:
                ctx.log("No filename specified", level="warn", msg=msg)
                return None
            if self.overwriteFile == "delete":
                return lambda: _delete(place(name))
            if msg.get("payload", UNDEFINED) is UNDEFINED:
                return None
            data = self._data(msg)
            return lambda: self._write(place(name), data)

        return FileQueue(ctx, prepare).receive

    def _data(self, msg: Message) -> bytes:
        payload, parts = msg["payload"], msg.get("parts")
        encoding = self.encoding
        if encoding == "setbymsg":
            encoding = to_text(msg.get("encoding") or "none")
        if isinstance(payload, (bytes, bytearray)):
            return bytes(payload) if encoding == "none" else encode(to_text(payload), encoding)
        is_object = type_name(payload) == "object"
        text = to_json_text(payload) if is_object else to_text(payload)
        is_last = (
            isinstance(parts, Mapping)
            and parts.get("type") == "string"
            and parts.get("count") == parts.get("index", 0) + 1
        )
        if self.appendNewline and not is_last:
            text += os.linesep
        return encode(text, encoding)

    def _write(self, name: str, data: bytes) -> None:
        path = Path(name)
        if self.createDir:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                prefix = "failed to create file: "
                raise file_error(error, "mkdir", str(path.parent), prefix=prefix) from None
        append = self.overwriteFile == "false"
        try:
            write(path, data, append=append)
        except OSError as error:
            prefix = f"failed to {'append' if append else 'write'} to file: "
            raise file_error(error, "open", name, prefix=prefix) from None


def _delete(name: str) -> None:
    try:
        Path(name).unlink()
    except OSError as error:
        raise file_error(error, "unlink", name, prefix="failed to delete file: ") from None
