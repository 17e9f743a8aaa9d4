"""Journals: numbered, bounded, awaited, written."""

import asyncio

import pytest

from vgd_kernel.services.cluster.journals import Journal, JournalBook
from vgd_kernel.services.store import Cursor, Record, Store

pytestmark = pytest.mark.asyncio


def journal(records=(), cursor=None, size=5):
    return Journal(list(records), cursor or Cursor(), size=size, on_change=lambda: None)


def batch(*seqs, node="out"):
    return [{"seq": seq, "kind": "debug", "node": node, "body": {"n": seq}} for seq in seqs]


def numbers(records):
    return [record.body["n"] for record in records]


async def test_records_of_a_worker_get_numbers_of_the_journal():
    found = journal(cursor=Cursor(7, 1, 3))
    found.take_up(1, batch(4, 5))
    assert [record.seq for record in found.read("debug")] == [8, 9]
    assert found.cursor == Cursor(9, 1, 5)


async def test_records_that_are_known_already_are_left_out():
    found = journal()
    found.take_up(1, batch(1, 2))
    found.take_up(1, batch(1, 2, 3))
    assert numbers(found.read("debug")) == [1, 2, 3]


async def test_a_new_epoch_counts_anew_and_an_old_one_is_not_heard_any_more():
    found = journal()
    found.take_up(1, batch(1, 2))
    found.take_up(2, batch(1))
    found.take_up(1, batch(3))
    assert numbers(found.read("debug")) == [1, 2, 1]


async def test_only_the_last_records_are_kept():
    found = journal(size=3)
    found.take_up(1, batch(1, 2, 3, 4, 5))
    assert numbers(found.read("debug")) == [3, 4, 5]
    assert numbers(found.recent(2)) == [4, 5]


async def test_kinds_and_nodes_are_read_apart():
    found = journal()
    found.note("started")
    found.take_up(1, batch(1) + batch(2, node="other"))
    assert [record.body["text"] for record in found.read("log")] == ["started"]
    assert numbers(found.read("debug", node="other")) == [2]
    assert numbers(found.read("debug", after=2)) == [2]


async def test_waiting_ends_with_the_first_record_that_is_asked_for():
    found = journal()
    waiting = asyncio.ensure_future(found.wait("debug", after=0, node="out", timeout_s=5))
    await asyncio.sleep(0)
    found.take_up(1, batch(1, node="other"))
    await asyncio.sleep(0)
    assert not waiting.done()
    found.take_up(1, batch(2))
    assert numbers(await waiting) == [2]


async def test_waiting_in_vain_ends_with_nothing():
    assert await journal().wait("debug", after=0, timeout_s=0) == []


async def test_a_book_writes_what_is_new_and_reads_it_again(tmp_path):
    store = Store(tmp_path)
    store.deployments.put("f", flow=[], labels={}, environment={}, owner="", now=1.0)
    book = JournalBook(store, size=5)
    opened = await book.open("f")
    assert await book.open("f") is opened
    opened.take_up(1, batch(1, 2))
    await book.write()
    again = await JournalBook(store, size=5).open("f")
    assert again.recent(5) == [
        Record(1, "debug", "out", {"n": 1}),
        Record(2, "debug", "out", {"n": 2}),
    ]
    assert again.cursor == Cursor(2, 1, 2)
    store.close()
