"""Chunks of the queue that are timed."""

from time import perf_counter

import pytest

from vgd_kernel.engine.sampling import Sampler, Samples


def spin(seconds):
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass


def quick(item):
    pass


def slow(item):
    spin(0.002)


@pytest.fixture
def samples():
    return {quick: Samples(), slow: Samples()}


def run(sampler, pairs, handled=0):
    for target, item in sampler.timed(iter(pairs), handled):
        target(item)


def test_each_delivery_of_a_chunk_is_timed_for_its_own_node(samples):
    run(Sampler(samples.get), [(quick, {}), (slow, {}), (quick, {})])
    assert samples[quick].times.total == 2
    assert samples[slow].times.total == 1
    assert samples[slow].times.max_s >= 0.002 > samples[quick].times.quantile(0.5)


def test_a_chunk_stands_for_all_deliveries_since_the_one_before(samples):
    sampler = Sampler(samples.get)
    run(sampler, [(slow, {})], handled=0)
    first_s = samples[slow].cpu_s
    assert 0.002 <= first_s < 0.2
    run(sampler, [(slow, {})], handled=100)
    timed_s = samples[slow].times.sum_s - first_s
    assert samples[slow].cpu_s - first_s == pytest.approx(100 * timed_s)


def test_the_next_chunk_is_due_later(samples):
    sampler = Sampler(samples.get)
    run(sampler, [(quick, {})], handled=0)
    assert sampler.due_s == 0.0, "the first deliveries of a run are all timed"
    run(sampler, [(quick, {})], handled=1000)
    assert sampler.due_s > perf_counter()


def test_messages_are_measured_and_timers_are_not(samples):
    run(Sampler(samples.get), [(quick, {"payload": "x" * 1000}), (quick, object())])
    assert samples[quick].sized == 1
    assert 1000 < samples[quick].mean_bytes < 2000


def test_few_messages_of_a_long_chunk_are_measured(samples):
    run(Sampler(samples.get), [(quick, {}) for _ in range(64)])
    assert samples[quick].times.total == 64
    assert samples[quick].sized <= 8


def test_times_of_a_handler_that_waits_come_from_elsewhere(samples):
    samples[slow].waits = True
    run(Sampler(samples.get), [(slow, {})])
    assert samples[slow].times.total == 0
    assert samples[slow].cpu_s >= 0.002


def test_what_was_timed_before_an_interrupt_is_kept(samples):
    chunk = Sampler(samples.get).timed(iter([(quick, {}), (slow, {})]), 0)
    next(chunk)
    next(chunk)
    chunk.close()
    assert samples[quick].times.total == 1


def test_a_target_of_no_node_is_passed_over(samples):
    run(Sampler({quick: samples[quick]}.get), [(slow, {}), (quick, {})])
    assert samples[quick].times.total == 1
