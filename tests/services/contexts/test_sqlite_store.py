"""The context store in an SQLite file."""

import datetime
import math
import sqlite3
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vgd_kernel.engine.context_store import NamedStore
from vgd_kernel.model import UNDEFINED
from vgd_kernel.model.errors import PlatformError
from vgd_kernel.services.contexts import SqliteStore

pytestmark = pytest.mark.asyncio


def opened(path, name="kept"):
    return NamedStore(name, SqliteStore(name, path, flush_interval_s=60))


async def test_values_are_there_again_without_loss(tmp_path):
    values = {
        "bytes": b"\x00\xff",
        "date": datetime.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=datetime.UTC),
        "big": 2**100,
        "nested": {"a": [1, None, {"b": [True]}], "inf": math.inf},
        "\ud800half": "\udfff",
    }
    store = opened(tmp_path / "context.sqlite")
    for key, value in values.items():
        store.set("tab", f'"{key}"', value)
    await store.backend.close()
    again = opened(tmp_path / "context.sqlite")
    assert again.values == {"tab": values}
    await again.backend.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["tab", "global", "n:tab"]),
            st.sampled_from(["a", "b", "a.c", "a.c[1]", "b.d"]),
            st.none() | st.integers() | st.text() | st.just(UNDEFINED) | st.just("REMOVE"),
        ),
        max_size=12,
    )
)
async def test_after_any_changes_the_file_has_what_the_memory_has(tmp_path, changes):
    store = opened(tmp_path / "context.sqlite")
    for scope in tuple(store.values):
        store.remove(scope)
    for number, (scope, path, value) in enumerate(changes):
        if value == "REMOVE":
            store.remove(scope)
        else:
            store.set(scope, path, value)
        if number % 5 == 4:
            await store.backend.flush()
    await store.backend.close()
    again = opened(tmp_path / "context.sqlite")
    await again.backend.close()
    assert again.values == {scope: values for scope, values in store.values.items() if values}


async def test_stores_share_a_file(tmp_path):
    one, other = (opened(tmp_path / "context.sqlite", name) for name in ("one", "other"))
    one.set("tab", "x", 1)
    other.set("tab", "x", 2)
    await one.backend.close()
    await other.backend.close()
    again = opened(tmp_path / "context.sqlite", "one")
    assert again.values == {"tab": {"x": 1}}
    await again.backend.close()


async def test_a_file_that_is_something_else_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "flow.json"
    path.write_text("[" + "1, " * 500 + "1]")
    with pytest.raises(PlatformError, match="expected a database of VisualGridDev"):
        opened(path)
    assert path.read_text().startswith("[1, 1")
    with pytest.raises(PlatformError, match="cannot be read"):
        opened(tmp_path)


async def test_a_value_that_cannot_be_read_is_left_out_and_stays_in_the_file(tmp_path, caplog):
    path = tmp_path / "context.sqlite"
    store = opened(path)
    store.set("tab", "good", 1)
    store.set("tab", "bad", 2)
    await store.backend.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE value SET value = x'c1' WHERE key = CAST('bad' AS BLOB)")
    connection.close()
    again = opened(path)
    assert again.values == {"tab": {"good": 1}}
    assert "the value bad of the context tab is left out" in caplog.text
    again.set("tab", "good", 3)
    await again.backend.close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM value").fetchone() == (2,)
    connection.close()


async def test_on_a_full_disk_the_values_wait_in_memory(tmp_path, caplog):
    path = tmp_path / "context.sqlite"
    store = opened(path)
    database = store.backend._file._database
    database.read("PRAGMA max_page_count = 4")
    store.set("tab", "large", "x" * 100_000)
    await store.backend.flush()
    assert "cannot be written: database or disk is full" in caplog.text
    assert store.get("tab", "large") == "x" * 100_000
    database.read("PRAGMA max_page_count = 1000000")
    await store.backend.close()
    again = opened(path)
    assert again.get("tab", "large") == "x" * 100_000
    await again.backend.close()


async def test_what_cannot_be_kept_is_named_and_the_rest_is_kept(tmp_path, caplog):
    store = opened(tmp_path / "context.sqlite")
    store.set("tab", "socket", object())
    store.set("tab", "x", 1)
    await store.backend.close()
    assert "a builtins.object cannot be kept" in caplog.text
    again = opened(tmp_path / "context.sqlite")
    assert again.values == {"tab": {"x": 1}}
    await again.backend.close()


WRITER = """
import asyncio, sys
from pathlib import Path
from vgd_kernel.engine.context_store import NamedStore
from vgd_kernel.services.contexts import SqliteStore

async def main(path, me):
    store = NamedStore("kept", SqliteStore("kept", Path(path), flush_interval_s=60))
    for number in range(50):
        store.set("tab", f"{me}{number}", number)
        store.set("tab", me, number)
        await store.backend.flush()
    await store.backend.close()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.timeout(60)
async def test_processes_that_write_to_the_same_file_lose_nothing(tmp_path):
    path = tmp_path / "context.sqlite"
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, path, name], stderr=subprocess.PIPE)
        for name in "abc"
    ]
    for process in processes:
        _, errors = process.communicate(timeout=50)
        assert (process.returncode, errors) == (0, b"")
    store = opened(path)
    assert store.values["tab"] == {
        **{f"{name}{number}": number for name in "abc" for number in range(50)},
        **dict.fromkeys("abc", 49),
    }
    await store.backend.close()
