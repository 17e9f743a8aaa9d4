"""Whatever JSON a deployment brings: it is refused with a reason, or it is kept and runs."""

import asyncio
import contextlib
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vgd_kernel.engine import RunOptions
from vgd_kernel.model import installed
from vgd_kernel.services.runtime import Runtime, RuntimeFiles, Vault
from vgd_kernel.services.runtime.credentials import CredentialSet
from vgd_kernel.services.runtime.errors import RefusedError
from vgd_kernel.services.runtime.single import add_flow, change_flow, read_flow, remove_flow

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "x", "wires", "map"]), inner, max_size=3)
    ),
    max_leaves=6,
)
TYPES = ["tab", "subflow", "group", "subflow:s", "change", "mqtt-broker", "link in", "link out",
         "debug", "catch", "global-config", "from elsewhere"]  # fmt: skip
IDS = st.sampled_from(["t", "s", "a", "b", "c", "global"])
FIELDS = ["z", "g", "d", "x", "y", "wires", "links", "env", "in", "out", "nodes", "credentials",
          "scope", "label", "disabled", "rules", "status"]  # fmt: skip
ENTRY = st.builds(
    lambda id, type, rest: {**rest, "id": id, "type": type},
    IDS,
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(FIELDS), IDS | ANYTHING, max_size=5),
)
FLOWS = st.lists(ENTRY, max_size=6, unique_by=lambda entry: entry["id"])
MANY = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@MANY
@given(flows=FLOWS, id=IDS, flow=st.dictionaries(
    st.sampled_from(["label", "nodes", "configs", "subflows", "env", "credentials"]),
    st.lists(ENTRY, max_size=3) | ANYTHING, max_size=4,
))  # fmt: skip
def test_one_flow_of_any_flows_is_read_and_changed_or_refused(flows, id, flow):
    for act in (
        lambda: read_flow(flows, id),
        lambda: add_flow(flows, "new", flow),
        lambda: change_flow(flows, id, flow),
        lambda: remove_flow(flows, id),
    ):
        with contextlib.suppress(RefusedError):
            act()


@MANY
@given(flows=FLOWS, more=FLOWS)
def test_no_credentials_stay_in_any_flows(flows, more):
    credentials = CredentialSet(installed())
    for brought in (flows, more):
        taken = credentials.take(brought)
        assert all("credentials" not in entry for entry in taken)
        given_back = credentials.give(taken)
        assert [entry["id"] for entry in given_back] == [entry["id"] for entry in brought]
        for entry in taken:
            credentials.shown(entry["type"], entry["id"])


@pytest.mark.asyncio
async def test_any_flows_are_deployed_or_refused():
    async def deploy(runtime: Runtime, flows: Any) -> None:
        with contextlib.suppress(RefusedError):
            await runtime.deploy(flows)
            assert len(runtime.entries) == len(flows)
            assert runtime.run is not None

    with tempfile.TemporaryDirectory() as folder:
        files = RuntimeFiles(Path(folder))
        runtime = Runtime(files, Vault(files, "s"), installed(), RunOptions())
        await runtime.open()
        loop = asyncio.get_running_loop()

        @MANY
        @given(flows=FLOWS | ANYTHING)
        def fuzz(flows: Any) -> None:
            asyncio.run_coroutine_threadsafe(deploy(runtime, flows), loop).result(10)

        await asyncio.to_thread(fuzz)
        await runtime.close()
