"""Deployments on real worker processes, and what happens when parts die."""

import asyncio
import contextlib
import itertools
import os
import signal
from pathlib import Path

import pytest

from vgd_kernel.app import Platform
from vgd_kernel.model.errors import UnknownNodeError
from vgd_kernel.services.cluster.config import ClusterSettings
from vgd_kernel.services.cluster.dask_import import import_distributed
from vgd_kernel.services.cluster.directory import read_cards
from vgd_kernel.services.cluster.errors import DeploymentStateError
from vgd_kernel.services.contexts import ContextSettings
from vgd_kernel.services.store import StoreSettings
from vgd_kernel.settings import Settings

pytestmark = [pytest.mark.integration, pytest.mark.asyncio, pytest.mark.usefixtures("no_leak")]


@contextlib.asynccontextmanager
async def platform(folder: Path, **cluster):
    settings = Settings(
        cluster=ClusterSettings(**cluster),
        store=StoreSettings(state_dir=folder / "state"),
        context=ContextSettings(state_interval_s=0.1),
    )
    running = await Platform(settings, folder).start()
    try:
        yield running
    finally:
        await running.stop()


def is_running(service, name):
    return lambda: service.describe(name)["state"] == "running"


def tick_times(service, name):
    return [record.body["time"] for record in service.journal(name).read("debug", node="out")]


def longest_gap_s(times):
    return max(after - before for before, after in itertools.pairwise(times))


async def more_ticks(service, name, count=10):
    have = len(tick_times(service, name))
    journal = service.journal(name)
    while len(tick_times(service, name)) < have + count:
        assert await journal.wait("debug", after=journal.cursor.seq, timeout_s=10)


async def test_the_own_cluster_runs_a_flow_that_hears_and_tells(tmp_path, ticks, eventually):
    async with platform(tmp_path, workers=1) as running:
        service = running.deployments
        deployed = await service.put("plant", ticks, owner="ada")
        assert (deployed["revision"], deployed["owner"]) == (1, "ada")
        await eventually(is_running(service, "plant"))

        assert await service.send("plant", "echo", {"payload": "hello"}) == "echo"
        journal = service.journal("plant")
        await eventually(lambda: any(r.body["msg"].get("heard") for r in journal.read("debug")))
        status = await service.status("plant")
        assert status["nodes"]["echo"]["received"] == 1
        with pytest.raises(UnknownNodeError, match="no node"):
            await service.send("plant", "nobody", {})

        await service.set_desired("plant", running=False)
        with pytest.raises(DeploymentStateError, match="stopped"):
            await service.send("plant", "echo", {})


async def test_a_killed_worker_loses_its_deployment_for_less_than_two_seconds(
    tmp_path, ticks, eventually
):
    async with platform(tmp_path, workers=2) as running:
        service = running.deployments
        await service.put("plant", ticks)
        await eventually(is_running(service, "plant"))
        await eventually(lambda: len(service.workers()["workers"]) == 2)
        await more_ticks(service, "plant")
        before = service.describe("plant")["worker"]
        pids = {worker["name"]: worker["pid"] for worker in service.workers()["workers"]}

        os.kill(pids[before], signal.SIGKILL)
        await eventually(lambda: service.describe("plant")["worker"] not in (before, None))
        await more_ticks(service, "plant")

        assert longest_gap_s(tick_times(service, "plant")) < 2.0
        lines = [record.body["text"] for record in service.journal("plant").read("log")]
        assert any(f"the worker {before} is lost" in line for line in lines)
        await eventually(  # and the own cluster is made whole again
            lambda: (
                {w["name"] for w in service.workers()["workers"]} == set(pids)
                and {w["pid"] for w in service.workers()["workers"]} != set(pids.values())
            )
        )


async def test_a_frozen_worker_is_replaced(tmp_path, ticks, eventually):
    async with platform(tmp_path, workers=2, silent_after_s=1.0) as running:
        service = running.deployments
        await service.put("plant", ticks)
        await eventually(is_running(service, "plant"))
        await eventually(lambda: len(service.workers()["workers"]) == 2)
        before = service.describe("plant")["worker"]
        pid = next(w["pid"] for w in service.workers()["workers"] if w["name"] == before)

        os.kill(pid, signal.SIGSTOP)
        took_s = await eventually(lambda: service.describe("plant")["worker"] not in (before, None))

        assert took_s < 3.0
        await eventually(is_running(service, "plant"))


async def test_flows_go_on_when_the_scheduler_dies_and_workers_join_the_next_one(
    tmp_path, ticks, processes, free_port, eventually
):
    scheduler = processes.scheduler(free_port)
    processes.worker(free_port, "edge-1")
    address = f"tcp://127.0.0.1:{free_port}"
    async with platform(tmp_path, scheduler=address) as running:
        service = running.deployments
        await service.put("plant", ticks)
        await eventually(is_running(service, "plant"))
        await more_ticks(service, "plant")

        scheduler.kill()
        scheduler.wait()
        await more_ticks(service, "plant", 20)
        await asyncio.to_thread(processes.scheduler, free_port)
        distributed = import_distributed()
        async with distributed.core.rpc(address) as asked:
            names = []
            while names != ["edge-1"]:
                names = [card.name for card in read_cards(await asked.identity())]
                await asyncio.sleep(0.02)
        await more_ticks(service, "plant")

        assert longest_gap_s(tick_times(service, "plant")) < 0.5
        assert service.describe("plant")["worker"] == "edge-1"


