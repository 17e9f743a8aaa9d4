"""Virtual time."""

import pytest

from vgd_kernel.testing import VirtualClock


@pytest.mark.asyncio
async def test_alarms_ring_in_order_at_their_time():
    clock = VirtualClock(epoch_s=1000)
    rung = []
    clock.call_at(2, lambda: rung.append(("second", clock.now(), clock.time())))
    clock.call_at(1, lambda: rung.append(("first", clock.now(), clock.time())))
    clock.call_at(9, rung.append, "late")
    await clock.advance(3)
    assert rung == [("first", 1, 1001), ("second", 2, 1002)]
    assert clock.now() == 3
    assert clock.next_s == 9


@pytest.mark.asyncio
async def test_a_cancelled_alarm_does_not_ring():
    clock = VirtualClock()
    rung = []
    clock.call_at(1, rung.append, 1).cancel()
    await clock.advance(2)
    assert rung == []
    assert clock.next_s is None


@pytest.mark.asyncio
async def test_an_alarm_set_by_an_alarm_rings_on_the_way():
    clock = VirtualClock()
    rung = []
    clock.call_at(1, lambda: clock.call_at(clock.now() + 1, lambda: rung.append(clock.now())))
    await clock.advance(5)
    assert rung == [2]
