"""Every typed input that says flow or global honours the store in its key."""

import pytest

from vgd_kernel.engine import RunOptions, start
from vgd_kernel.model import FlowDocument, installed

pytestmark = pytest.mark.asyncio

KEY = "#:(fast)::a.b"


def rule(**fields):
    return {"type": "change", "rules": [fields]}


READERS = {
    "change": rule(t="set", p="payload", pt="msg", to=KEY, tot="flow"),
    "change jsonata": rule(
        t="set", p="payload", pt="msg", to='$flowContext("a.b", "fast")', tot="jsonata"
    ),
    "change move": rule(t="move", p=KEY, pt="flow", to="payload", tot="msg"),
    "switch": {"type": "switch", "property": KEY, "propertyType": "flow",
               "rules": [{"t": "eq", "v": KEY, "vt": "flow"}], "outputs": 1},
    "switch value": {"type": "switch", "property": "payload", "propertyType": "msg",
                     "rules": [{"t": "eq", "v": KEY, "vt": "flow"}], "outputs": 1},
    "inject": {"type": "inject", "props": [{"p": "payload", "v": KEY, "vt": "flow"}]},
    "template": {"type": "template", "template": "{{flow[fast].a.b}}", "field": "payload"},
    "trigger": {"type": "trigger", "op1": KEY, "op1type": "flow", "op2type": "nul",
                "duration": "0", "outputs": 1},
    "function": {"type": "function", "language": "python", "outputs": 1,
                 "func": f"return {{'payload': flow.get('{KEY}')}}"},
}  # fmt: skip
"""Nodes that hand a message on only when, or with what, they find in the store ``fast``."""

WRITERS = {
    "change": rule(t="set", p=KEY, pt="flow", to="5", tot="num"),
    "template": {"type": "template", "template": "5", "field": KEY, "fieldType": "flow"},
    "function": {"type": "function", "language": "python", "outputs": 1,
                 "func": f"flow.set('{KEY}', 5)"},
}  # fmt: skip


async def run(entry):
    entries = [
        {"id": "t", "type": "tab"},
        {"id": "n", "z": "t", "x": 1, "y": 1, "wires": [["out"]], **entry},
        {"id": "out", "type": "junction", "z": "t", "wires": []},
    ]
    options = RunOptions(context_stores={"slow": None, "fast": None})
    return await start(FlowDocument(entries), installed(), options)


@pytest.mark.parametrize("name", READERS)
async def test_a_value_is_read_from_the_store_that_is_named(name):
    running = await run(READERS[name])
    assert running.problems == ()
    contexts = running.contexts
    contexts.store("flow", "n", "t").set("a.b", "slow")
    contexts.store("flow", "n", "t").set("a.b", "fast", "fast")
    got = []
    running.tap("out", got.append)
    running.inject("n", {} if name == "inject" else {"payload": "fast"})
    assert await running.idle(5)
    await running.stop()
    assert [msg["payload"] for msg in got] == ["fast"]


@pytest.mark.parametrize("name", WRITERS)
async def test_a_value_is_written_to_the_store_that_is_named(name):
    running = await run(WRITERS[name])
    running.send("n", {"payload": 1})
    assert await running.idle(5)
    await running.stop()
    contexts = running.contexts
    assert contexts.read("t", "slow") == {}
    assert contexts.read("t", "fast") in ({"a": {"b": 5}}, {"a": {"b": "5"}})
