"""What a deployment of a kind stops, for a change of a document: Node-RED's rules as tables."""

import pytest

from vgd_kernel.engine.differences import differences
from vgd_kernel.engine.references import References

TAB = {"id": "tab", "type": "tab", "label": "", "env": []}
CHAIN = [
    {"id": "a", "type": "pass", "z": "tab", "x": 1, "wires": [["b"]]},
    {"id": "b", "type": "pass", "z": "tab", "x": 2, "wires": [["c"]]},
    {"id": "c", "type": "pass", "z": "tab", "x": 3, "server": "conf", "wires": [[]]},
    {"id": "alone", "type": "pass", "z": "tab", "wires": [[]]},
    {"id": "conf", "type": "settings", "host": "one"},
    {"id": "user", "type": "settings", "other": "conf"},
]
SUBFLOW = [
    {"id": "sub", "type": "subflow", "name": "", "in": [], "out": []},
    {"id": "inner", "type": "pass", "z": "sub", "wires": [[]]},
    {"id": "outer", "type": "subflow", "name": "", "in": [], "out": []},
    {"id": "nested", "type": "subflow:sub", "z": "outer", "wires": []},
    {"id": "one", "type": "subflow:sub", "z": "tab", "wires": []},
    {"id": "two", "type": "subflow:outer", "z": "tab", "wires": []},
]
GROUPS = [
    {"id": "g1", "type": "group", "z": "tab", "nodes": ["m1", "g2"], "env": [], "x": 1},
    {"id": "g2", "type": "group", "z": "tab", "g": "g1", "nodes": ["m2"], "env": [], "x": 1},
    {"id": "m1", "type": "pass", "z": "tab", "g": "g1", "wires": []},
    {"id": "m2", "type": "pass", "z": "tab", "g": "g2", "wires": []},
    {"id": "free", "type": "pass", "z": "tab", "wires": []},
]
DOCUMENT = {entry["id"]: entry for entry in (TAB, *CHAIN, *SUBFLOW, *GROUPS)}


def changed(id, **fields):
    return {**DOCUMENT, id: {**DOCUMENT[id], **fields}}


def stopped(new, kind="nodes", old=DOCUMENT):
    found = differences(old, new, References(old), kind)
    return found.nodes & (old.keys() | new.keys()), found.containers, found.everything


@pytest.mark.parametrize(
    ("what", "nodes"),
    [
        ({"x": 99}, set()),
        ({"wires": [[]]}, set()),
        ({"name": "other"}, {"b"}),
        ({"extra": None}, {"b"}),
        ({"d": True}, {"b"}),
    ],
)
def test_a_node_is_restarted_for_what_it_does_not_for_where_it_stands(what, nodes):
    assert stopped(changed("b", **what)) == (nodes, set(), False)


def test_what_names_a_config_node_that_changed_is_restarted_over_any_distance():
    assert stopped(changed("conf", host="two"))[0] == {"conf", "user", "c"}


def test_what_names_a_node_that_is_gone_is_restarted():
    gone = {id: entry for id, entry in DOCUMENT.items() if id != "conf"}
    assert stopped(gone)[0] == {"conf", "user", "c"}


def test_a_list_of_one_id_counts_as_the_id():
    old = {"a": {"id": "a", "type": "pass"}, "b": {"id": "b", "type": "pass", "scope": ["a"]}}
    new = {"a": {"id": "a", "type": "pass", "name": "x"}, "b": old["b"]}
    assert stopped(new, old=old)[0] == {"a", "b"}


def test_with_flows_all_that_is_wired_to_a_change_is_restarted_too():
    assert stopped(changed("b", name="other"), "flows")[0] == {"a", "b", "c"}
    assert stopped(changed("b", wires=[[]]), "flows")[0] == {"a", "b", "c"}


def test_full_restarts_everything():
    assert stopped(DOCUMENT, "full")[2]
    assert not stopped(DOCUMENT, "flows")[2]


def test_a_change_of_the_global_config_restarts_everything():
    old = {"global": {"id": "global", "type": "global-config", "env": []}, **DOCUMENT}
    new = {**old, "global": {**old["global"], "env": [{"name": "A", "type": "str", "value": ""}]}}
    assert stopped(new, old=old)[2]


@pytest.mark.parametrize("what", [{"env": [{"name": "A"}]}, {"disabled": True}])
def test_another_environment_or_state_of_a_tab_restarts_the_tab(what):
    assert stopped(changed("tab", **what))[1] == {"tab"}


def test_another_label_of_a_tab_restarts_nothing():
    assert stopped(changed("tab", label="new")) == (set(), set(), False)


@pytest.mark.parametrize(
    ("id", "what"),
    [("inner", {"name": "x"}), ("inner", {"wires": [["inner"]]}), ("sub", {"env": []})],
)
def test_a_change_inside_a_subflow_restarts_its_instances_nested_ones_too(id, what):
    assert {"one", "two"} <= stopped(changed(id, **what))[0]


def test_a_node_added_to_a_subflow_restarts_its_instances():
    more = {**DOCUMENT, "new": {"id": "new", "type": "pass", "z": "sub"}}
    assert {"one", "two"} <= stopped(more)[0]


def test_a_change_of_a_group_restarts_what_is_in_it_but_not_for_its_looks():
    env = [{"name": "A", "type": "str", "value": "1"}]
    assert stopped(changed("g1", env=env))[0] >= {"g1", "m1", "g2", "m2"}
    assert "free" not in stopped(changed("g1", env=env))[0]
    assert stopped(changed("g1", x=9, style={"fill": "red"}))[0] == set()


def test_references_of_a_document_follow_its_changes():
    references = References(DOCUMENT)
    new = changed("c", server="user")
    references.move(new, ["c"], set())
    assert references.users(["conf"]) == {"user"}
    assert references.users(["user"]) == {"c"}
    more = {**new, "late": {"id": "late", "type": "settings", "other": "conf"}}
    references.move(more, [], set())
    assert references.users(["conf"]) == {"user", "late"}
