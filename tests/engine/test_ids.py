"""Ids of messages."""

import random
from itertools import islice

from vgd_kernel.engine.ids import new_ids


def test_ids_are_sixteen_hex_digits_and_differ():
    ids = list(islice(new_ids(random.Random()), 1000))
    assert len(set(ids)) == 1000
    assert all(len(id) == 16 and int(id, 16) >= 0 for id in ids)


def test_the_same_seed_gives_the_same_ids():
    one, two = (list(islice(new_ids(random.Random(1)), 300)) for _ in range(2))
    assert one == two
