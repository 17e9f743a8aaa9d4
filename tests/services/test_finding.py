"""Which server a process belongs to."""

import json
import os

import pytest

from vgd_kernel.services.finding import ServerPlace, find_server, local_servers

NOBODY = 1 << 22
"""More than the largest process id of Linux."""


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))

    def write(name, **info):
        (tmp_path / f"jpserver-{name}.json").write_text(json.dumps(info))

    return write


def test_a_server_that_is_named_comes_first(runtime):
    runtime(1, pid=os.getpid(), url="http://other/", token="x")
    environment = {"VGD_SERVER_URL": "http://host:1/base", "VGD_SERVER_TOKEN": "secret"}
    assert find_server(environment, os.getpid()) == ServerPlace("http://host:1/base/", "secret")


def test_in_a_hub_it_is_the_users_own_server(runtime):
    environment = {
        "JUPYTERHUB_SERVICE_URL": "http://0.0.0.0:8888/user/ada/",
        "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/",
        "JUPYTERHUB_API_TOKEN": "secret",
    }
    found = find_server(environment, NOBODY)
    assert found == ServerPlace("http://127.0.0.1:8888/user/ada/", "secret")


@pytest.mark.parametrize("environment", [{}, {"JPY_PARENT_PID": str(os.getpid())}])
def test_a_kernel_belongs_to_the_server_that_is_its_parent(runtime, environment):
    runtime(1, pid=os.getppid(), url="http://wrong/", token="x")
    runtime(2, pid=os.getpid(), url="http://right", token="secret")
    parent = os.getpid() if not environment else NOBODY
    assert find_server(environment, parent) == ServerPlace("http://right/", "secret")


def test_servers_that_have_ended_and_broken_files_are_passed_over(runtime, tmp_path):
    runtime(1, pid=NOBODY, url="http://gone/", token="x")
    (tmp_path / "jpserver-2.json").write_text("{")
    (tmp_path / "jpserver-3.json").write_text("[]")
    assert list(local_servers()) == []
    assert find_server({}, NOBODY) is None
