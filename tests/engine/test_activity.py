"""Idle or not."""

import asyncio

import pytest

from vgd_kernel.engine.activity import Activity

pytestmark = pytest.mark.asyncio


class Queue:
    pending = 0


async def test_waiters_wake_when_the_last_thing_ends():
    queue = Queue()
    activity = Activity(asyncio.get_running_loop(), queue)
    activity.begin()
    activity.begin()
    waiting = [asyncio.ensure_future(activity.wait_idle(5)) for _ in range(2)]
    await asyncio.sleep(0)
    activity.end()
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    activity.end()
    assert await asyncio.gather(*waiting) == [True, True]


async def test_a_queue_that_is_not_empty_is_not_idle():
    queue = Queue()
    activity = Activity(asyncio.get_running_loop(), queue)
    queue.pending = 1
    assert not await activity.wait_idle(0.01)
    queue.pending = 0
    assert await activity.wait_idle(0.01)


async def test_a_cancelled_waiter_does_not_disturb_the_others():
    activity = Activity(asyncio.get_running_loop(), Queue())
    activity.begin()
    gone, stays = (asyncio.ensure_future(activity.wait_idle(5)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    activity.end()
    assert await stays


async def test_more_ends_than_begins_are_a_bug():
    activity = Activity(asyncio.get_running_loop(), Queue())
    with pytest.raises(AssertionError, match="more ended than began"):
        activity.end()
