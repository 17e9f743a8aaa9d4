"""From settings to context stores."""

from pathlib import Path

import pytest

from vgd_kernel.engine import RunOptions
from vgd_kernel.model.errors import PlatformError
from vgd_kernel.services.contexts import ContextSettings, ContextStores, LocalFiles, SqliteStore
from vgd_kernel.settings import read_settings

pytestmark = pytest.mark.asyncio

TOML = """
[context]
default_store = "disk"

[context.context_stores]
fast = "memory"

[context.context_stores.disk]
module = "localfilesystem"
cache = false

[context.context_stores.kept]
module = "sqlite"
dir = "{folder}/elsewhere"
flush_interval_s = 1
"""


async def test_the_stores_of_the_settings_are_opened(tmp_path):
    (tmp_path / "vgd.toml").write_text(TOML.format(folder=tmp_path))
    settings = read_settings(tmp_path, {}).context
    stores = await ContextStores.open(settings, tmp_path / "state")
    options = stores.options(RunOptions(name="x"))
    assert options.name == "x"
    assert list(options.context_stores) == ["fast", "disk", "kept"]
    assert options.default_store == "disk"
    assert options.context_stores["fast"] is None
    assert isinstance(options.context_stores["disk"], LocalFiles)
    assert isinstance(options.context_stores["kept"], SqliteStore)
    await stores.close()
    assert (tmp_path / "state" / "context").is_dir()
    assert (tmp_path / "elsewhere" / "context.sqlite").is_file()


async def test_without_settings_there_is_nothing_to_open(tmp_path):
    stores = await ContextStores.open(ContextSettings(), tmp_path / "state")
    assert stores.options(RunOptions()) == RunOptions()
    await stores.close()
    assert not (tmp_path / "state").exists()


async def test_node_reds_own_shape_is_understood():
    found = ContextSettings.model_validate(
        {
            "context_stores": {
                "default": "file",
                "file": {
                    "module": "localfilesystem",
                    "config": {"dir": "/x", "base": "b", "flushInterval": 3, "cache": False},
                },
                "mem": {"module": "memory"},
            }
        }
    )
    file = found.context_stores["file"]
    assert list(found.context_stores) == ["file", "mem"]
    assert found.default_store == "file"
    assert (file.dir, file.base, file.flush_interval_s, file.cache) == (Path("/x"), "b", 3, False)


async def test_a_store_named_default_is_the_default(tmp_path):
    settings = ContextSettings.model_validate(
        {"context_stores": {"other": "memory", "default": "memory"}}
    )
    assert (await ContextStores.open(settings, tmp_path)).default == "default"


@pytest.mark.parametrize(
    "text",
    ["a=memory, b=localfilesystem", '{"a": "memory", "b": {"module": "localfilesystem"}}'],
)
async def test_a_variable_names_the_stores(tmp_path, text):
    found = read_settings(tmp_path, {"VGD_CONTEXT_STORES": text, "VGD_DEFAULT_STORE": "b"})
    modules = {name: store.module for name, store in found.context.context_stores.items()}
    assert modules == {"a": "memory", "b": "localfilesystem"}
    assert found.context.default_store == "b"


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"VGD_CONTEXT_STORES": "a=redis"}, "context_stores.a.module"),
        ({"VGD_CONTEXT_STORES": "a-b=memory"}, "a-b"),
        ({"VGD_CONTEXT_STORES": "_=memory"}, '"_"'),
        ({"VGD_CONTEXT_STORES": "{nonsense"}, "context"),
        ({"VGD_CONTEXT_STORES": "a=memory", "VGD_DEFAULT_STORE": "b"}, '"b" is none of: a'),
        ({"VGD_STATE_INTERVAL_S": "0"}, "state_interval_s"),
    ],
)
async def test_settings_that_cannot_be_used_are_named(tmp_path, environment, named):
    with pytest.raises(PlatformError, match=named):
        read_settings(tmp_path, environment)
