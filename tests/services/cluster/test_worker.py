"""The worker as a process would run it, with no scheduler in sight."""

import asyncio

import pytest

from vgd_kernel.model.registry import Registry
from vgd_kernel.services.cluster.card import WorkerCard, describe_labels
from vgd_kernel.services.cluster.directory import read_cards
from vgd_kernel.services.cluster.link import Link
from vgd_kernel.services.cluster.worker import WorkerOptions, local_address, serve

NOWHERE = "tcp://127.0.0.1:9"


@pytest.mark.asyncio
async def test_a_worker_without_a_server_ends_after_its_time():
    options = WorkerOptions(NOWHERE, name="orphan", orphan_timeout_s=0.05)
    async with asyncio.timeout(5):
        await serve(options, Registry(), {}, {}, stop=asyncio.Event())


@pytest.mark.asyncio
async def test_a_worker_with_a_server_stays_and_ends_when_it_is_told_to():
    ready = asyncio.get_running_loop().create_future()
    options = WorkerOptions(NOWHERE, name="w", labels={"site": "x"}, orphan_timeout_s=0.3)
    working = asyncio.ensure_future(
        serve(options, Registry(), {}, {}, stop=asyncio.Event(), on_ready=ready.set_result)
    )
    link = await Link.connect(await ready)
    running = asyncio.ensure_future(link.run(lambda _: None, silent_after_s=2.0))
    assert (link.card.name, dict(link.card.labels)) == ("w", {"site": "x"})
    done, _ = await asyncio.wait({working}, timeout=0.5)
    assert not done, "a worker that a server speaks to is no orphan"
    await link.request("shutdown")
    async with asyncio.timeout(5):
        await working
        assert await running


@pytest.mark.parametrize(
    ("scheduler", "address"),
    [("tcp://127.0.0.1:8786", "127.0.0.1"), ("tcp://no.such.host.invalid:1", "127.0.0.1")],
)
def test_a_worker_listens_where_it_reaches_its_scheduler(scheduler, address):
    assert local_address(scheduler) == address


CARD = WorkerCard("w", "h", 1, 2, "t", {"site": "x"}, {"cpu": 2.0}, "0.1.0", 7, True)


def test_a_card_survives_its_journeys():
    assert WorkerCard.from_text(CARD.to_text()) == CARD
    assert WorkerCard.from_json({**CARD.to_json(), "news": 1}) == CARD


def test_a_card_matches_the_labels_that_it_has():
    assert CARD.matches({})
    assert CARD.matches({"site": "x"})
    assert not CARD.matches({"site": "y"})
    assert not CARD.matches({"site": "x", "gpu": "1"})
    assert describe_labels({"b": "2", "a": "1"}) == "a=1, b=2"


def test_plain_dask_workers_and_unreadable_cards_are_passed_over():
    workers = {"a": {"vgd": CARD.to_json()}, "b": {"name": "plain"}, "c": {"vgd": {"name": 1}}}
    assert read_cards({"workers": workers}) == [CARD]
