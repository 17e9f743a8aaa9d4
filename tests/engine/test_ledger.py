"""What changed of a run, look by look."""

import json

import pytest

from vgd_kernel.engine.contexts import Contexts
from vgd_kernel.engine.ledger import ENTRIES, MOST_BYTES, STATES, Ledger, to_snapshot
from vgd_kernel.model.expand import expand

FLOW = expand([{"id": "tab", "type": "tab"}, {"id": "n", "type": "x", "z": "tab", "rule": 1}])


def encode(value):
    try:
        return json.dumps(value).encode()
    except TypeError as error:
        raise ValueError(str(error)) from None


@pytest.fixture
def contexts():
    return Contexts(FLOW, {}, None, backends={"fast": None, "kept": None}, default="kept")


@pytest.fixture
def ledger(contexts):
    return Ledger(contexts, encode, {}, volatile=["fast"])


def test_a_look_finds_what_changed_since_the_last_one(contexts, ledger):
    flow = contexts.store("flow", "n", "tab")
    flow.set("a", 1)
    flow.set("b.c", 2)
    flow.set("volatile", 3, "fast")
    contexts.state("n")["seen"] = 1
    mark = contexts.fingerprint("n").encode()
    assert dict(ledger.changes()) == {
        ("kept", "tab", "a"): b"1",
        ("kept", "tab", "b"): b'{"c": 2}',
        (STATES, "n", "seen"): b"1",
        (ENTRIES, "n", ""): b'"' + mark + b'"',
    }
    assert dict(ledger.changes()) == {}
    flow.set("a", 1)
    contexts.state("n")["seen"] = 2
    assert dict(ledger.changes()) == {(STATES, "n", "seen"): b"2"}


def test_a_container_that_is_changed_in_place_is_found_when_it_was_handed_out(contexts, ledger):
    flow = contexts.store("flow", "n", "tab")
    items = []
    flow.set("items", items)
    dict(ledger.changes())
    flow.get("items").append(1)
    assert dict(ledger.changes()) == {("kept", "tab", "items"): b"[1]"}
    items.append(2)
    assert dict(ledger.changes()) == {}
    assert dict(ledger.changes(whole=True)) == {("kept", "tab", "items"): b"[1, 2]"}


def test_what_is_gone_is_told_once(contexts, ledger):
    flow = contexts.store("flow", "n", "tab")
    flow.set("a", 1)
    contexts.state("n").update(seen=1, more=2)
    dict(ledger.changes())
    contexts.stores["kept"].remove("tab")
    del contexts.state("n")["more"]
    assert dict(ledger.changes()) == {("kept", "tab", "a"): None, (STATES, "n", "more"): None}
    contexts.forget_node("n", "tab")
    assert dict(ledger.changes()) == {(STATES, "n", "seen"): None, (ENTRIES, "n", ""): None}
    assert dict(ledger.changes()) == {}


def test_changes_that_could_not_be_kept_come_again(contexts, ledger):
    contexts.store("flow", "n", "tab").set("a", 1)
    contexts.state("n")["seen"] = 1
    first = dict(ledger.changes())
    ledger.undo(first)
    assert dict(ledger.changes()) == first


def test_what_is_kept_already_does_not_change_and_what_went_meanwhile_is_deleted(contexts):
    contexts.store("flow", "n", "tab").set("a", 1)
    contexts.state("n")["seen"] = 1
    known = dict(Ledger(contexts, encode, {}).changes(whole=True))
    stale = {("kept", "old", "x"): b"1", (STATES, "old", "x"): b"1", ("other", "tab", "x"): b"1"}
    again = Ledger(contexts, encode, {**known, **stale})
    assert dict(again.changes()) == dict.fromkeys(stale)


def test_what_cannot_be_kept_is_named_once_and_takes_the_old_value_away(contexts, ledger, caplog):
    state = contexts.state("n")
    state["a"] = 1
    dict(ledger.changes())
    state.update({"a": object(), 5: "no text", "large": "x" * MOST_BYTES})
    assert dict(ledger.changes()) == {(STATES, "n", "a"): None}
    assert dict(ledger.changes()) == {}
    assert caplog.text.count("in the state of n is not kept") == 3


def test_everything_is_what_a_new_keeper_needs(contexts, ledger):
    contexts.store("flow", "n", "tab").set("a", [1])
    contexts.state("n")["seen"] = 1
    dict(ledger.changes())
    values = {key: json.loads(data) for key, data in ledger.everything().items()}
    snapshot = to_snapshot(values)
    again = Contexts(FLOW, {}, snapshot, backends={"kept": None})
    assert again.states == {"n": {"seen": 1}}
    assert again.read("tab") == {"a": [1]}
    assert dict(ledger.changes(whole=True)) == {}


def test_a_state_is_not_restored_into_a_node_that_was_changed(contexts):
    contexts.state("n")["seen"] = 1
    contexts.store("node", "n", "tab").set("mine", 1)
    snapshot = contexts.snapshot()
    entry = {"id": "n", "type": "x", "z": "tab", "rule": 1}
    tab = {"id": "tab", "type": "tab"}
    moved = Contexts(expand([tab, {**entry, "x": 5, "wires": [[]]}]), {}, snapshot)
    assert moved.states == {"n": {"seen": 1}}
    changed = Contexts(expand([tab, {**entry, "rule": 2}]), {}, snapshot)
    assert changed.states == {}
    assert changed.read("n:tab") == {"mine": 1}
    removed = Contexts(expand([tab]), {}, snapshot)
    assert (removed.states, removed.read("n:tab")) == ({}, {})
