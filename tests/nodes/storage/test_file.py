"""The file node."""

from __future__ import annotations

import asyncio
import datetime
import os
from pathlib import Path
from typing import Any

import pytest

from vgd_kernel.engine import RunOptions, start
from vgd_kernel.model import FlowDocument, installed
from vgd_kernel.model.services import FlowLimits
from vgd_kernel.nodes.storage.file import File
from vgd_kernel.testing import NodeOutcome, run_node

pytestmark = pytest.mark.asyncio

END = os.linesep


async def run(path: Path, *msgs: dict[str, Any], **config: Any) -> NodeOutcome:
    return await run_node(
        File.parse({"filename": str(path), "filenameType": "str", **config}), msgs
    )


@pytest.mark.parametrize(
    ("payload", "config", "expected"),
    [
        ("é", {}, "é".encode()),
        ("é", {"encoding": "latin1"}, b"\xe9"),
        ("é€", {"encoding": "ascii"}, b"??"),
        ("é", {"encoding": "utf-16be"}, b"\x00\xe9"),
        ("é", {"encoding": "ucs2"}, b"\xe9\x00"),
        ("68690", {"encoding": "hex"}, b"hi"),
        ("aGk", {"encoding": "base64"}, b"hi"),
        ("x", {"appendNewline": True}, f"x{END}".encode()),
        (b"\x00\xff", {"appendNewline": True}, b"\x00\xff"),
        (True, {}, b"true"),
        (2.0, {}, b"2"),
        ({"a": [None]}, {}, b'{"a":[null]}'),
        (datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), {}, b'"2026-01-01T00:00:00.000Z"'),
        (None, {}, b"null"),
    ],
)
async def test_a_payload_is_written(
    tmp_path: Path, payload: Any, config: dict[str, Any], expected: bytes
) -> None:
    path = tmp_path / "a"
    outcome = await run(path, {"payload": payload}, **{"appendNewline": False, **config})
    assert path.read_bytes() == expected
    assert [msg["filename"] for msg in outcome.outputs[0]] == [str(path)]


async def test_messages_are_appended_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a"
    outcome = await run(path, *({"payload": str(number)} for number in range(20)))
    assert path.read_text().split() == [str(number) for number in range(20)]
    assert len(outcome.outputs[0]) == 20


async def test_overwriting_keeps_the_last(tmp_path: Path) -> None:
    path = tmp_path / "a"
    await run(path, {"payload": "long"}, {"payload": "x"}, overwriteFile=True, appendNewline=False)
    assert path.read_text() == "x"


async def test_the_last_part_of_a_sequence_gets_no_line_break(tmp_path: Path) -> None:
    path = tmp_path / "a"
    parts = [{"type": "string", "index": index, "count": 2} for index in range(2)]
    await run(path, *({"payload": "x", "parts": part} for part in parts))
    assert path.read_bytes() == f"x{END}x".encode()


async def test_a_file_is_deleted(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()
    outcome = await run(path, {"payload": "x"}, {"payload": "x"}, overwriteFile="delete")
    assert not path.exists()
    assert len(outcome.outputs[0]) == 1
    assert outcome.errors == [
        "failed to delete file: Error: ENOENT: no such file or directory, "
        f"unlink '{path}'"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({}, "failed to append to file: Error: ENOENT: no such file or directory, open"),
        (
            {"overwriteFile": "true"},
            "failed to write to file: Error: ENOENT: no such file or directory, open",
        ),
        ({"encoding": "klingon"}, "Encoding not recognized: 'klingon'"),
    ],
)
async def test_what_cannot_be_written_is_an_error(
    tmp_path: Path, config: dict[str, Any], text: str
) -> None:
    outcome = await run(tmp_path / "no" / "a", {"payload": "x"}, **config)
    assert outcome.outputs == [[]]
    assert outcome.errors[0].startswith(text)


async def test_missing_folders_are_made_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "b" / "c" / "a"
    await run(path, {"payload": "x"}, createDir=True)
    assert path.exists()
    outcome = await run(path / "d" / "e", {"payload": "x"}, createDir=True)
    assert outcome.errors[0].startswith("failed to create file: Error: ENOTDIR: not a directory")


async def test_the_message_names_the_file_and_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a"
    config = {"filename": "to.file", "filenameType": "msg", "encoding": "setbymsg"}
    msg = {"payload": "é", "to": {"file": str(path)}, "encoding": "latin1"}
    await run_node(File.parse({**config, "appendNewline": False}), [msg])
    assert path.read_bytes() == b"\xe9"


async def test_older_entries_take_the_name_from_the_message(tmp_path: Path) -> None:
    path = tmp_path / "a"
    await run_node(File.parse({}), [{"payload": "x", "filename": str(path)}])
    assert path.exists()


async def test_no_name_is_a_warning_and_no_payload_is_dropped(tmp_path: Path) -> None:
    outcome = await run_node(File.parse({}), [{"payload": "x"}])
    assert [event.to_json()["text"] for event in outcome.events] == ["No filename specified"]
    outcome = await run(tmp_path / "a", {"topic": "x"})
    assert (outcome.outputs, outcome.errors) == ([[]], [])


async def test_what_waits_at_stop_is_still_written(tmp_path: Path) -> None:
    path = tmp_path / "a"
    entry = {"id": "f", "z": "t", **File(filename=str(path), appendNewline=False).to_raw()}
    flow = await start(FlowDocument([{**entry, "wires": [[]]}]), installed(), RunOptions())
    for number in range(5):
        flow.send("f", {"payload": str(number)})
    assert not await flow.idle(0)
    await asyncio.sleep(0)
    await flow.stop()
    assert path.read_text() == "01234"


async def test_a_relative_name_starts_from_the_set_folder(tmp_path: Path) -> None:
    options = RunOptions(services={FlowLimits: FlowLimits(file_folder=str(tmp_path))})
    node = File.parse({"filename": "a.txt", "filenameType": "str", "appendNewline": False})
    outcome = await run_node(node, [{"payload": "x"}], options=options)
    assert outcome.outputs[0][0]["filename"] == "a.txt"
    assert await asyncio.to_thread((tmp_path / "a.txt").read_text) == "x"
