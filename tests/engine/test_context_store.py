"""Named stores and one scope through them."""

from collections import Counter

import pytest

from vgd_kernel.engine.context_store import NamedStore, ScopeStore
from vgd_kernel.model import UNDEFINED
from vgd_kernel.model.errors import ExpressionError


@pytest.fixture
def named():
    return NamedStore("memory")


@pytest.fixture
def store(named):
    return ScopeStore("tab", lambda name: named)


def test_a_value_is_handed_out_by_reference(store):
    value = {"a": 1}
    store.set("o", value)
    store.get("o")["b"] = 2
    assert value == {"a": 1, "b": 2}


def test_undefined_deletes_and_an_item_of_a_list_is_taken_out(store):
    store.set("a.b", 1)
    store.set("a.b", UNDEFINED)
    assert store.get("a") == {}
    store.set("l", [1, 2, 3])
    store.set("l[1]", UNDEFINED)
    assert store.get("l") == [1, 3]


def test_missing_parents_are_made_and_a_text_is_no_parent(store):
    store.set("x.y[2].z", 1)
    assert store.get("x") == {"y": [None, None, {"z": 1}]}
    store.set("s", "text")
    store.set("s.q", 1)
    assert store.get("s") == "text"


def test_what_is_not_there_is_undefined_and_null_is_a_value(store):
    assert store.get("no.such.thing") is UNDEFINED
    store.set("nothing", None)
    assert store.get("nothing") is None
    assert store.get("nothing.x") is UNDEFINED
    assert store.keys() == ["nothing"]


def test_without_a_scope_around_it_a_parent_is_undefined_and_takes_nothing(store):
    store.set("$parent.a", 1)
    assert store.get("$parent.a") is UNDEFINED
    assert store.get("$parent") is UNDEFINED
    assert store.keys() == []
    store.set("$parental", 2)
    assert store.get("$parental") == 2


def test_a_scope_reaches_the_one_around_it_in_the_same_store(named):
    other = NamedStore("other")
    stores = {"default": named, "other": other}
    outer = ScopeStore("tab", stores.__getitem__)
    inner = ScopeStore("instance", stores.__getitem__, parent=outer)
    inner.set("#:(other)::$parent.x", 1)
    assert other.values == {"tab": {"x": 1}}
    assert inner.get("$parent.x", "other") == 1
    assert inner.get("$parent.x") is UNDEFINED


def test_a_store_that_is_given_wins_over_the_one_in_the_key(named):
    other = NamedStore("other")
    store = ScopeStore("tab", {"default": named, "other": other}.__getitem__)
    store.set("#:(default)::x", 1, "other")
    assert other.values == {"tab": {"x": 1}}
    assert named.values == {}


@pytest.mark.parametrize("key", ["", 5, None, "#:(other)::"])
def test_a_key_that_is_no_text_is_refused(store, key):
    with pytest.raises(ExpressionError, match="Invalid context key"):
        store.get(key)
    with pytest.raises(ExpressionError, match="Invalid context key"):
        store.set(key, 1)


def test_a_bad_path_is_refused_and_makes_nothing(store, named):
    with pytest.raises(ExpressionError, match="property expression"):
        store.set("a[", 1)
    assert named.values == {}


def test_what_is_set_and_what_is_handed_out_to_be_changed_is_told(store, named):
    told = Counter()
    named.on_set = lambda scope, key: told.update([("set", scope, key)])
    named.on_got = lambda scope, key: told.update([("got", scope, key)])
    store.set("a.b", {"c": 1})
    store.set("n", 1)
    store.set("n", UNDEFINED)
    store.get("a")
    store.get("a.b")
    store.get("a.b.c")
    store.get("n")
    assert told == {("set", "tab", "a"): 1, ("set", "tab", "n"): 2, ("got", "tab", "a"): 2}
