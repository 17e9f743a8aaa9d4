"""Calls of link in nodes: which node is meant, and who takes what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from vgd_kernel.engine import Run, RunOptions, start
from vgd_kernel.model import FlowDocument, installed
from vgd_kernel.model.errors import UnknownNodeError

pytestmark = pytest.mark.asyncio


def link(id: str, z: str = "t", name: str = "") -> dict[str, Any]:
    return {"id": id, "type": "link in", "z": z, "name": name, "wires": [[]]}


SUBFLOW = [
    {"id": "s", "type": "subflow", "name": "s", "in": [], "out": []},
    link("inner", "s", "sub"),
    {"id": "instance", "type": "subflow:s", "z": "t", "wires": []},
]


async def run(*entries: dict[str, Any]) -> Run:
    return await start(FlowDocument([*entries]), installed(), RunOptions())


@pytest.mark.parametrize(
    ("target", "container", "by_name", "found"),
    [
        ("a", "elsewhere", False, "a"),
        ("a", "elsewhere", True, "a"),
        ("one", "elsewhere", True, "b"),
        ("twice", "t", True, "c"),
        ("twice", "u", True, "d"),
    ],
)
async def test_a_target_is_an_id_or_a_name_nearby_first(
    target: str, container: str, by_name: bool, found: str
) -> None:
    flow = await run(
        link("a"), link("b", name="one"), link("c", name="twice"), link("d", "u", "twice")
    )
    assert flow._world.links.find(target, container, by_name=by_name).id == found
    await flow.stop()


@pytest.mark.parametrize(
    ("target", "container", "by_name", "text"),
    [
        ("one", "t", False, "target link-in node 'one' not found"),
        ("gone", "t", True, "target link-in node 'gone' not found"),
        (None, "t", True, "target link-in node '' not found"),
        (["a"], "t", True, "target link-in node"),
        ("note", "t", True, "target link-in node 'note' not found"),
        ("twice", "third", True, "Multiple link-in nodes named 'twice' found"),
        ("sub", "t", True, "target link-in node 'sub' not found"),
    ],
)
async def test_what_is_no_single_link_in_node_is_refused(
    target: Any, container: str, by_name: bool, text: str
) -> None:
    flow = await run(
        link("a"),
        link("b", name="one"),
        link("c", name="twice"),
        link("d", "u", "twice"),
        {**link("note"), "type": "junction"},
        *SUBFLOW,
    )
    with pytest.raises(UnknownNodeError, match=text):
        flow._world.links.find(target, container, by_name=by_name)
    await flow.stop()


async def test_a_name_inside_a_subflow_is_found_from_inside() -> None:
    flow = await run(*SUBFLOW)
    [inner] = [id for id, node in flow._nodes.items() if node.type == "link in"]
    assert flow._world.links.find("sub", "instance", by_name=True).id == inner
    await flow.stop()


async def test_a_message_goes_back_to_who_takes_it() -> None:
    flow = await run(link("a"))
    links, taken = flow._world.links, []
    assert not links.give_back("a", "call", {})
    links.register("a", lambda call, msg: taken.append((call, msg)))
    assert links.give_back("a", "call", {"payload": 1})
    assert taken == [("call", {"payload": 1})]
    await flow.stop()
