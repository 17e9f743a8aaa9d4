"""The kept state of deployments."""

import pytest

from vgd_kernel.services.store import StateChanges, Store

KEY, OTHER = ("memory", "tab", "x"), (":state", "n", "\ud800")


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path)
    made.deployments.put("f", flow=[], labels={}, environment={}, owner="", now=1.0)
    yield made
    made.close()


def test_changes_are_there_for_the_next_run(store):
    assert store.state.begin("f", 1) == {}
    assert store.state.apply("f", StateChanges(1, 1, {KEY: b"1", OTHER: b"2"}))
    assert store.state.apply("f", StateChanges(1, 2, {KEY: b"3", OTHER: None}))
    assert store.state.version("f", 1) == 2
    assert store.state.begin("f", 2) == {KEY: b"3"}
    assert store.state.version("f", 1) == -1
    assert store.state.version("f", 2) == 0


def test_a_run_that_is_not_the_newest_changes_nothing(store):
    store.state.begin("f", 2)
    assert not store.state.apply("f", StateChanges(1, 9, {KEY: b"1"}))
    assert not store.state.apply("unknown", StateChanges(3, 1, {KEY: b"1"}))
    assert store.state.begin("unknown", 1) == {}
    assert store.state.begin("f", 3) == {}


def test_everything_takes_the_place_of_what_was_there(store):
    store.state.begin("f", 1)
    store.state.apply("f", StateChanges(1, 1, {KEY: b"1"}))
    store.state.apply("f", StateChanges(1, 5, {OTHER: b"2"}, whole=True))
    assert store.state.begin("f", 1) == {OTHER: b"2"}


def test_a_removed_deployment_takes_its_state_along(store):
    store.state.begin("f", 1)
    store.state.apply("f", StateChanges(1, 1, {KEY: b"1"}))
    store.deployments.remove("f")
    store.deployments.put("f", flow=[], labels={}, environment={}, owner="", now=2.0)
    assert store.state.begin("f", 2) == {}
