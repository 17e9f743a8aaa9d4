"""Whatever comes, a parser node sends on or reports an error: nothing else escapes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vgd_kernel.model import Node
from vgd_kernel.nodes.parser.csv import Csv
from vgd_kernel.nodes.parser.html import Html
from vgd_kernel.nodes.parser.json import Json
from vgd_kernel.nodes.parser.xml import Xml
from vgd_kernel.nodes.parser.yaml import Yaml
from vgd_kernel.testing import run_node

NODES = (
    Csv.parse({"spec": "rfc", "hdrin": True, "hdrout": "all"}),
    Csv.parse({"spec": "", "multi": "mult", "hdrout": "once"}),
    Html.parse({"tag": "*", "ret": "html"}),
    Html.parse({"ret": "compl"}),
    Json.parse({}),
    Xml.parse({}),
    Yaml.parse({}),
)
MARKUP = st.lists(st.sampled_from("<>/=\"'&;,:-?![]{}#|\n\r\t ab1é😀\0"), max_size=30).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)
FOREIGN = ("AttributeError", "IndexError", "KeyError", "RuntimeError", "TypeError: '", "ValueError")
"""What the texts of errors begin with that no node raises on purpose."""


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.spec.type)
@given(payload=MARKUP | VALUES, selector=MARKUP)
@settings(max_examples=60, deadline=None)
def test_any_payload_is_sent_on_or_an_error_of_the_node(
    node: Node, payload: Any, selector: str
) -> None:
    msg = {"payload": payload, "select": selector}
    outcome = asyncio.run(run_node(node, [msg]))
    assert not [error for error in outcome.errors if error.startswith(FOREIGN)]