async def test_a_server_that_comes_back_finds_its_deployment_running_and_its_messages(
    tmp_path, ticks, processes, free_port, eventually
):
    processes.scheduler(free_port)
    processes.worker(free_port, "edge-1")
    address = f"tcp://127.0.0.1:{free_port}"
    async with platform(tmp_path, scheduler=address) as running:
        await running.deployments.put("plant", ticks)
        await eventually(is_running(running.deployments, "plant"))
        await more_ticks(running.deployments, "plant")
        epoch = running.deployments.controller.machine.items["plant"].epoch
    await asyncio.sleep(0.5)  # the server is away, the flow ticks

    async with platform(tmp_path, scheduler=address) as running:
        service = running.deployments
        await eventually(is_running(service, "plant"))
        await more_ticks(service, "plant")

        assert service.controller.machine.items["plant"].epoch == epoch
        assert longest_gap_s(tick_times(service, "plant")) < 0.4
        lines = [record.body["text"] for record in service.journal("plant").read("log")]
        assert lines[-1] == "found running on edge-1"


async def test_a_deployment_waits_with_its_reason_until_a_worker_fits(
    tmp_path, ticks, processes, free_port, eventually
):
    processes.scheduler(free_port)
    processes.worker(free_port, "office", "--label", "site=office")
    async with platform(tmp_path, scheduler=f"tcp://127.0.0.1:{free_port}") as running:
        service = running.deployments
        await service.put("plant", ticks, labels={"site": "plant-1"})
        await eventually(lambda: "office" in service.describe("plant")["reason"])
        found = service.describe("plant")
        assert found["state"] == "waiting"
        assert found["reason"].startswith(
            "no worker has site=plant-1; workers: office (site=office)"
        )

        processes.worker(free_port, "plant", "--label", "site=plant-1")
        await eventually(is_running(service, "plant"))
        assert service.describe("plant")["worker"] == "plant"


async def test_what_is_wanted_starts_again_with_the_server(tmp_path, ticks, eventually):
    async with platform(tmp_path, workers=1) as running:
        await running.deployments.put("plant", ticks)
        await eventually(is_running(running.deployments, "plant"))

    async with platform(tmp_path, workers=1) as running:
        assert running.deployments.describe("plant")["desired"] == "running"
        await eventually(is_running(running.deployments, "plant"))


COUNTING = (
    "state['n'] = state.get('n', 0) + 1\n"
    "flow.set('n', flow.get('n', 0) + 1)\n"
    "return {'payload': [state['n'], flow.get('n')]}"
)


def counting(ticks):
    """Return the ticks, counted by a node's state and by the flow's context."""
    (tick,) = (entry for entry in ticks if entry["type"] == "inject")
    tick["wires"] = [["count"]]
    place = {"z": tick["z"], "language": "python", "outputs": 1, "wires": [["out"]]}
    return [*ticks, {"id": "count", "type": "function", "func": COUNTING, **place}]


def counts(service, name):
    records = service.journal(name).read("debug", node="out")
    return [record.body["msg"]["payload"] for record in records]


async def test_what_a_flow_has_counted_moves_along_when_its_worker_is_killed(
    tmp_path, ticks, eventually
):
    async with platform(tmp_path, workers=2) as running:
        service = running.deployments
        await service.put("plant", counting(ticks))
        await eventually(is_running(service, "plant"))
        await eventually(lambda: len(service.workers()["workers"]) == 2)
        await more_ticks(service, "plant", 60)
        before = service.describe("plant")["worker"]
        pids = {worker["name"]: worker["pid"] for worker in service.workers()["workers"]}

        os.kill(pids[before], signal.SIGKILL)
        last = counts(service, "plant")[-1][0]
        await eventually(lambda: service.describe("plant")["worker"] not in (before, None))
        await more_ticks(service, "plant", 3)

        seen = counts(service, "plant")
        assert all(state == context for state, context in seen)
        lost = max(before[0] - after[0] for before, after in itertools.pairwise(seen))
        assert lost < last / 2, "what was counted before the last write is there"
        assert seen[-1][0] > last / 2


async def test_nothing_counted_is_lost_by_a_new_revision_or_a_restart_of_the_server(
    tmp_path, ticks, eventually
):
    flow = counting(ticks)
    async with platform(tmp_path, workers=1) as running:
        service = running.deployments
        await service.put("plant", flow)
        await eventually(is_running(service, "plant"))
        await more_ticks(service, "plant")
        (out,) = (entry for entry in flow if entry["id"] == "out")
        await service.put("plant", [*(e for e in flow if e is not out), {**out, "name": "shown"}])
        await eventually(is_running(service, "plant"))
        await more_ticks(service, "plant")
        seen = [state for state, _ in counts(service, "plant")]
        assert seen == sorted(seen), "the new revision goes on counting"
        await service.set_desired("plant", running=False)
        await service.controller.settled("plant")
    async with platform(tmp_path, workers=1) as running:
        service = running.deployments
        have = len(counts(service, "plant"))
        last = counts(service, "plant")[-1][0]
        await service.set_desired("plant", running=True)
        await eventually(is_running(service, "plant"))
        await more_ticks(service, "plant", 1)
        assert counts(service, "plant")[have][0] > last
