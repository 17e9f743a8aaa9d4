"""What the file nodes share: character sets, names of files, and errors as Node-RED names them."""

from __future__ import annotations

import base64
import binascii
import codecs
import errno
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vgd_kernel.model import UNDEFINED, Context, Message
from vgd_kernel.model.errors import ExpressionError, FlowError
from vgd_kernel.model.fields import field
from vgd_kernel.model.javascript_values import to_text
from vgd_kernel.model.services import limits_of
from vgd_kernel.model.typed import compile_input

FILENAME_TYPES = ("str", "msg", "jsonata", "env")

_CODECS = {
    "none": "utf-8", "native": "utf-8", "ucs2": "utf-16-le", "utf16le": "utf-16-le",
    "binary": "latin-1", "windows31j": "cp932", "windows932": "cp932", "windows936": "gbk",
    "windows949": "cp949", "windows950": "cp950", "euccn": "gb2312", "ksc5601": "cp949",
    "macroman": "mac-roman", "maccroatian": "mac-croatian", "maccyrillic": "mac-cyrillic",
    "macgreek": "mac-greek", "maciceland": "mac-iceland", "macromania": "mac-romanian",
    "macturkish": "mac-turkish",
}  # fmt: skip
_WORDS = {
    errno.ENOENT: "no such file or directory",
    errno.EISDIR: "illegal operation on a directory",
    errno.EEXIST: "file already exists",
    errno.ENOTDIR: "not a directory",
}


class FileError(FlowError):
    """A file cannot be read or written.

    Attributes:
        code: Name of the system's error, such as ``ENOENT``; may be empty.
    """

    def __init__(self, text: str, code: str) -> None:
        """Keep the text and the name of the system's error."""
        super().__init__(text)
        self.code = code


def file_error(error: OSError, doing: str, path: str, *, prefix: str = "") -> FileError:
    """Return an error of the system in the words that flows of Node-RED see.

    Args:
        error: What the system said.
        doing: The call that failed, such as ``open``.
        path: The file; empty: it is not named.
        prefix: What the node wanted to do; with it the error has no code, as in Node-RED.
    """
    number = error.errno or 0
    code = errno.errorcode.get(number, "EIO")
    words = _WORDS.get(number) or os.strerror(number).lower()
    named = f" '{path}'" if path else ""
    return FileError(f"{prefix}Error: {code}: {words}, {doing}{named}", "" if prefix else code)


def compile_filename(value: str, type: str, ctx: Context) -> Callable[[Message], str]:
    """Return what gives the name of the file for a message, empty when there is none.

    Raises:
        NodeConfigError: The field ``filename`` is wrong for its type.
    """
    if type == "str":
        return lambda msg: value
    with field(ctx, "filename"):
        evaluate = compile_input(value, type, ctx)

    def name(msg: Message) -> str:
        found = evaluate(msg)
        return "" if found is None or found is UNDEFINED else to_text(found)

    return name


def located(ctx: Context) -> Callable[[str], str]:
    """Return what gives the place of a file from its name: relative ones in the set folder."""
    folder = limits_of(ctx.service).file_folder
    return lambda name: str(Path(folder, name)) if folder and name else name


def _codec(name: str) -> codecs.CodecInfo:
    plain = re.sub(r"[-_ ]", "", name.lower())
    try:
        return codecs.lookup(_CODECS.get(plain, name))
    except LookupError:
        raise ExpressionError(
            f"Encoding not recognized: {name!r}; expected a character set such as utf8 or latin1. "
            "Choose another encoding."
        ) from None


def encode(text: str, encoding: str) -> bytes:
    """Return a text as bytes; characters that the set does not have become ``?``.

    Raises:
        ExpressionError: There is no such character set.
    """
    if encoding == "hex":
        digits = re.match(r"([0-9a-fA-F]{2})*", text)
        return binascii.unhexlify(digits[0] if digits else "")
    if encoding == "base64":
        bare = re.sub(r"[^A-Za-z0-9+/]", "", text.replace("-", "+").replace("_", "/"))
        return base64.b64decode(bare[: len(bare) - (len(bare) % 4 == 1)] + "==")
    return _codec(encoding).encode(text, "surrogatepass" if encoding == "none" else "replace")[0]


class Decoder:
    """Turns bytes into text piece by piece; characters may be cut between the pieces."""

    def __init__(self, encoding: str) -> None:
        """Start.

        Raises:
            ExpressionError: There is no such character set.
        """
        self._encoding = encoding
        self._rest = b""
        self._first = encoding != "none"
        if encoding not in ("hex", "base64"):
            self._decoder: Any = codecs.getincrementaldecoder(_codec(encoding).name)("replace")

    def decode(self, data: bytes, *, final: bool) -> str:
        """Return the text of a piece; ``final``: it is the last one."""
        if self._encoding == "hex":
            return data.hex()
        if self._encoding == "base64":
            data = self._rest + data
            cut = len(data) if final else len(data) // 3 * 3
            self._rest = data[cut:]
            return base64.b64encode(data[:cut]).decode()
        text: str = self._decoder.decode(data, final)
        if self._first and text:
            self._first = False
            text = text.removeprefix("\ufeff")
        return text


__all__ = (
    "FILENAME_TYPES",
    "Decoder",
    "FileError",
    "compile_filename",
    "encode",
    "file_error",
)
