"""The html node."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.nodes.parser import _html
from vgd_kernel.nodes.parser.html import Html
from vgd_kernel.testing import NodeOutcome, run_node

PAGE = """<ul class=x><li a="1">One <b>é</b><br></li><li>Two &amp; 2</li><li></li></ul>
<p hidden>if <script>a<b</script></p>"""


async def run(value: Any, config: dict[str, Any], **extra: Any) -> NodeOutcome:
    return await run_node(Html.parse(config), [{"_msgid": "m", "payload": value, **extra}])


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"tag": "li"}, ["One <b>&#xE9;</b><br/>", "Two &amp; 2", ""]),
        ({"tag": "li", "ret": "text"}, ["One é", "Two & 2", ""]),
        ({"tag": "li", "ret": "attr"}, [{"a": "1"}, {}, {}]),
        ({"tag": "p", "ret": "attr"}, [{"hidden": ""}]),
        ({"tag": "li:first", "ret": "compl", "chr": "c"}, [{"c": "One <b>é</b><br>", "a": "1"}]),
        ({"tag": "p", "ret": "text"}, ["if "]),
        ({"tag": "ul > li:last", "ret": "text"}, [""]),
        ({"tag": "li:eq(1)", "ret": "text"}, ["Two & 2"]),
        ({"tag": "li:eq(7)", "ret": "text"}, []),
        ({"tag": "li:gt(0)", "ret": "text"}, ["Two & 2", ""]),
        ({"tag": "li:lt(1)", "ret": "text"}, ["One é"]),
        ({"tag": "li:odd", "ret": "text"}, ["Two & 2"]),
        ({"tag": "li:contains('Two')", "ret": "text"}, ["Two & 2"]),
        ({"tag": "li[a], b", "ret": "text"}, ["One é", "é"]),
        ({"tag": "h1"}, []),
        ({}, []),
    ],
)
async def test_elements_are_found(config: dict[str, Any], expected: Any) -> None:
    for document in (PAGE, PAGE.encode()):
        outcome = await run(document, config)
        assert [msg["payload"] for msg in outcome.outputs[0]] == [expected]


@pytest.mark.asyncio
async def test_each_element_may_be_a_message_and_empty_ones_are_left_out() -> None:
    outcome = await run(PAGE, {"tag": "li", "ret": "text", "as": "multi"}, keep=1)
    assert [msg["payload"] for msg in outcome.outputs[0]] == ["One é", "Two & 2"]
    assert [msg["parts"] for msg in outcome.outputs[0]] == [
        {"id": "m", "index": index, "count": 3, "type": "string", "ch": ""} for index in range(2)
    ]


@pytest.mark.asyncio
async def test_the_message_selects_when_the_node_does_not() -> None:
    outcome = await run(PAGE, {"ret": "text", "outproperty": "found"}, select="b")
    assert outcome.outputs[0][0]["found"] == ["é"]
    outcome = await run(PAGE, {"ret": "text", "tag": "b"}, select="li")
    assert outcome.outputs[0][0]["payload"] == ["é"]


@pytest.mark.asyncio
@pytest.mark.parametrize(("value", "tag"), [(PAGE, "li[["), (5, "li"), (None, "li")])
async def test_a_broken_selector_or_document_is_an_error(value: Any, tag: str) -> None:
    outcome = await run(value, {"tag": tag})
    assert outcome.outputs == [[]]
    assert len(outcome.errors) == 1


@pytest.mark.asyncio
async def test_a_message_without_the_property_passes() -> None:
    outcome = await run_node(Html.parse({"property": "page", "tag": "li"}), [{"payload": 1}])
    assert outcome.outputs[0][0]["payload"] == 1


def test_a_page_nested_very_deeply_is_read() -> None:
    [found] = _html.select("<div>" * 5000 + "x", "body")
    assert _html.text(found) == "x"
    assert _html.inner_xml(found).count("<div>") == 5000


MARKUP = st.text(st.sampled_from("<>/&;!-=\"' abpdiv\n"), max_size=60)


@given(MARKUP | st.text(max_size=40))
def test_any_text_can_be_read(document: str) -> None:
    for element in _html.select(document, "*"):
        assert _html.inner_xml(element) == "" or element.child is not None
        assert _html.text(element) in _html.text(element.parser.root)
