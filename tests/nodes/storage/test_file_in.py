"""The file in node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vgd_kernel.nodes.storage.file_in import CHUNK_BYTES, FileIn
from vgd_kernel.testing import NodeOutcome, run_node

pytestmark = pytest.mark.asyncio


async def read(path: Path, **config: Any) -> NodeOutcome:
    node = FileIn.parse(
        {"filename": str(path), "filenameType": "str", "sendError": False, **config}
    )
    return await run_node(node, [{"_msgid": "m", "topic": "t", "other": 1, "payload": "before"}])


@pytest.mark.parametrize(
    ("data", "config", "expected"),
    [
        ("é\n".encode(), {"format": "utf8"}, "é\n"),
        (b"\xe9", {"format": "utf8", "encoding": "latin1"}, "é"),
        (b"\xff", {"format": "utf8"}, "\ufffd"),
        ("\ufeffx".encode(), {"format": "utf8"}, "\ufeffx"),
        ("\ufeffx".encode(), {"format": "utf8", "encoding": "utf8"}, "x"),
        (b"hi!", {"format": "utf8", "encoding": "base64"}, "aGkh"),
        (b"hi", {"format": "utf8", "encoding": "hex"}, "6869"),
        (b"\x00\xff", {"format": ""}, b"\x00\xff"),
        (b"", {"format": "utf8"}, ""),
    ],
)
async def test_a_whole_file_is_read(
    tmp_path: Path, data: bytes, config: dict[str, Any], expected: Any
) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    [msg] = (await read(path, **config)).outputs[0]
    assert msg["payload"] == expected
    assert (msg["_msgid"], msg["other"], msg["filename"]) == ("m", 1, str(path))


async def test_lines_are_a_sequence_whose_last_message_has_the_count(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("one\r\ntwo\n")
    sent = (await read(path, format="lines")).outputs[0]
    assert [msg["payload"] for msg in sent] == ["one\r", "two", ""]
    assert [msg["parts"].get("count") for msg in sent] == [None, None, 3]
    assert sent[0]["parts"] == {"index": 0, "ch": "\n", "type": "string", "id": "m"}
    assert {key for key in sent[0] if key != "_msgid"} == {"topic", "filename", "payload", "parts"}
    kept = (await read(path, format="lines", allProps=True)).outputs[0]
    assert [msg["other"] for msg in kept] == [1, 1, 1]


async def test_a_character_at_the_border_of_two_pieces_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("x" * (CHUNK_BYTES - 1) + "é", encoding="utf-8")
    [msg] = (await read(path, format="lines")).outputs[0]
    assert msg["payload"].endswith("xé")


@pytest.mark.parametrize(
    ("size", "sizes", "counts"),
    [
        (10, [10], [1]),
        (CHUNK_BYTES + 10, [CHUNK_BYTES, 10], [None, 2]),
        (CHUNK_BYTES, [CHUNK_BYTES, None], [None, 1]),
        (0, [], []),
    ],
)
async def test_a_stream_is_a_sequence_of_buffers(
    tmp_path: Path, size: int, sizes: list[int | None], counts: list[int | None]
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * size)
    sent = (await read(path, format="stream")).outputs[0]
    assert [len(msg["payload"]) if "payload" in msg else None for msg in sent] == sizes
    assert [msg["parts"].get("count") for msg in sent] == counts


async def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "no"
    outcome = await read(path)
    text = f"ENOENT: no such file or directory, open '{path}'"
    assert outcome.errors == [f"Error: {text}"]
    assert outcome.outputs == [[]]
    [msg] = (await read(path, sendError=True)).outputs[0]
    assert msg["error"] == {"name": "Error", "message": text, "code": "ENOENT"}
    assert "payload" not in msg


async def test_a_folder_is_an_error(tmp_path: Path) -> None:
    outcome = await read(tmp_path)
    assert outcome.errors == ["Error: EISDIR: illegal operation on a directory, read"]


async def test_the_name_may_come_from_an_expression_or_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    node = FileIn.parse({"filename": "$join([dir, 'a'])", "filenameType": "jsonata"})
    outcome = await run_node(node, [{"dir": f"{tmp_path}/"}])
    assert [msg["payload"] for msg in outcome.outputs[0]] == [b"x"]
    outcome = await run_node(FileIn.parse({}), [{}])
    assert [event.to_json()["text"] for event in outcome.events] == ["No filename specified"]


async def test_an_unknown_encoding_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    outcome = await read(tmp_path / "a", format="utf8", encoding="klingon")
    assert outcome.errors[0].startswith("Encoding not recognized: 'klingon'")
