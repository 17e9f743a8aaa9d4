"""Settings from the file and the environment."""

from pathlib import Path

import pytest

from vgd_kernel.model.errors import PlatformError
from vgd_kernel.settings import Settings, process_environment, read_settings, state_folder


def test_without_anything_the_defaults_hold(tmp_path):
    assert read_settings(tmp_path, {}) == Settings()


def test_the_environment_wins_over_the_file(tmp_path):
    (tmp_path / "vgd.toml").write_text("[cluster]\nworkers = 5\nscheduler = 'tcp://a:1'\n")
    found = read_settings(tmp_path, {"VGD_WORKERS": "3", "VGD_STATE_DIR": "/x"})
    assert (found.cluster.workers, found.cluster.scheduler) == (3, "tcp://a:1")
    assert found.store.state_dir == Path("/x")


@pytest.mark.parametrize(
    ("environment", "text", "named"),
    [
        ({"VGD_WORKERS": "many"}, "", "VGD_WORKERS"),
        ({"VGD_SILENT_AFTER_S": "0"}, "", "cluster.silent_after_s"),
        ({}, "[cluster]\nwrokers = 2\n", "wrokers"),
        ({}, "[cluster\n", "vgd.toml"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, environment, text, named):
    (tmp_path / "vgd.toml").write_text(text)
    with pytest.raises(PlatformError, match=named):
        read_settings(tmp_path, environment)


def test_each_server_folder_has_a_state_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    one, other = (state_folder(Settings(), tmp_path / name) for name in ("a", "b"))
    assert one != other
    assert one == state_folder(Settings(), tmp_path / "b" / ".." / "a")


def test_a_state_folder_that_is_set_is_used(tmp_path):
    settings = read_settings(tmp_path, {"VGD_STATE_DIR": str(tmp_path / "here")})
    assert state_folder(settings, tmp_path) == tmp_path / "here"


def test_flows_do_not_see_the_tokens_of_the_platform(monkeypatch):
    monkeypatch.setenv("PLANT", "1")
    for name in ("JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN", "JUPYTER_TOKEN", "VGD_SERVER_TOKEN"):
        monkeypatch.setenv(name, "secret")
    seen = process_environment()
    assert seen["PLANT"] == "1"
    assert "secret" not in seen.values()
