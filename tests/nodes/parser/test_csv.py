"""The csv node."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.nodes.parser._csv_legacy import LegacyReader
from vgd_kernel.nodes.parser._csv_names import LegacyNames
from vgd_kernel.nodes.parser._csv_options import CsvOptions
from vgd_kernel.nodes.parser._csv_rfc import parse_cells, read_rows
from vgd_kernel.nodes.parser._csv_writer import RfcWriter
from vgd_kernel.nodes.parser.csv import Csv
from vgd_kernel.testing import NodeOutcome, run_node


async def run(config: dict[str, Any], *payloads: Any, **extra: Any) -> NodeOutcome:
    msgs = [{"_msgid": "m", "payload": payload, **extra} for payload in payloads]
    return await run_node(Csv.parse({"spec": "rfc", "multi": "mult", "ret": "\\n", **config}), msgs)


def payloads(outcome: NodeOutcome) -> list[Any]:
    return [msg["payload"] for msg in outcome.outputs[0]]


BOTH = pytest.mark.parametrize("rules", ["rfc", ""], ids=["rfc", "legacy"])


@BOTH
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("config", "text", "rows"),
    [
        ({"temp": "a,b"}, "1,x\n2,y\n", [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]),
        ({}, "1,x", [{"col1": 1, "col2": "x"}]),
        ({"hdrin": True}, "a,b\r\n1,2\r\n", [{"a": 1, "b": 2}]),
        ({"temp": "a,,c"}, "1,2,3", [{"a": 1, "c": 3}]),
        ({"temp": "a,b", "strings": False}, "1,2", [{"a": "1", "b": "2"}]),
        ({"temp": "a,b"}, '"x,""y""\nz",1', [{"a": 'x,"y"\nz', "b": 1}]),
        ({"temp": "a,b", "sep": ";"}, "1;2,3", [{"a": 1, "b": "2,3"}]),
        ({"temp": "a,b", "sep": "\\t"}, "1\t2", [{"a": 1, "b": 2}]),
        ({"temp": "a,b", "skip": "2"}, "x\ny\n1,2", [{"a": 1, "b": 2}]),
        ({"temp": "a,b,c"}, 'x,,""\n', [{"a": "x"}]),
        ({"temp": "a,b", "include_null_values": True}, "x,,z", [{"a": "x", "b": None}]),
        ({"temp": "a,b"}, "007,+5", [{"a": "007", "b": "+5"}]),
        ({"temp": "a,b"}, "-2.5,1e3", [{"a": -2.5, "b": 1000}]),
        ({"temp": "a"}, "", []),
    ],
)
async def test_text_becomes_rows(rules: str, config: dict[str, Any], text: str, rows: Any) -> None:
    assert payloads(await run({"spec": rules, **config}, text)) == [rows]


@BOTH
@pytest.mark.asyncio
async def test_each_row_may_be_a_message_of_a_sequence(rules: str) -> None:
    outcome = await run({"spec": rules, "multi": "one", "hdrin": True}, "a,b\n1,2\n3,4")
    assert payloads(outcome) == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
    assert [msg["parts"] for msg in outcome.outputs[0]] == [
        {"id": "m", "index": index, "count": 2} for index in range(2)
    ]
    assert {msg["columns"] for msg in outcome.outputs[0]} == {"a,b"}


def lines(*texts: str) -> list[dict[str, Any]]:
    return [
        {"payload": text, "parts": {"id": "p", "index": index, "count": len(texts)}}
        for index, text in enumerate(texts)
    ]


@BOTH
@pytest.mark.asyncio
async def test_lines_of_a_sequence_share_one_header(rules: str) -> None:
    node = Csv.parse({"spec": rules, "multi": "one", "hdrin": True, "skip": "1"})
    outcome = await run_node(node, lines("# comment", "a,b", "1,2", "3,4"))
    assert payloads(outcome) == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
    assert [msg["parts"]["index"] for msg in outcome.outputs[0]] == [0, 1]
    assert [msg.get("complete") for msg in outcome.outputs[0]] == [None, True]


@BOTH
@pytest.mark.asyncio
async def test_lines_of_a_sequence_are_gathered(rules: str) -> None:
    node = Csv.parse({"spec": rules, "multi": "mult", "hdrin": True})
    outcome = await run_node(node, lines("a,b", "1,2", "3,4"))
    assert payloads(outcome) == [[{"a": 1, "b": 2}, {"a": 3, "b": 4}]]
    assert "parts" not in outcome.outputs[0][0]


@BOTH
@pytest.mark.asyncio
async def test_a_sequence_without_a_last_row_ends_with_an_empty_message(rules: str) -> None:
    node = Csv.parse({"spec": rules, "multi": "one", "hdrin": True})
    outcome = await run_node(node, lines("a,b"))
    assert [msg["complete"] for msg in outcome.outputs[0]] == [True]


@BOTH
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("config", "value", "text"),
    [
        ({"temp": "a,b"}, {"a": 1, "b": "x,y", "c": 2}, '1,"x,y"\n'),
        ({"temp": "a,b"}, [{"a": 'q"'}, {"b": None}], '"q""",\n,null\n'),
        ({"temp": "a,,b"}, {"a": 1, "b": {"c": 1}}, '1,,"{""c"":1}"\n'),
        ({}, [[1, "x\ny"], [True, 2.5]], '1,"x\ny"\ntrue,2.5\n'),
        ({}, [1, "b", False], "1,b,false\n"),
        ({"hdrout": "all"}, [{"a": 1, "b": 2}], "a,b\n1,2\n"),
        ({"hdrout": "all", "temp": "b"}, [{"a": 1, "b": 2}], "b\n2\n"),
        ({"sep": ";"}, [["a;b", "c"]], '"a;b";c\n'),
        ({"ret": "\\r\\n"}, [[1], [2]], "1\r\n2\r\n"),
        ({}, [], "\n"),
    ],
)
async def test_values_become_text(
    rules: str, config: dict[str, Any], value: Any, text: str
) -> None:
    assert payloads(await run({"spec": rules, **config}, value)) == [text]


