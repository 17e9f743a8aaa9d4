"""Subflow instances and links, resolved."""

import pytest

from vgd_kernel.model.expand import expand


def node(id, *targets, type="pass", z="tab", **fields):
    return {"id": id, "type": type, "z": z, "wires": [list(t) for t in targets], **fields}


def subflow(id, into=(), out=(), **fields):
    def ends(ids):
        return [{"id": end} if isinstance(end, str) else dict(end) for end in ids]

    ports = {"in": [{"wires": ends(into)}], "out": [{"wires": ends(wires)} for wires in out]}
    return {"id": id, "type": "subflow", **ports, **fields}


def wires(flow):
    return {id: entry["wires"] for id, entry in flow.nodes.items() if "wires" in entry}


def test_an_instance_is_wired_to_copies_of_the_nodes_inside():
    entries = [
        subflow("s", into=["x"], out=[[{"id": "y", "port": 1}]]),
        node("x", ["y"], z="s"),
        node("y", [], z="s"),
        node("i", ["after"], type="subflow:s"),
        node("after"),
    ]
    flow = expand(entries)
    assert wires(flow) == {
        "i": [["i-x"]],
        "i-x": [["i-y"]],
        "i-y": [[], ["after"]],
        "after": [],
    }
    assert flow.nodes["i-x"]["z"] == "i"
    assert flow.containers["i"].parent == "tab"
    assert flow.problems == ()


def test_a_document_is_not_changed():
    entries = [subflow("s", into=["x"]), node("x", z="s"), node("i", type="subflow:s")]
    expand(entries)
    assert entries[1] == node("x", z="s")
    assert entries[2] == node("i", type="subflow:s")


def test_an_instance_may_hand_its_input_straight_to_its_output():
    entries = [subflow("s", out=[["s"]]), node("i", ["b"], type="subflow:s"), node("b")]
    assert expand(entries).nodes["i"]["wires"] == [["b"]]


def test_instances_within_instances_have_ids_of_the_whole_way():
    entries = [
        subflow("s", into=["x"], out=[["x"]]),
        node("x", z="s"),
        subflow("t", into=["in"], out=[["in"]]),
        node("in", type="subflow:s", z="t"),
        node("i", ["b"], type="subflow:t"),
        node("b"),
    ]
    flow = expand(entries)
    assert wires(flow) == {"i": [["i-in"]], "i-in": [["i-in-x"]], "i-in-x": [["b"]], "b": []}
    assert flow.containers["i-in"].parent == "i"


def test_fields_that_name_a_sibling_name_its_copy():
    entries = [
        subflow("s"),
        node("conf", z="s", type="settings"),
        node("x", z="s", server="conf", text="other"),
        node("c", z="s", type="catch", scope=["x", "gone"]),
        {"id": "g", "type": "group", "z": "s"},
        node("m", z="s", g="g"),
        node("i", type="subflow:s"),
    ]
    flow = expand(entries)
    assert flow.nodes["i-x"]["server"] == "i-conf"
    assert flow.nodes["i-x"]["text"] == "other"
    assert flow.nodes["i-c"]["scope"] == ["i-x", ""]
    assert flow.nodes["i-m"]["g"] == "i-g"
    assert "i-g" in flow.groups


def test_a_status_output_ends_at_a_node_of_the_instance():
    entries = [
        subflow("s", into=["x"], status={"wires": [{"id": "x", "port": 0}]}),
        node("x", z="s"),
        node("i", type="subflow:s"),
    ]
    flow = expand(entries)
    assert flow.nodes["i-x"]["wires"] == [["i:status"]]
    assert flow.nodes["i:status"]["type"] == "subflow-status"


def test_the_environment_of_an_instance_overrides_that_of_its_subflow():
    entries = [
        subflow("s", env=[{"name": "A", "value": 1}, {"name": "B", "value": 2}]),
        node("i", type="subflow:s", env=[{"name": "B", "value": 3}]),
    ]
    values = {pair["name"]: pair["value"] for pair in expand(entries).containers["i"].environment}
    assert values == {"A": 1, "B": 3}


def test_a_subflow_that_contains_itself_is_a_problem():
    entries = [
        subflow("s", into=["again"]),
        node("again", type="subflow:s", z="s"),
        node("i", type="subflow:s"),
    ]
    flow = expand(entries)
    (problem,) = flow.problems
    assert problem.node == "i-again"
    assert "contains itself" in problem.seen


def test_an_instance_of_a_missing_subflow_is_a_problem():
    flow = expand([node("i", type="subflow:gone")])
    (problem,) = flow.problems
    assert (problem.node, problem.code) == ("i", "unknown-type")
    assert flow.nodes == {}


def test_a_disabled_instance_is_not_expanded():
    entries = [subflow("s"), node("x", z="s"), node("i", type="subflow:s", d=True)]
    assert list(expand(entries).nodes) == ["i"]


def test_links_become_wires_whichever_end_declares_them():
    entries = [
        node("o", type="link out", links=["a"]),
        node("p", type="link out", links=[]),
        node("r", type="link out", mode="return", links=[]),
        node("a", type="link in", links=["o"]),
        node("b", type="link in", links=["o", "p", "r"]),
    ]
    found = wires(expand(entries))
    assert (found["o"], found["p"], found["r"]) == ([["a", "b"]], [["b"]], [])


def test_tabs_tell_whether_they_are_disabled():
    flow = expand([{"id": "t", "type": "tab", "disabled": True}, {"id": "u", "type": "tab"}])
    assert [flow.containers[id].disabled for id in ("t", "u")] == [True, False]


@pytest.mark.parametrize("ports", ["t", 5, [None], [{"wires": 5}], [{"wires": [5]}],
                                   [{"wires": [{"id": "c", "port": "x"}]}],
                                   [{"wires": [{"id": "c", "port": 10**9}]}]])  # fmt: skip
def test_ports_of_a_subflow_that_are_none_are_passed_over(ports):
    flow = [
        {"id": "s", "type": "subflow", "in": ports, "out": ports, "status": "x"},
        {"id": "c", "type": "change", "z": "s", "wires": [[]]},
        {"id": "i", "type": "subflow:s", "z": [], "wires": [[]]},
    ]
    assert list(expand(flow).nodes) == ["i", "i-c"]
