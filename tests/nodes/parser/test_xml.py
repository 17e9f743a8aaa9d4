"""The xml node."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.nodes.parser._xml_options import READING, WRITING, merged
from vgd_kernel.nodes.parser._xml_reader import read_xml
from vgd_kernel.nodes.parser._xml_writer import XmlWriter
from vgd_kernel.nodes.parser.xml import Xml
from vgd_kernel.testing import NodeOutcome, run_node

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
LAUGHS = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'


async def run(value: Any, config: dict[str, Any] | None = None, **extra: Any) -> NodeOutcome:
    return await run_node(Xml.parse(config or {}), [{"payload": value, **extra}])


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ('<a b="1">x<c>y</c></a>', {}, {"a": {"$": {"b": "1"}, "_": "x", "c": ["y"]}}),
        ("<a/>", {}, {"a": ""}),
        ('\ufeff <?xml version="1.1" encoding="UTF-16"?><a>é</a>', {}, {"a": "é"}),
        ("<a><b/><b>2</b></a>", {}, {"a": {"b": ["", "2"]}}),
        ("<a> <b/> </a>", {}, {"a": {"b": [""]}}),
        ("<a><![CDATA[ <b> ]]></a>", {}, {"a": " <b> "}),
        ("<x:a>&lt;&#65;</x:a>", {}, {"x:a": "<A"}),
        ("<a/> junk", {}, {"a": ""}),
        ("  ", {}, None),
        ("<a><b>1</b></a>", {"explicitArray": False}, {"a": {"b": "1"}}),
        ('<a p="1"/>', {"mergeAttrs": True}, {"a": {"p": ["1"]}}),
        ('<a p="1"/>', {"ignoreAttrs": True}, {"a": ""}),
        ("<A><B/></A>", {"normalizeTags": True}, {"a": {"b": [""]}}),
        ("<a> x  y </a>", {"trim": True}, {"a": "x  y"}),
        ("<a> x  y </a>", {"normalize": True}, {"a": "x y"}),
        ("<a>x</a>", {"explicitRoot": False}, "x"),
        ("<a>x</a>", {"explicitCharkey": True}, {"a": {"_": "x"}}),
        ("<a/>", {"emptyTag": "none"}, {"a": "none"}),
        ("<a><b/></a>", {"explicitChildren": True}, {"a": {"$$": {"b": [""]}}}),
    ],
)
async def test_text_becomes_an_object(text: str, options: dict[str, Any], expected: Any) -> None:
    extra = {"options": options} if options else {}
    outcome = await run(text, **extra)
    assert [msg["payload"] for msg in outcome.outputs[0]] == [expected]


@pytest.mark.asyncio
async def test_the_node_sets_the_keys_of_attributes_and_text() -> None:
    outcome = await run('<a b="1">x</a>', {"attr": "@", "chr": "#"}, options={"attrkey": "?"})
    [msg] = outcome.outputs[0]
    assert msg["payload"] == {"a": {"@": {"b": "1"}, "#": "x"}}
    assert msg["options"] == {"attrkey": "@", "charkey": "#", "async": True}


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["<a>", "<a></b>", "x", "<a b=1/>", "<a>&nbsp;</a>", LAUGHS])
async def test_text_that_is_not_xml_is_an_error(text: str) -> None:
    outcome = await run(text)
    assert outcome.outputs == [[]]
    assert outcome.errors[0].startswith("not XML")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("value", "options", "text"),
    [
        ({"a": {"$": {"b": 1}, "_": "x"}}, None, HEAD + '<a b="1">x</a>'),
        ({"a": [{"b": 1}, 2]}, None, HEAD + "<a><b>1</b></a>"),
        ({"r": {"a": ["x", {"b": None}]}}, None, HEAD + "<r><a>x</a><a><b/></a></r>"),
        ({"a": 1, "b": True}, None, HEAD + "<root><a>1</a><b>true</b></root>"),
        ({"a": '<&>"\r'}, None, HEAD + '<a>&lt;&amp;&gt;"&#xD;</a>'),
        ({"a": {"$": {"b": '<&>"\n'}}}, None, HEAD + '<a b="&lt;&amp;>&quot;&#xA;"/>'),
        ({"a": {"b": "x"}}, {}, HEAD + "\n<a>\n  <b>x</b>\n</a>"),
        ({"a": 1}, {"headless": True, "rootName": "r"}, "<r>\n  <a>1</a>\n</r>"),
        ({"a": "<b>"}, {"headless": True, "cdata": True}, "<a><![CDATA[<b>]]></a>"),
    ],
)
async def test_an_object_becomes_text(value: Any, options: Any, text: str) -> None:
    extra = {} if options is None else {"options": options}
    assert [msg["payload"] for msg in (await run(value, **extra)).outputs[0]] == [text]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "value", [{"a b": 1}, {"a": {"0": 1}}, {"a": ["x"]}, {"a": "\x01"}, None, b"<a/>"]
)
async def test_what_xml_cannot_hold_is_an_error(value: Any) -> None:
    outcome = await run(value)
    assert outcome.outputs == [[]]
    assert len(outcome.errors) == 1


@pytest.mark.asyncio
async def test_other_values_are_dropped_with_a_warning() -> None:
    outcome = await run(5)
    assert outcome.outputs == [[]]
    assert len(outcome.events) == 1


NAMES = st.sampled_from(["a", "b", "c-d", "e:f"])
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12)
ELEMENTS = st.recursive(
    TEXTS,
    lambda inner: st.dictionaries(NAMES, st.lists(inner, min_size=1, max_size=3), min_size=1),
    max_leaves=10,
)


@given(st.text(st.sampled_from('<>/&;!?-[]="ab \n'), max_size=40) | st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        found = read_xml(text, READING)
        assert found is None or len(found) == 1


@given(ELEMENTS.filter(lambda value: not isinstance(value, str) or value.strip()))
def test_what_is_written_reads_back_the_same(value: Any) -> None:
    options = merged(WRITING, {"renderOpts": {"pretty": False}})
    found = read_xml(XmlWriter(options).write({"root": value}), READING)
    assert _stripped(found) == _stripped({"root": value})


def _stripped(value: Any) -> Any:
    """Return a value with texts of space as empty: between tags they mean nothing."""
    if isinstance(value, dict):
        return {key: _stripped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    return value if value.strip() else ""
