"""Writing later, in a thread."""

import asyncio
import errno
import threading

import pytest

from vgd_kernel.services.contexts.write_behind import WriteBehind

pytestmark = pytest.mark.asyncio


class Disk:
    """Takes batches; fails as often as it is told to."""

    def __init__(self, failures=0):
        self.batches = []
        self.values = {}
        self.failures = failures
        self.threads = set()
        self.arrived = threading.Event()

    def encode(self, key):
        value = self.values.get(key)
        return None if value is None else value.encode()

    def write(self, batch):
        self.threads.add(threading.get_ident())
        if self.failures:
            self.failures -= 1
            raise OSError(errno.ENOSPC, "No space left on device")
        self.batches.append(dict(batch))
        self.arrived.set()


def writer(disk, interval_s=60.0):
    return WriteBehind("the test", disk.encode, disk.write, interval_s=interval_s)


async def test_what_is_marked_is_written_after_the_interval_once_and_in_a_thread():
    disk = Disk()
    behind = writer(disk, interval_s=0)
    disk.values.update(a="1", b="2")
    for key in ("a", "b", "a"):
        behind.mark(key)
    assert disk.batches == []
    assert await asyncio.to_thread(disk.arrived.wait, 5)
    await behind.close()
    assert disk.batches == [{"a": b"1", "b": b"2"}]
    assert threading.get_ident() not in disk.threads


async def test_the_last_value_before_the_write_counts_and_none_deletes():
    disk = Disk()
    behind = writer(disk)
    disk.values["a"] = "1"
    behind.mark("a")
    behind.mark("gone")
    disk.values["a"] = "2"
    assert behind.dirty("a")
    assert await behind.flush()
    assert disk.batches == [{"a": b"2", "gone": None}]
    assert not behind.dirty("a")
    await behind.close()


async def test_on_a_full_disk_nothing_is_lost_and_it_is_told_once(caplog):
    disk = Disk(failures=2)
    behind = writer(disk)
    disk.values.update(a="1", b="2")
    behind.mark("a")
    assert not await behind.flush()
    behind.mark("b")
    assert not await behind.flush()
    assert behind.dirty("a")
    assert caplog.text.count("the test cannot be written: [Errno 28] No space left") == 1
    assert await behind.close()
    assert disk.batches == [{"a": b"1", "b": b"2"}]


async def test_a_failed_write_is_tried_again_by_itself(monkeypatch):
    monkeypatch.setattr("vgd_kernel.services.contexts.write_behind.RETRY_S", 0)
    disk = Disk(failures=3)
    behind = writer(disk, interval_s=0)
    disk.values["a"] = "1"
    behind.mark("a")
    assert await asyncio.to_thread(disk.arrived.wait, 5)
    await behind.close()
    assert disk.batches == [{"a": b"1"}]


async def test_what_has_no_bytes_is_named_and_leaves_the_others_alone(caplog):
    class Picky(Disk):
        def encode(self, key):
            if key == "bad":
                raise ValueError("a socket cannot be kept")
            return super().encode(key)

    disk = Picky()
    disk.values["a"] = "1"
    behind = writer(disk)
    behind.mark("bad")
    behind.mark("a")
    assert await behind.close()
    assert disk.batches == [{"a": b"1"}]
    assert "bad is not written: a socket cannot be kept" in caplog.text


async def test_many_values_leave_the_loop_its_turns(monkeypatch):
    monkeypatch.setattr("vgd_kernel.services.contexts.write_behind.LONGEST_TURN_S", 0)
    disk = Disk()
    behind = writer(disk)
    for key in range(50):
        disk.values[key] = "x"
        behind.mark(key)
    turns = 0

    async def count():
        nonlocal turns
        while not disk.batches:
            turns += 1
            await asyncio.sleep(0)

    await asyncio.gather(behind.close(), count())
    assert len(disk.batches[0]) == 50
    assert turns >= 50