@BOTH
@pytest.mark.asyncio
async def test_the_header_is_written_once_until_reset(rules: str) -> None:
    node = Csv.parse({"spec": rules, "hdrout": "once", "ret": "\\n"})
    row = {"payload": {"a": 1}}
    outcome = await run_node(node, [dict(row), dict(row), {"reset": True}, dict(row)])
    assert payloads(outcome) == ["a\n1\n", "1\n", "a\n1\n"]


@BOTH
@pytest.mark.asyncio
async def test_the_message_may_name_the_columns(rules: str) -> None:
    outcome = await run({"spec": rules}, {"a": 1, "b": 2}, columns="b,a")
    assert payloads(outcome) == ["2,1\n"]
    assert outcome.outputs[0][0]["columns"] == "b,a"


@BOTH
@pytest.mark.asyncio
async def test_objects_without_column_names_are_written_with_one_warning(rules: str) -> None:
    outcome = await run({"spec": rules}, [{"a": 1}, {"a": 2}])
    assert payloads(outcome) == ["1\n2\n"]
    texts = [event.to_json()["text"] for event in outcome.events]
    assert texts == ["No columns template specified for object -> CSV."]


@pytest.mark.asyncio
async def test_an_open_quote_is_a_warning_in_legacy_mode() -> None:
    outcome = await run({"spec": ""}, 'a,"b')
    texts = [event.to_json()["text"] for event in outcome.events]
    assert texts == ["Malformed CSV data - output probably corrupt."]


@pytest.mark.asyncio
async def test_a_broken_header_is_an_error_with_a_status_in_rfc_mode() -> None:
    outcome = await run({"hdrin": True}, 'a,b"c\n1,2')
    assert outcome.errors == ["Quote found in the middle of an unquoted field"]
    assert outcome.statuses[-1].text == "Malformed columns template."


@pytest.mark.asyncio
async def test_other_values_are_an_error_or_a_warning() -> None:
    assert len((await run({}, 5)).errors) == 1
    legacy = await run({"spec": ""}, 5)
    assert legacy.errors == []
    assert len(legacy.events) == 1


@pytest.mark.asyncio
async def test_a_message_without_payload_passes_but_a_reset_does_not() -> None:
    outcome = await run_node(Csv(), [{"topic": "t"}, {"reset": 1}])
    assert [msg["topic"] for msg in outcome.outputs[0]] == ["t"]


def test_entries_of_before_the_rfc_parser_use_the_older_one() -> None:
    assert Csv.parse({}).rules == ""
    assert Csv().rules == "rfc"


OPTIONS = CsvOptions("", ",", "\n", 0, False, False, True, True)
CSV_TEXT = st.text(st.sampled_from('ab",\r\n \t;€'), max_size=40) | st.text(max_size=40)
CELLS = st.text(st.sampled_from('ab", \n;'), min_size=1, max_size=8)


@given(CSV_TEXT)
def test_any_text_can_be_read(text: str) -> None:
    for row in read_rows(text, [""], OPTIONS, start=0).rows:
        assert all(key.startswith("col") for key in row)
    for row in (
        LegacyReader(OPTIONS, LegacyNames(OPTIONS.template)).read(text, skipped=0, first=True).rows
    ):
        assert all(key.startswith("col") for key in row)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_what_is_written_reads_back_the_same(table: list[list[str]]) -> None:
    msg = {"payload": table}
    RfcWriter(OPTIONS, "none", lambda text: None).write(msg, continues=False)
    assert parse_cells(str(msg["payload"]), ",", strict=True)[0] == table
