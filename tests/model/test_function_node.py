"""A Python function as a node type."""

import asyncio
import types
from typing import Literal

import pytest

from vgd_kernel import Flow
from vgd_kernel import node as vgd_node
from vgd_kernel.model import installed
from vgd_kernel.model.function_node import function_node
from vgd_kernel.model.palette import describe
from vgd_kernel.model.registry import node_classes
from vgd_kernel.testing import run_node


@function_node(label="Scale it", tags=["times"])
def scale(payload: float, factor: float = 2.0, unit: Literal["m", "km"] = "m", *, note: str):
    """Multiplies the payload."""
    return None if payload is None else f"{payload * factor:g} {unit}{note}"


@function_node()
def halves(msg):
    for part in (1, 2):
        yield {"payload": msg["payload"] / 2, "part": part}


@function_node(outputs=2)
async def later(msg, ctx):
    await asyncio.sleep(0)
    ctx.status(text="asked")
    return [None, msg]


@function_node()
async def count(payload: int):
    for number in range(payload):
        yield number


def payloads(outcome, port=0):
    return [msg["payload"] for msg in outcome.outputs[port]]


def test_the_signature_is_the_form_and_the_docstring_the_help():
    found = describe(scale)
    assert (found["type"], found["label"], found["help"]) == (
        "scale",
        "Scale it",
        "Multiplies the payload.",
    )
    assert found["defaults"] == {"name": "", "factor": 2.0, "unit": "m", "note": ""}
    assert found["schema"]["properties"]["unit"]["enum"] == ["m", "km"]


@pytest.mark.asyncio
async def test_the_payload_goes_in_and_what_is_returned_goes_on():
    outcome = await run_node(scale(factor=3, unit="km"), [{"payload": 2, "topic": "t"}])
    assert payloads(outcome) == ["6 km"]
    assert outcome.outputs[0][0]["topic"] == "t"
    assert payloads(await run_node(scale(), [{"payload": None}])) == []


@pytest.mark.asyncio
async def test_a_generator_sends_several_messages():
    outcome = await run_node(halves(), [{"payload": 4}])
    assert [(msg["payload"], msg["part"]) for msg in outcome.outputs[0]] == [(2, 1), (2, 2)]
    assert payloads(await run_node(count(), [{"payload": 3}])) == [0, 1, 2]


@pytest.mark.asyncio
async def test_a_function_may_wait_and_use_the_context():
    outcome = await run_node(later(), [{"payload": 1}])
    assert [payloads(outcome, port) for port in (0, 1)] == [[], [1]]
    assert [status.text for status in outcome.statuses] == ["asked"]


def test_a_module_with_a_function_is_a_package_of_nodes():
    module = types.ModuleType(__name__)
    module.scale, module.number = scale, 3
    assert list(node_classes(module)) == [scale]


@pytest.mark.parametrize("function", [lambda: None, lambda payload, *rest: None])
def test_a_function_without_a_message_is_refused(function):
    with pytest.raises(TypeError, match="is no node; expected a first parameter"):
        function_node()(function)


def test_a_function_of_one_flow_is_in_its_palette_and_round_trips():
    flow = Flow("own")

    @flow.node
    def negate(payload: float, twice: bool = False):
        """Changes the sign."""
        return payload if twice else -payload

    flow.add("inject", name="start") >> flow.add(negate) >> flow.add("debug", name="out")
    flow.add(negate(twice=True, name="same"))
    assert flow.call(3)["payload"] == -3
    assert "negate" not in installed().classes
    copy = Flow("copy", flow.entries(), registry=flow.registry)
    assert copy.to_json() == flow.to_json()
    assert copy["same"].config.twice is True


def test_a_function_of_the_notebook_is_in_every_palette_and_can_be_defined_again():
    @vgd_node(type="test-negate")
    def negate(payload: float):
        return -payload

    @vgd_node(type="test-negate")
    def negate_again(payload: float):
        return -payload

    try:
        assert installed().get("test-negate") is negate_again
    finally:
        installed()._classes.pop("test-negate")
