"""The placement machine: what runs where, decided without I/O."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.services.cluster.card import WorkerCard
from vgd_kernel.services.cluster.machine import LOSSES_ALLOWED, LOSSES_WITHIN_S, PlacementMachine
from vgd_kernel.services.cluster.machine_events import (
    FollowOn,
    Forget,
    Joined,
    Load,
    Lost,
    Place,
    Refused,
    Settled,
    Show,
    Started,
    StartOn,
    StopOn,
    Want,
)


def card(name, port=1, **labels):
    return WorkerCard(name, "h", port, port + 1, "token", labels)


def hosted(name, epoch, revision=1):
    return {"name": name, "epoch": epoch, "revision": revision, "problems": []}


class Bench:
    """A machine whose invariants are checked after every event."""

    def __init__(self, *, settled=True):
        self.machine = PlacementMachine()
        if settled:
            self.do(Settled())

    def do(self, event):
        effects = self.machine.handle(event)
        self.machine.check()
        return [effect for effect in effects if not isinstance(effect, Show)]

    def want(self, name="f", revision=1, *, running=True, **labels):
        return self.do(Want(name, revision, labels, running, 10))

    def item(self, name="f"):
        return self.machine.items[name]


@pytest.fixture
def bench():
    return Bench()


def test_a_wanted_deployment_is_written_down_and_then_started(bench):
    bench.do(Joined(card("w")))
    assert bench.want() == [Place("f", 11, "h:1"), StartOn("h:1", "f", 11, 1)]
    assert bench.item().phase == "starting"
    bench.do(Started("f", 11))
    assert bench.item().phase == "running"


def test_without_a_worker_it_waits_and_starts_when_one_comes(bench):
    assert bench.want() == []
    assert bench.item().phase == "waiting"
    assert bench.do(Joined(card("w"))) == [Place("f", 11, "h:1"), StartOn("h:1", "f", 11, 1)]


def test_the_reason_for_waiting_names_the_labels_and_the_workers(bench):
    bench.do(Joined(card("office", 1, site="office")))
    bench.want(site="plant-1")
    assert bench.item().reason == (
        "no worker has site=plant-1; workers: office (site=office). "
        "It starts when one comes: vgd worker --label site=plant-1"
    )
    assert bench.do(Joined(card("p", 5, site="plant-1", size="big")))[1].address == "h:5"


def test_the_worker_with_the_fewest_deployments_is_chosen(bench):
    bench.do(Joined(card("a", 1)))
    bench.do(Joined(card("b", 5)))
    chosen = [bench.want(name)[0].address for name in ("f1", "f2", "f3", "f4")]
    assert chosen == ["h:1", "h:5", "h:1", "h:5"]


def test_a_lost_workers_deployments_start_elsewhere_with_a_higher_epoch(bench):
    bench.do(Joined(card("a", 1)))
    bench.want()
    bench.do(Started("f", 11))
    bench.do(Joined(card("b", 5)))
    assert bench.do(Lost("h:1", "killed", 0.0)) == [
        Place("f", 12, "h:5"),
        StartOn("h:5", "f", 12, 1),
    ]


def test_a_worker_that_comes_back_with_a_stale_run_is_told_to_stop_it(bench):
    bench.do(Joined(card("a", 1)))
    bench.want()
    bench.do(Joined(card("b", 5)))
    bench.do(Lost("h:1", "cut off", 0.0))
    assert bench.do(Joined(card("a", 1), (hosted("f", 11),))) == [StopOn("h:1", "f", 11)]
    assert bench.item().address == "h:5"


def test_a_late_answer_of_an_older_start_changes_nothing(bench):
    bench.do(Joined(card("a", 1)))
    bench.want()
    bench.want(revision=2)
    bench.do(Started("f", 11))
    assert bench.item().phase == "starting"
    bench.do(Refused("f", 11, "too late"))
    assert bench.item().phase == "starting"
    bench.do(Started("f", 12))
    assert bench.item().phase == "running"


def test_a_new_revision_starts_on_the_same_worker(bench):
    bench.do(Joined(card("a", 1)))
    bench.do(Joined(card("b", 5)))
    bench.want("other")
    bench.want()
    assert bench.want(revision=2) == [Place("f", 12, "h:5"), StartOn("h:5", "f", 12, 2)]


def test_a_new_revision_with_other_labels_moves(bench):
    bench.do(Joined(card("a", 1)))
    bench.do(Joined(card("b", 5, site="x")))
    bench.want()
    assert bench.want(revision=2, site="x") == [
        StopOn("h:1", "f", 11),
        Place("f", 12, "h:5"),
        StartOn("h:5", "f", 12, 2),
    ]


def test_wanting_what_runs_already_does_nothing(bench):
    bench.do(Joined(card("a", 1)))
    bench.want()
    assert bench.want() == []


def test_stopping_and_forgetting_stop_the_run(bench):
    bench.do(Joined(card("a", 1)))
    bench.want()
    assert bench.want(running=False) == [StopOn("h:1", "f", 11)]
    assert bench.item().phase == "stopped"
    bench.want()
    assert bench.do(Forget("f")) == [StopOn("h:1", "f", 12)]
    assert bench.do(Forget("f")) == []


def test_what_cannot_be_started_fails_with_the_reason_until_it_is_changed(bench):
    bench.do(Joined(card("a", 1)))
    bench.want()
    bench.do(Refused("f", 11, "no such thing"))
    assert (bench.item().phase, bench.item().reason) == ("failed", "no such thing")
    assert bench.do(Joined(card("b", 5))) == []
    assert bench.want(revision=2)[1] == StartOn("h:1", "f", 12, 2)


def test_a_deployment_that_ends_its_workers_is_stopped_from_doing_so(bench):
    for number in range(LOSSES_ALLOWED):
        bench.do(Joined(card("w", 10 + number)))
        if number == 0:
            bench.want()
        bench.do(Lost(f"h:{10 + number}", "crashed", float(number)))
    assert bench.item().phase == "failed"
    assert "crashed" in bench.item().reason
    bench.do(Joined(card("w", 99)))
    assert bench.item().phase == "failed"
    assert bench.want()[1].address == "h:99"


def test_losses_that_lie_far_apart_are_forgiven(bench):
    bench.want()
    for number in range(3 * LOSSES_ALLOWED):
        bench.do(Joined(card("w", 10 + number)))
        bench.do(Lost(f"h:{10 + number}", "crashed", number * LOSSES_WITHIN_S / 2))
    assert bench.item().phase == "waiting"


def test_a_server_that_comes_back_takes_over_what_still_runs():
    bench = Bench(settled=False)
    bench.do(Load("f", 1, {}, True, 11))
    assert bench.do(Joined(card("a", 1), (hosted("f", 11),))) == [FollowOn("h:1", "f", 11)]
    assert bench.do(Settled()) == []
    assert bench.item().phase == "running"


def test_a_server_that_comes_back_starts_what_does_not_run_any_more():
    bench = Bench(settled=False)
    bench.do(Load("f", 1, {}, True, 11))
    assert bench.do(Joined(card("a", 1))) == []
    assert bench.do(Settled()) == [Place("f", 12, "h:1"), StartOn("h:1", "f", 12, 1)]


@pytest.mark.parametrize("stale", [hosted("f", 10), hosted("f", 11, 1), hosted("unknown", 1)])
def test_a_server_that_comes_back_stops_what_is_out_of_date(stale):
    bench = Bench(settled=False)
    bench.do(Load("f", 2, {}, True, 11))
    stopped = StopOn("h:1", stale["name"], stale["epoch"])
    assert bench.do(Joined(card("a", 1), (stale,))) == [stopped]
    assert bench.do(Settled())[-1] == StartOn("h:1", "f", 12, 2)


def test_what_was_stopped_stays_stopped_over_a_restart():
    bench = Bench(settled=False)
    bench.do(Load("f", 1, {}, False, 11))
    assert bench.do(Joined(card("a", 1), (hosted("f", 11),))) == [StopOn("h:1", "f", 11)]
    assert bench.do(Settled()) == []
    assert bench.item().phase == "stopped"


NAMES = st.sampled_from(["f", "g"])
PORTS = st.sampled_from([1, 5, 9])
LABELS = st.sampled_from([{}, {"site": "x"}])
EPOCHS = st.integers(10, 14)
EVENTS = st.one_of(
    st.builds(Want, NAMES, st.integers(1, 2), LABELS, st.booleans(), st.just(10)),
    st.builds(Forget, NAMES),
    st.just(Settled()),
    st.builds(
        lambda port, labels, runs: Joined(
            card(f"w{port}", port, **labels), tuple(hosted(n, e) for n, e in runs.items())
        ),
        PORTS, LABELS, st.dictionaries(NAMES, EPOCHS),
    ),
    st.builds(lambda port, now: Lost(f"h:{port}", "gone", now), PORTS, st.floats(0, 100)),
    st.builds(Started, NAMES, EPOCHS),
    st.builds(Refused, NAMES, EPOCHS, st.just("no")),
)  # fmt: skip


@given(st.lists(EVENTS, max_size=30))
def test_whatever_happens_a_deployment_runs_on_one_known_worker_or_waits(events):
    bench = Bench(settled=False)
    epochs = {}
    for event in events:
        if isinstance(event, Joined) and event.card.address in bench.machine.workers:
            continue  # the driver opens one link to a worker
        for effect in bench.do(event):
            if isinstance(effect, Place):
                assert effect.epoch > epochs.get(effect.name, 0)
                epochs[effect.name] = effect.epoch
        if isinstance(event, Forget):
            epochs.pop(event.name, None)
