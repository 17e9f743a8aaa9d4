"""Environment values: node, group, tab, subflow instance, global, process."""

import pytest

from vgd_kernel.engine.environment import Environment, Scope
from vgd_kernel.model import UNDEFINED
from vgd_kernel.model.expand import expand


def pair(name, value, type="str"):
    return {"name": name, "value": value, "type": type}


def environment(entries, process=None):
    flow = expand(entries)
    return Environment(flow, process or {}), flow.nodes


ENTRIES = [
    {"id": "tab", "type": "tab", "label": "Main", "env": [pair("A", "tab"), pair("B", "tab")]},
    {"id": "outer", "type": "group", "z": "tab", "name": "Outer", "env": [pair("A", "outer")]},
    {"id": "inner", "type": "group", "z": "tab", "g": "outer", "env": [pair("C", "inner")]},
    {"id": "gc", "type": "global-config", "env": [pair("G", "global"), pair("B", "global")]},
    {"id": "n", "type": "pass", "z": "tab", "g": "inner", "name": "N"},
    {"id": "free", "type": "pass", "z": "tab"},
]


def test_the_nearest_level_that_has_a_name_gives_the_value():
    values, nodes = environment(ENTRIES, {"P": "process", "G": "process"})
    seen = {name: values.get(nodes["n"], name) for name in "ABCGP"}
    assert seen == {"A": "outer", "B": "tab", "C": "inner", "G": "global", "P": "process"}
    assert values.get(nodes["free"], "A") == "tab"
    assert values.get(nodes["free"], "C") is UNDEFINED


def test_a_name_after_parent_is_looked_up_one_level_higher():
    values, nodes = environment(ENTRIES)
    assert values.get(nodes["free"], "$parent.B") == "global"
    assert values.get(nodes["n"], "$parent.A") == "outer"


def test_the_platform_gives_the_names_of_where_a_node_stands():
    values, nodes = environment(ENTRIES)
    names = ["NODE_ID", "NODE_NAME", "NODE_PATH", "GROUP_ID", "FLOW_ID", "FLOW_NAME"]
    seen = [values.get(nodes["n"], f"NR_{name}") for name in names]
    assert seen == ["n", "N", "tab/n", "inner", "tab", "Main"]
    assert values.get(nodes["free"], "NR_NODE_NAME") is UNDEFINED


def test_an_instance_sees_its_own_values_then_those_of_its_subflow_then_of_its_place():
    entries = [
        *ENTRIES,
        {"id": "s", "type": "subflow", "env": [pair("X", "default"), pair("Y", "default")]},
        {"id": "in", "type": "pass", "z": "s"},
        {"id": "i", "type": "subflow:s", "z": "tab", "g": "inner", "name": "I",
         "env": [pair("Y", "mine")]},
    ]  # fmt: skip
    values, nodes = environment(entries)
    inner = nodes["i-in"]
    seen = {name: values.get(inner, name) for name in ("X", "Y", "C", "A")}
    assert seen == {"X": "default", "Y": "mine", "C": "inner", "A": "outer"}
    names = [values.get(inner, f"NR_{name}") for name in ("SUBFLOW_ID", "SUBFLOW_NAME")]
    assert names == ["i", "I"]
    assert values.get(inner, "NR_NODE_PATH") == "tab/i/in"


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("text", "str", "text"),
        ("5", "num", 5),
        ("true", "bool", True),
        (True, "bool", True),
        ("no", "bool", False),
        ('{"a":[1]}', "json", {"a": [1]}),
        ("[1,2]", "bin", b"\x01\x02"),
        ("1 + 1", "jsonata", 2),
        ("OTHER", "env", "other"),
        ("${OTHER}", "env", "other"),
        ("an ${OTHER} ${GONE}.", "env", "an other ."),
        ("GONE", "env", ""),
        ("${OTHER}", "conf-type", "other"),
        ("secret", "cred", "secret"),
    ],
)
def test_values_are_evaluated_by_their_type(value, kind, expected):
    scope = Scope({}, [pair("V", value, kind), pair("OTHER", "other")], None)
    assert scope.get("V") == expected


def test_a_container_is_handed_out_as_a_copy():
    scope = Scope({}, [pair("V", "[1]", "json")], None)
    scope.get("V").append(2)
    assert scope.get("V") == [1]


def test_a_value_that_names_itself_means_the_level_above():
    above = Scope({}, [pair("V", "above")], None)
    assert Scope({}, [pair("V", "V", "env")], above).get("V") == "above"


def test_values_that_name_each_other_end_at_the_level_above():
    above = Scope({}, [pair("A", "above")], None)
    scope = Scope({}, [pair("A", "B", "env"), pair("B", "A", "env")], above)
    assert scope.get("A") == "above"


def test_a_value_that_cannot_be_evaluated_is_undefined_and_logged(caplog):
    assert Scope({}, [pair("V", "{", "json")], None).get("V") is UNDEFINED
    assert "environment value V cannot be evaluated" in caplog.text


def test_texts_of_an_entry_that_are_just_a_name_are_substituted():
    values, nodes = environment(ENTRIES, {"PORT": "1883"})
    entry = {**nodes["free"], "a": "${A}", "b": ["$(PORT)", {"c": "${GONE}"}], "d": "x ${A}"}
    made = values.substituted(entry)
    assert (made["a"], made["b"], made["d"]) == ("tab", ["1883", {"c": "${GONE}"}], "x ${A}")
