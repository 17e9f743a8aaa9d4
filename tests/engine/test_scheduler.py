"""The queue: order, errors, taps, slices."""

from collections import deque
from time import perf_counter, sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vgd_kernel.engine.sampling import Sampler
from vgd_kernel.engine.scheduler import SLICE_S, Scheduler
from vgd_kernel.engine.watchdog import Watch


class Loop:
    """An event loop that a test turns by hand."""

    def __init__(self):
        self.ready = deque()
        self.failed = []
        self.quiet = 0
        self.samples = {}

    def scheduler(self):
        return Scheduler(
            self.ready.append,
            lambda target, item, error: self.failed.append((item, error)),
            new_id=lambda: "new",
            quiet=self.note_quiet,
            watch=Watch(None),
            sampler=Sampler(self.samples.get),
        )

    def note_quiet(self):
        self.quiet += 1

    def turn(self):
        turns = 0
        while self.ready:
            self.ready.popleft()()
            turns += 1
        return turns


@st.composite
def graphs(draw):
    """Return wires (forwards only, so that messages end) and messages for node 0."""
    size = draw(st.integers(1, 6))
    wires = []
    for index in range(size):
        later = st.integers(index + 1, size - 1) if index + 1 < size else st.nothing()
        wires.append(draw(st.lists(later, max_size=3)) if index + 1 < size else [])
    return wires, draw(st.lists(st.integers(), max_size=5))


def reference(wires, messages):
    """Return (node, message) in the order of one queue."""
    queue = deque((0, message) for message in messages)
    handled = []
    while queue:
        index, message = queue.popleft()
        handled.append((index, message))
        queue.extend((target, message) for target in wires[index])
    return handled


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_messages_are_handled_in_the_order_of_one_queue(graph):
    wires, messages = graph
    loop, handled = Loop(), []
    scheduler = loop.scheduler()
    inboxes = [scheduler.inbox() for _ in wires]
    for index, targets in enumerate(wires):
        port = scheduler.port(tuple(inboxes[target] for target in targets))

        def receive(msg, index=index, send=port.send):
            handled.append((index, msg["payload"]))
            send(msg)

        inboxes[index].bind(receive)
    for message in messages:
        inboxes[0].deliver({"payload": message})
    loop.turn()
    assert handled == reference(wires, messages)
    assert scheduler.pending == 0


def test_an_error_does_not_stop_the_messages_behind_it():
    loop, handled = Loop(), []

    def receive(item):
        if item % 2:
            raise ValueError(item)
        handled.append(item)

    scheduler = loop.scheduler()
    inbox = scheduler.inbox()
    inbox.bind(receive)
    for item in range(6):
        inbox.deliver(item)
    loop.turn()
    assert handled == [0, 2, 4]
    assert [item for item, _ in loop.failed] == [1, 3, 5]
    assert scheduler.pending == 0


def test_an_interrupt_of_the_program_loses_one_message_and_passes_through():
    loop, handled = Loop(), []

    def receive(item):
        if item == 1:
            raise KeyboardInterrupt
        handled.append(item)

    scheduler = loop.scheduler()
    inbox = scheduler.inbox()
    inbox.bind(receive)
    for item in range(3):
        inbox.deliver(item)
    with pytest.raises(KeyboardInterrupt):
        loop.turn()
    loop.turn()
    assert handled == [0, 2]
    assert loop.failed == []


def test_sending_outside_a_slice_wakes_the_loop_once():
    loop = Loop()
    scheduler = loop.scheduler()
    inbox = scheduler.inbox()
    inbox.bind(lambda item: None)
    inbox.deliver(1)
    inbox.deliver(2)
    assert len(loop.ready) == 1
    loop.turn()
    inbox.deliver(3)
    assert len(loop.ready) == 1


def test_a_new_target_gets_what_is_queued_already():
    loop, old, new = Loop(), [], []
    scheduler = loop.scheduler()
    inbox = scheduler.inbox()
    inbox.bind(old.append)
    inbox.deliver(1)
    inbox.bind(new.append)
    loop.turn()
    assert (old, new) == ([], [1])


def test_a_port_counts_what_it_sends():
    loop = Loop()
    scheduler = loop.scheduler()
    one, two = scheduler.inbox(), scheduler.inbox()
    for inboxes in ((one,), (one, two), ()):
        port = scheduler.port(inboxes)
        port.send({})
        port.add(2)
        assert port.sent == 3


def test_a_message_without_an_id_gets_one_when_it_is_sent():
    loop, got = Loop(), []
    scheduler = loop.scheduler()
    one, two = scheduler.inbox(), scheduler.inbox()
    one.bind(got.append)
    two.bind(got.append)
    scheduler.port((one,)).send({})
    scheduler.port((one, two)).send({})
    scheduler.port((one,)).send({"_msgid": "old"})
    loop.turn()
    assert [msg["_msgid"] for msg in got] == ["new", "new", "new", "old"]


def test_a_slice_ends_after_a_while_and_the_next_goes_on():
    loop = Loop()
    scheduler = loop.scheduler()
    inbox = scheduler.inbox()
    port = scheduler.port((inbox,))
    left = 200_000

    def receive(msg):
        nonlocal left
        left -= 1
        if left:
            port.send(msg)

    inbox.bind(receive)
    inbox.deliver({})
    turns = loop.turn()
    assert left == 0
    assert turns > 1
    assert loop.quiet == 1


def test_slow_nodes_get_short_slices():
    loop, ends = Loop(), []
    scheduler = loop.scheduler()
    inbox = scheduler.inbox()

    def receive(item):
        sleep(SLICE_S / 4)

    inbox.bind(receive)
    for item in range(60):
        inbox.deliver(item)
    while loop.ready:
        began = perf_counter()
        loop.ready.popleft()()
        ends.append(perf_counter() - began)
    assert len(ends) >= 10
    assert sorted(ends)[len(ends) // 2] < SLICE_S * 5


def test_a_closed_queue_forgets_and_drops():
    loop, got = Loop(), []
    scheduler = loop.scheduler()
    inbox = scheduler.inbox()
    inbox.bind(got.append)
    inbox.deliver(1)
    scheduler.close()
    inbox.deliver(2)
    loop.turn()
    assert got == []
    assert scheduler.pending == 0
