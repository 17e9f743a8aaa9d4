"""``/library/local``: flows and texts that an editor keeps, as files in ``lib/TYPE`` of the folder.

A text of another type than ``flows`` begins with its facts as comments: ``// name: value``.
Source: Node-RED, ``storage/localfilesystem/library.js``.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import AdminRequest, empty_answer, json_answer
from vgd_kernel.services.network.asgi import Answer
from vgd_kernel.services.runtime.errors import RefusedError
from vgd_kernel.services.runtime.json_text import make_pretty, write_json

LIBRARY = "local"

_FACT = re.compile(r"// (\w+): (.*)")


async def read(api: AdminApi, request: AdminRequest) -> Answer:
    """Return a file, or what is in a folder: names of folders, then files with their facts."""
    return await asyncio.to_thread(_read, api, request)


async def save(api: AdminApi, request: AdminRequest) -> Answer:
    """Write a file."""
    return await asyncio.to_thread(_save, api, request)


def _read(api: AdminApi, request: AdminRequest) -> Answer:
    root, path = _place(api, request)
    flows = request.params["type"] == "flows"
    if flows and not path.exists() and path.with_name(f"{path.name}.json").is_file():
        path = path.with_name(f"{path.name}.json")
    if path.is_file():
        text = path.read_text("utf-8")
        kind = "application/json" if flows else "text/plain"
        body = text if flows else "".join(_split(text)[1])
        return 200, (("Content-Type", kind),), body.encode()
    if path.is_dir():
        return json_answer(_listed(path))
    if path == root:
        return json_answer([])
    raise RefusedError(f"nothing is kept under {request.params.get('0', '')!r}.", code="ENOENT")


def _save(api: AdminApi, request: AdminRequest) -> Answer:
    root, path = _place(api, request)
    if path == root:
        raise RefusedError("no name is given; expected /library/local/TYPE/NAME.")
    if request.params["type"] == "flows":
        path = path if path.suffix == ".json" else path.with_name(f"{path.name}.json")
        content = make_pretty(write_json(request.data()))
    else:
        facts = request.fields()
        text = str(facts.pop("text", ""))
        content = "".join([*map(_fact, facts.items()), text]).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise RefusedError(
            f"{request.params['0']!r} cannot be kept: {error.strerror}. Give it another name.",
            code="EIO",
        ) from None
    return empty_answer()


def _place(api: AdminApi, request: AdminRequest) -> tuple[Path, Path]:
    """Return the folder of the type and the path in it.

    Raises:
        RefusedError: No such library, or the path leads out of it.
    """
    library = request.params["library"]
    if library != LIBRARY:
        raise RefusedError(f'Unknown library: "{library}"; expected "{LIBRARY}".')
    top = (api.files.folder / "lib").resolve()
    root = (top / request.params["type"]).resolve()
    path = (root / unquote(request.params.get("0") or "").strip("/")).resolve()
    if root.parent != top or (path != root and root not in path.parents):
        text = "the path leads out of the library; expected one inside."
        raise RefusedError(text, status=403, code="forbidden")
    return root, path


def _listed(folder: Path) -> list[Any]:
    shown = sorted(item for item in folder.iterdir() if not item.name.startswith("."))
    folders: list[Any] = [item.name for item in shown if item.is_dir()]
    files = [{**_split(item.read_text("utf-8"))[0], "fn": item.name} for item in shown
             if item.is_file()]  # fmt: skip
    return folders + files


def _split(text: str) -> tuple[dict[str, str], list[str]]:
    """Return the facts at the beginning of a text, and the lines after them."""
    lines = text.splitlines(keepends=True)
    facts: dict[str, str] = {}
    for index, line in enumerate(lines):
        found = _FACT.match(line)
        if found is None:
            return facts, lines[index:]
        facts[found[1]] = found[2]
    return facts, []


def _fact(pair: tuple[str, Any]) -> str:
    name, value = pair
    return f"// {name}: {' '.join(str(value).splitlines())}\n"


__all__ = ("LIBRARY", "read", "save")
