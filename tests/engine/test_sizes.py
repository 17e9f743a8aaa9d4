"""The estimated size of messages."""

from sys import getsizeof

import numpy as np
import pytest

from vgd_kernel.engine.sizes import LOOKED_AT, estimated_bytes


def test_a_flat_message_is_its_dict_its_keys_and_its_values():
    msg = {"payload": "x" * 1000, "topic": b"y" * 500}
    parts = [msg, "payload", "topic", msg["payload"], msg["topic"]]
    assert estimated_bytes(msg) == sum(map(getsizeof, parts))


def test_a_few_items_stand_for_a_long_list():
    payload = ["x" * 100 for _ in range(100_000)]
    exact = getsizeof(payload) + sum(map(getsizeof, payload))
    assert estimated_bytes({"payload": payload}) == pytest.approx(exact, rel=0.01)


def test_an_array_tells_its_own_size():
    assert estimated_bytes(np.zeros(1000)) == 8000


class _Counting(dict):
    seen = 0

    def __sizeof__(self):
        _Counting.seen += 1
        return 1


def test_no_more_than_the_bound_is_looked_at():
    deep = [[[[_Counting() for _ in range(8)] for _ in range(8)] for _ in range(8)]] * 8
    assert estimated_bytes(deep) > 0
    assert 0 < _Counting.seen <= LOOKED_AT


def test_a_value_that_holds_itself_has_a_size():
    loop = {}
    loop["payload"] = loop
    assert estimated_bytes(loop) > getsizeof(loop)


class _Refusing:
    def __sizeof__(self):
        raise RuntimeError("no")


def test_a_value_that_refuses_counts_as_nothing():
    assert estimated_bytes(_Refusing()) == 0
