"""The context store in files, as Node-RED has it."""

import json
import shutil
from pathlib import Path

import pytest

from vgd_kernel.engine.context_store import NamedStore
from vgd_kernel.model import UNDEFINED
from vgd_kernel.model.errors import PlatformError
from vgd_kernel.services.contexts import LocalFiles

RECORDED = Path(__file__).parent / "recorded" / "context"
"""What Node-RED 5.0.7 wrote for a flow with a subflow."""

pytestmark = pytest.mark.asyncio


def written(folder):
    return {
        str(path.relative_to(folder)): json.loads(path.read_text("utf-8"))
        for path in folder.rglob("*.json")
    }


async def test_what_node_red_wrote_is_read(tmp_path):
    shutil.copytree(RECORDED, tmp_path / "context")
    files = LocalFiles(tmp_path / "context")
    assert files.values == {
        "global": {"count": 1},
        "t1": {
            "list": [1, None, {"a": "b"}],
            "date": "1970-01-01T00:00:00.000Z",
            "buf": {"type": "Buffer", "data": [104, 105]},
            "circ": {"x": {}},
            "fromsub": 3,
        },
        "n:t1": {
            "nan": None,
            "big": 12345678901234567000,
            "small": 1e-7,
            "float": 0.1,
            "text": 'ü \u2028 "q"',
            "empty": [[], {}],
        },
        "i": {"mine": 1},
        "w:i": {"me": 2},
    }
    await files.close()


async def test_what_is_written_has_node_reds_places_and_bytes(tmp_path):
    files = LocalFiles(tmp_path / "context")
    store = NamedStore("file", files)
    for scope, values in LocalFiles(RECORDED).values.items():
        for key, value in values.items():
            store.set(scope, key, value)
    await files.close()
    names = {str(path.relative_to(RECORDED)) for path in RECORDED.rglob("*") if path.is_file()}
    assert {
        str(path.relative_to(tmp_path / "context"))
        for path in (tmp_path / "context").rglob("*")
        if path.is_file()
    } == names
    for name in ("global/global.json", "t1/flow.json", "i/w.json"):
        assert (tmp_path / "context" / name).read_bytes() == (RECORDED / name).read_bytes()
    assert written(tmp_path / "context") == written(RECORDED)


async def test_a_scope_that_is_removed_takes_its_file_and_folder_along(tmp_path):
    shutil.copytree(RECORDED, tmp_path / "context")
    files = LocalFiles(tmp_path / "context")
    store = NamedStore("file", files)
    store.remove("i")
    store.remove("w:i")
    store.set("n:t1", "x", 1)
    store.remove("n:t1")
    await files.close()
    assert set(written(tmp_path / "context")) == {"global/global.json", "t1/flow.json"}
    assert not (tmp_path / "context" / "i").exists()


async def test_a_corrupt_file_is_kept_aside_and_the_rest_goes_on(tmp_path, caplog):
    shutil.copytree(RECORDED, tmp_path / "context")
    for _ in range(2):
        (tmp_path / "context" / "t1" / "flow.json").write_text('{"a": ')
        files = LocalFiles(tmp_path / "context")
        assert files.values["t1"] == {}
        assert files.values["i"] == {"mine": 1}
        store = NamedStore("file", files)
        store.set("t1", "b", 1)
        await files.close()
        assert json.loads((tmp_path / "context" / "t1" / "flow.json").read_text()) == {"b": 1}
    assert "flow.json is not JSON" in caplog.text
    for number in (1, 2):
        aside = tmp_path / "context" / "t1" / f"flow.json.corrupt-{number}"
        assert aside.read_text() == '{"a": '


async def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "context").write_text("a file")
    with pytest.raises(PlatformError, match=r"context folder .*context cannot be used"):
        LocalFiles(tmp_path / "context")
    (tmp_path / "other" / "t1" / "flow.json").mkdir(parents=True)
    with pytest.raises(PlatformError, match="Is a directory"):
        LocalFiles(tmp_path / "other")


async def test_without_a_cache_what_others_write_is_seen_at_once(tmp_path):
    here = NamedStore("file", LocalFiles(tmp_path, cache=False))
    there = NamedStore("file", LocalFiles(tmp_path, cache=False))
    here.set("t1", "x", 1)
    await here.backend.flush()
    assert there.get("t1", "x") == 1
    there.set("t1", "y", 2)
    assert there.keys("t1") == ["x", "y"]
    await there.backend.flush()
    assert here.get("t1", "y") == 2
    (tmp_path / "t1" / "flow.json").write_text("half a fi")
    assert here.get("t1", "y") == 2
    (tmp_path / "t1" / "flow.json").unlink()
    assert here.get("t1", "y") is UNDEFINED
    await here.backend.close()
    await there.backend.close()


async def test_without_a_cache_what_is_not_written_yet_is_not_overwritten(tmp_path):
    store = NamedStore("file", LocalFiles(tmp_path, cache=False))
    store.set("t1", "x", 1)
    (tmp_path / "t1").mkdir()
    (tmp_path / "t1" / "flow.json").write_text('{"x": 2}')
    assert store.get("t1", "x") == 1
    await store.backend.close()
    assert json.loads((tmp_path / "t1" / "flow.json").read_text()) == {"x": 1}


async def test_what_contains_itself_is_told_once_while_it_does(tmp_path, caplog):
    store = NamedStore("file", LocalFiles(tmp_path))
    value = {}
    value["self"] = value
    for key in ("a", "b"):
        store.set("t1", key, value)
        await store.backend.flush()
    assert caplog.text.count("the context t1 contains itself") == 1
    await store.backend.close()


@pytest.mark.parametrize("id", ["..", ".hidden", "a/b", "%41", "", "x\0y"])
async def test_an_id_that_is_no_file_name_stays_in_the_folder(tmp_path, id):
    folder = tmp_path / "inside" / "context"
    store = NamedStore("file", LocalFiles(folder))
    store.set(id, "x", 1)
    store.set(f"n:{id}", "x", 2)
    await store.backend.close()
    assert [path.name for path in (tmp_path / "inside").iterdir()] == ["context"]
    assert LocalFiles(folder).values == {id: {"x": 1}, f"n:{id}": {"x": 2}}


async def test_a_half_written_file_of_a_killed_process_is_no_context(tmp_path):
    (tmp_path / "t1").mkdir()
    (tmp_path / "t1" / "flow.json.77.tmp").write_text('{"x"')
    (tmp_path / "t1" / "flow.json").write_text('{"x": 1}')
    assert LocalFiles(tmp_path).values == {"t1": {"x": 1}}
