"""From a document to a plan."""

import pytest

from vgd_kernel.engine.compile import compile_flow
from vgd_kernel.model import FlowDocument
from vgd_kernel.model.events import LogRecord


def plan(registry, entries, process=None):
    return compile_flow(FlowDocument(entries), registry, process or {})


def test_config_nodes_start_first_and_after_those_they_use(registry, node):
    entries = [
        node("a"),
        {"id": "one", "type": "settings", "other": "two"},
        {"id": "two", "type": "settings", "other": "three"},
        {"id": "three", "type": "settings"},
        node("b"),
    ]
    assert list(plan(registry, entries).nodes) == ["three", "two", "one", "a", "b"]


def test_config_nodes_that_use_each_other_start_all_the_same(registry):
    entries = [
        {"id": "one", "type": "settings", "other": "two"},
        {"id": "two", "type": "settings", "other": "one"},
    ]
    assert set(plan(registry, entries).nodes) == {"one", "two"}


def test_environment_values_are_substituted_before_the_config_is_read(registry, node):
    entries = [node("n", type="number", value="${VALUE}")]
    found = plan(registry, entries, {"VALUE": "5"})
    assert found.problems == ()
    assert found.nodes["n"].config.value == 5


def test_every_output_port_has_a_place_even_without_wires(registry, node):
    assert plan(registry, [node("a")]).nodes["a"].wires == ((),)
    assert plan(registry, [node("a", "b", "b"), node("b")]).nodes["a"].wires == (("b",), ("b",))


@pytest.mark.parametrize("wires", ["text", 5, [5], [["b", 7]], None])
def test_wires_that_are_no_lists_of_ids_are_left_out(registry, node, wires):
    found = plan(registry, [node("a") | {"wires": wires}, node("b")])
    assert {target for port in found.nodes["a"].wires for target in port} <= {"b"}


def test_nodes_in_an_instance_on_a_disabled_tab_do_not_run(registry, node):
    entries = [
        {"id": "tab", "type": "tab", "disabled": True},
        {"id": "s", "type": "subflow", "in": [], "out": []},
        node("w") | {"z": "s"},
        node("i", type="subflow:s"),
    ]
    assert plan(registry, entries).nodes == {}


@pytest.mark.asyncio
async def test_a_started_config_node_is_found_by_its_users(flow, node):
    seen = []

    def uses(ctx):
        seen.append((ctx.config_node("one").host, ctx.config_node("a"), ctx.config_node("gone")))

    entries = [node("a", type="code"), {"id": "one", "type": "settings", "host": "h"}]
    async with flow(entries, code={"a": uses}) as bench:
        assert seen == [("h", None, None)]
        assert bench.of(LogRecord) == []
