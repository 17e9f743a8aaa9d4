"""Node-RED's return shapes: who gets what, original or clone."""

from types import CellType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.engine.emit import make_emit
from vgd_kernel.engine.ports import Inbox, Port


class Outputs:
    """Ports whose wires end in lists."""

    def __init__(self, *widths):
        self.got = [[[] for _ in range(width)] for width in widths]
        self.order = []
        self.refused = []
        self.ports = tuple(self.port(index, width) for index, width in enumerate(widths))
        self.emit = make_emit(self.ports, lambda: "new", self.refused.append)

    @property
    def sent(self):
        return [port.sent for port in self.ports]

    def port(self, index, width):
        extend = CellType(lambda pair: pair[0](pair[1]))

        def inbox(number):
            def take(msg):
                self.got[index][number].append(msg)
                self.order.append((index, number, msg))

            made = Inbox([], extend)
            made.bind(take)
            return made

        inboxes = tuple(inbox(number) for number in range(width))
        return Port(inboxes, 0, extend=extend, new_id=CellType(lambda: "new"))


def test_a_message_goes_to_the_first_output_as_it_is():
    outputs = Outputs(1, 1)
    msg = {"payload": 1, "_msgid": "a"}
    outputs.emit(msg)
    assert outputs.got == [[[msg]], [[]]]
    assert outputs.got[0][0][0] is msg


def test_a_message_without_an_id_gets_one():
    outputs = Outputs(1)
    outputs.emit({"payload": 1})
    assert outputs.got[0][0] == [{"payload": 1, "_msgid": "new"}]


def test_nothing_is_sent_for_none():
    outputs = Outputs(1, 1)
    outputs.emit(None)
    outputs.emit([None, None])
    outputs.emit([None, [None]])
    assert outputs.order == []
    assert outputs.sent == [0, 0]


def test_only_the_very_first_message_is_the_original():
    outputs = Outputs(2, 1)
    one, two = {"_msgid": "a", "payload": [1]}, {"_msgid": "b", "payload": [2]}
    outputs.emit([[one, two], one])
    originals = [msg is one or msg is two for _, _, msg in outputs.order]
    assert originals == [True, False, False, False, False]
    places = [(port, wire, msg["_msgid"]) for port, wire, msg in outputs.order]
    assert places == [(0, 0, "a"), (0, 0, "b"), (0, 1, "a"), (0, 1, "b"), (1, 0, "a")]
    assert outputs.sent == [2, 1]


def test_the_first_output_that_sends_gets_the_original():
    outputs = Outputs(1, 1, 1)
    msg = {"_msgid": "a"}
    outputs.emit([None, msg, msg])
    assert outputs.got[1][0][0] is msg
    assert outputs.got[2][0][0] is not msg


@pytest.mark.parametrize("result", [{"payload": [1]}, [{"payload": [1]}]])
def test_with_clone_first_every_message_is_a_clone(result):
    outputs = Outputs(1)
    outputs.emit(result, clone_first=True)
    (sent,) = outputs.got[0][0]
    original = result if isinstance(result, dict) else result[0]
    assert sent == original
    assert sent is not original
    assert sent["payload"] is not original["payload"]


def test_messages_of_one_call_share_the_id_of_the_first_that_has_one():
    outputs = Outputs(1, 1)
    outputs.emit([[{"payload": 1}, {"_msgid": "a"}], {"payload": 3}])
    assert {msg["_msgid"] for _, _, msg in outputs.order} == {"a"}


def test_more_messages_than_outputs_are_left_out():
    outputs = Outputs(1)
    outputs.emit([{"payload": 1}, {"payload": 2}])
    assert [msg["payload"] for _, _, msg in outputs.order] == [1]


@pytest.mark.parametrize("value", ["text", 5, b"bytes", True])
def test_a_value_that_is_no_message_is_refused(value):
    outputs = Outputs(1)
    outputs.emit(value)
    outputs.emit([value])
    assert outputs.order == []
    assert len(outputs.refused) == 2
    assert f"a value of type {type(value).__name__}; expected a message" in outputs.refused[0]


def test_a_generator_is_a_list_of_outputs():
    outputs = Outputs(1, 1)
    outputs.emit({"_msgid": str(number)} for number in range(2))
    assert [(port, msg["_msgid"]) for port, _, msg in outputs.order] == [(0, "0"), (1, "1")]


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=4),
    st.lists(st.none() | st.lists(st.none() | st.integers(), max_size=3), max_size=4),
)
def test_everything_arrives_once_per_wire_and_at_most_one_is_an_original(widths, shapes):
    outputs = Outputs(*widths)
    made = [
        None if shape is None else [None if n is None else {"payload": n} for n in shape]
        for shape in shapes
    ]
    given_ids = {id(msg) for shape in made if shape for msg in shape if msg is not None}
    outputs.emit(made)
    for index, width in enumerate(widths):
        shape = shapes[index] if index < len(shapes) else None
        expected = [n for n in shape or [] if n is not None]
        for wire in range(width):
            assert [msg["payload"] for msg in outputs.got[index][wire]] == expected
    assert sum(id(msg) in given_ids for _, _, msg in outputs.order) <= 1


def test_what_is_sent_to_nobody_is_counted_and_not_judged():
    outputs = Outputs(0, 0)
    outputs.emit([{"payload": 1}, [{"payload": 2}, 5]])
    outputs.emit("text")
    assert outputs.sent == [1, 1]
    assert outputs.refused == []
