"""A runtime: what it does with its files and its flows."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from vgd_kernel.engine import RunOptions
from vgd_kernel.model import installed
from vgd_kernel.model.errors import FlowSyntaxError
from vgd_kernel.model.events import Event, StatusChanged
from vgd_kernel.services.runtime import Runtime, RuntimeFiles, Vault
from vgd_kernel.services.runtime.cipher import encrypt
from vgd_kernel.services.runtime.errors import RefusedError
from vgd_kernel.services.runtime.vault import CredentialsError

pytestmark = pytest.mark.asyncio

TAB = {"id": "t", "type": "tab"}
NODE = {"id": "n", "type": "change", "z": "t", "x": 1, "y": 1, "rules": [], "wires": [[]]}
ALIEN = {"id": "a", "type": "from elsewhere", "z": "t", "x": 1, "y": 1, "wires": []}
BROKER = {"id": "b", "type": "mqtt-broker", "autoConnect": False}


def runtime_in(folder: Path, *, strict: bool = False, secret: str | None = None) -> Runtime:
    files = RuntimeFiles(folder)
    files.prepare()
    return Runtime(files, Vault(files, secret), installed(), RunOptions(strict=strict))


def write(folder: Path, flows: Any) -> bytes:
    (folder / "flows.json").write_text(json.dumps(flows))
    return (folder / "flows.json").read_bytes()


async def test_a_flows_file_that_is_not_there_is_made(tmp_path):
    runtime = runtime_in(tmp_path / "new")
    await runtime.open()
    assert json.loads((tmp_path / "new" / "flows.json").read_text()) == []
    assert (runtime.state, runtime.entries) == ("start", [])
    await runtime.close()


async def test_opening_changes_no_file(tmp_path):
    before = write(tmp_path, [TAB, NODE, ALIEN])
    runtime = runtime_in(tmp_path)
    await runtime.open()
    await runtime.close()
    assert [file.name for file in tmp_path.iterdir()] == ["flows.json"]
    assert (tmp_path / "flows.json").read_bytes() == before


async def test_a_broken_flows_file_is_an_error_and_stays(tmp_path):
    (tmp_path / "flows.json").write_text("[{]")
    with pytest.raises(FlowSyntaxError, match=r"flows\.json"):
        await runtime_in(tmp_path).open()
    assert (tmp_path / "flows.json").read_text() == "[{]"


async def test_a_wrong_secret_is_an_error_and_loses_nothing(tmp_path):
    write(tmp_path, [BROKER])
    closed = json.dumps(encrypt("right", {"b": {"user": "ali"}}))
    (tmp_path / "flows_cred.json").write_text(closed)
    with pytest.raises(CredentialsError):
        await runtime_in(tmp_path, secret="wrong").open()
    assert (tmp_path / "flows_cred.json").read_text() == closed
    runtime = runtime_in(tmp_path, secret="right")
    await runtime.open()
    assert runtime.credentials.values == {"b": {"user": "ali"}}
    await runtime.close()


async def test_credentials_of_nodes_that_are_not_there_stay_until_a_deployment(tmp_path):
    write(tmp_path, [])
    (tmp_path / "flows_cred.json").write_text(json.dumps(encrypt("s", {"b": {"user": "ali"}})))
    runtime = runtime_in(tmp_path, secret="s")
    await runtime.open()
    assert "b" in runtime.credentials.values
    await runtime.deploy([TAB])
    assert runtime.credentials.values == {}
    await runtime.close()


async def test_credentials_in_the_flows_file_are_moved_by_the_next_deployment(tmp_path, caplog):
    write(tmp_path, [{**BROKER, "credentials": {"user": "ali", "password": "sesame"}}])
    runtime = runtime_in(tmp_path, secret="s")
    await runtime.open()
    assert "clear text" in caplog.text
    assert runtime.entries == [BROKER]
    await runtime.deploy(runtime.entries)
    assert "sesame" not in (tmp_path / "flows.json").read_text()
    await runtime.close()
    again = runtime_in(tmp_path, secret="s")
    await again.open()
    assert again.credentials.values == {"b": {"user": "ali", "password": "sesame"}}
    await again.close()


async def test_an_unknown_type_stops_only_itself(tmp_path, caplog):
    write(tmp_path, [TAB, NODE, ALIEN])
    runtime = runtime_in(tmp_path)
    await runtime.open()
    assert "from elsewhere" in caplog.text
    assert runtime.run is not None
    assert runtime.run.plan_of("n") is not None
    assert ALIEN in runtime.entries
    await runtime.close()


async def test_strict_starts_nothing_while_a_type_is_unknown(tmp_path, caplog):
    write(tmp_path, [TAB, NODE, ALIEN])
    runtime = runtime_in(tmp_path, strict=True)
    told: list[Any] = []
    runtime.events.observe_notices(lambda id, payload: told.append(payload))
    await runtime.open()
    assert runtime.run is None
    assert "from elsewhere" in caplog.text
    assert told[0]["types"] == ["from elsewhere"]
    await runtime.deploy([TAB, NODE])
    assert runtime.run is not None
    await runtime.close()


async def test_stopped_flows_stay_stopped_over_a_restart_and_a_deployment(tmp_path):
    write(tmp_path, [TAB, NODE])
    runtime = runtime_in(tmp_path)
    await runtime.open()
    await runtime.set_state("stop")
    await runtime.close()
    again = runtime_in(tmp_path)
    await again.open()
    assert (again.state, again.run) == ("stop", None)
    await again.deploy([TAB])
    await again.reload()
    assert (again.state, again.run) == ("stop", None)
    await again.set_state("start")
    assert again.run is not None
    await again.close()


async def test_a_deployment_that_cannot_be_saved_changes_nothing(tmp_path):
    write(tmp_path, [TAB, NODE])
    runtime = runtime_in(tmp_path)
    await runtime.open()
    run, revision = runtime.run, runtime.revision
    for wrong in (None, {}, [5], [{"id": "a"}], [TAB, TAB]):
        with pytest.raises(RefusedError):
            await runtime.deploy(wrong)
    assert (runtime.run, runtime.revision) == (run, revision)
    await runtime.close()


async def test_a_reload_of_a_broken_file_lets_the_flows_go_on(tmp_path):
    write(tmp_path, [TAB, NODE])
    runtime = runtime_in(tmp_path)
    await runtime.open()
    run = runtime.run
    (tmp_path / "flows.json").write_text("[")
    with pytest.raises(RefusedError):
        await runtime.reload()
    assert runtime.run is run
    await runtime.close()


async def test_deployments_come_one_after_the_other(tmp_path):
    write(tmp_path, [])
    runtime = runtime_in(tmp_path)
    await runtime.open()
    flows = [[{**TAB, "label": str(number)}] for number in range(5)]
    revisions = await asyncio.gather(*(runtime.deploy(flow) for flow in flows))
    assert len(set(revisions)) == 5
    assert runtime.entries == flows[-1]
    assert runtime.revision == revisions[-1]
    await runtime.close()


@pytest.mark.parametrize("kind", ["full", "flows", "nodes"])
async def test_the_log_reads_as_node_red_s(tmp_path, caplog, kind):
    caplog.set_level(logging.INFO)
    write(tmp_path, [TAB, NODE])
    runtime = runtime_in(tmp_path)
    await runtime.open()
    assert caplog.messages == ["Starting flows", "Started flows"]
    caplog.clear()
    await runtime.deploy([TAB], kind=kind)
    what = "flows" if kind == "full" else f"modified {kind}"
    assert caplog.messages == [
        f"Stopping {what}", f"Stopped {what}", "Updated flows", f"Starting {what}",
        f"Started {what}",
    ]  # fmt: skip
    caplog.clear()
    await runtime.close()
    assert caplog.messages == ["Stopping flows", "Stopped flows"]


async def test_encrypted_credentials_may_come_with_a_deployment(tmp_path):
    runtime = runtime_in(tmp_path, secret="s")
    await runtime.open()
    closed = encrypt("s", {"b": {"user": "ali"}})
    await runtime.deploy([BROKER], credentials=closed)
    assert runtime.credentials.values == {"b": {"user": "ali"}}
    with pytest.raises(CredentialsError):
        await runtime.deploy([BROKER], credentials=encrypt("other", {}))
    await runtime.close()


@pytest.mark.parametrize(("kind", "stopped"), [("nodes", {"n"}), ("full", {"n", "b", "other"})])
async def test_a_deployment_restarts_only_what_its_kind_says(tmp_path, kind, stopped):
    broker = {**BROKER, "credentials": {"user": "ali"}}
    other = {**NODE, "id": "other"}
    runtime = runtime_in(tmp_path, secret="s")
    await runtime.open()
    await runtime.deploy([TAB, NODE, other, broker])
    run, seen = runtime.run, set[str]()

    def see(event: Event) -> None:
        if isinstance(event, StatusChanged):
            seen.add(event.node)

    runtime.events.observe(see)
    await runtime.deploy([TAB, {**NODE, "name": "changed"}, other, BROKER], kind=kind)
    assert runtime.run is run
    assert seen == stopped
    await runtime.close()
