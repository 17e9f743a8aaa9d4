"""A flow as SVG."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model import FlowDocument, Registry, installed
from vgd_kernel.model.drawing import draw

SVG = "{http://www.w3.org/2000/svg}"


def test_every_node_and_every_wire_is_drawn() -> None:
    document = FlowDocument(
        [
            {"id": "t", "type": "tab", "label": "Tab"},
            {"id": "a", "type": "inject", "z": "t", "x": 100, "y": 40, "wires": [["b", "c"]]},
            {"id": "b", "type": "debug", "z": "t", "x": 300, "y": 40, "wires": []},
            {"id": "c", "type": "alien", "z": "t", "x": 300, "y": 90, "wires": [], "d": True},
        ]
    )
    root = ET.fromstring(draw(document, installed()))
    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert titles == ["inject (a)", "debug (b)", "alien (c)"]
    assert len(list(root.iter(f"{SVG}path"))) == 2
    assert [r.get("stroke-dasharray") for r in root.iter(f"{SVG}rect")].count("5 4") == 1


def test_an_empty_flow_is_a_picture_that_says_so() -> None:
    assert "empty flow" in draw(FlowDocument(), Registry())


@given(st.text(), st.text(), st.floats(-1e6, 1e6) | st.none() | st.text())
def test_any_name_and_position_gives_well_formed_xml(name: str, kind: str, x: object) -> None:
    entry = {"id": "a", "type": kind or "t", "name": name, "x": x, "y": 1, "wires": "odd"}
    ET.fromstring(draw(FlowDocument([entry]), Registry()))
