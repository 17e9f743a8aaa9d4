"""A real Jupyter server with the extension: client, command line, and what survives it."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from vgd_kernel.cli.main import main
from vgd_kernel.model.errors import ServerError
from vgd_kernel.services.client import Client
from vgd_kernel.services.finding import find_server

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("no_leak")]


@pytest.fixture
def client(tmp_path):
    with Client.embedded(tmp_path) as connected:
        yield connected


def command(client, capsys, *arguments, monkeypatch):
    monkeypatch.setenv("VGD_SERVER_URL", client.place.url)
    monkeypatch.setenv("VGD_SERVER_TOKEN", client.place.token)
    code = main(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_client_and_the_command_line_do_the_same(client, ticks, tmp_path, capsys, monkeypatch):
    def vgd(*arguments):
        return command(client, capsys, *arguments, monkeypatch=monkeypatch)

    file = tmp_path / "plant.flow.json"
    file.write_text(json.dumps(ticks))
    code, out, _ = vgd("deploy", str(file), "--json")
    assert code == 0
    assert json.loads(out)["state"] == "running"
    assert client.deployment("plant")["revision"] == 1

    code, out, _ = vgd("ps")
    assert code == 0
    assert out.splitlines()[0].split() == ["NAME", "REVISION", "STATE", "WORKER", "LABELS"]
    assert out.splitlines()[1].split()[:3] == ["plant", "1", "running"]

    code, out, _ = vgd("send", "plant", "echo", '{"payload": "hi"}', "--json")
    assert json.loads(out) == {"node": "echo", "msg": {"payload": "hi"}}
    after, heard = 0, []
    while not heard:
        page = client.messages("plant", "out", after=after, wait_s=5)
        heard = [m["value"] for m in page["messages"] if m["msg"].get("heard")]
        after = page["next"]
    assert heard == ["hi"]

    code, out, _ = vgd("logs", "plant")
    assert "running on local-" in out
    code, out, _ = vgd("logs", "plant", "--messages", "--json")
    assert json.loads(out.splitlines()[0])["node"] == "out"

    code, out, _ = vgd("stop", "plant", "--json")
    assert json.loads(out)["state"] == "stopped"
    code, out, err = vgd("send", "plant", "echo", "{}")
    assert code == 2
    assert "is stopped" in err
    code, out, err = vgd("send", "plant", "echo", "{")
    assert code == 2
    assert "not JSON" in err
    code, out, _ = vgd("stop", "plant", "--remove", "--json")
    assert client.deployments() == []


def test_a_notebook_is_scheduled_and_run_once(client, tmp_path):
    import nbformat

    notebook = nbformat.v4.new_notebook()
    source = "n = 1"
    notebook.cells = [nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})]
    # the notebook finds the server that runs it
    notebook.cells.append(
        nbformat.v4.new_code_cell(
            "import os\nfrom vgd_kernel.services.client import Client\n"
            "assert Client.connect(os.environ).me()['permissions']"
        )
    )
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(notebook, tmp_path / "report.ipynb")

    job = client.create_job("report.ipynb", "0 6 * * *", timezone="Europe/Berlin")
    assert job["next_run"] > time.time()
    run = client.run_job(job["id"])
    ended = client.wait_run(job["id"], run["id"], timeout_s=60)
    assert (ended["state"], ended["error"]) == ("succeeded", "")
    assert (tmp_path / ended["output"]).exists()
    assert [one["id"] for one in client.runs(job["id"])] == [run["id"]]
    with pytest.raises(ServerError, match="cron") as caught:
        client.create_job("report.ipynb", "every day")
    assert caught.value.status == 400
    client.remove_job(job["id"])
    assert client.jobs() == []


def test_the_server_ends_with_the_process_that_started_it(tmp_path):
    script = (
        "import json, os, signal\n"
        "from vgd_kernel.services.client import Client\n"
        f"client = Client.embedded({str(tmp_path)!r})\n"
        "client.workers()\n"
        "while len(client.workers()) < 2: pass\n"
        "pids = [client._server._process.pid, *(w['pid'] for w in client.workers())]\n"
        "print(json.dumps(pids), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL
    pids = json.loads(ended.stdout)
    assert len(pids) == 3
    deadline = time.monotonic() + 15
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < deadline, "the server and its workers went on"
        time.sleep(0.05)


def is_alive(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


class JupyterServer:
    """A Jupyter server as a person starts it, in a folder and with a state of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.log = (folder / "server.log").open("ab")
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root",
                "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}",
                "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}",
                "--IdentityProvider.token=secret",
                "--ServerApp.jpserver_extensions={'vgd_server': True}",
            ],
            env={
                **os.environ,
                "VGD_STATE_DIR": str(folder / "state"),
                "VGD_ORPHAN_TIMEOUT_S": "20",
                "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
                "JUPYTER_CONFIG_DIR": str(folder / "config"),
                "JUPYTER_NO_CONFIG": "1",
            },
            stdout=self.log,
            stderr=self.log,
        )  # fmt: skip
        self.client = Client(f"http://127.0.0.1:{port}/", "secret")
        deadline = time.monotonic() + 30
        while not self.client.answers():
            assert time.monotonic() < deadline, (folder / "server.log").read_text()
            time.sleep(0.05)

    def end(self, number: int) -> None:
        self.client.close()
        self.process.send_signal(number)
        self.process.wait(20)
        self.log.close()


def test_a_server_killed_with_9_loses_nothing_and_finds_its_flow_running(
    tmp_path, ticks, free_port
):
    first = JupyterServer(tmp_path, free_port)
    first.client.deploy("plant", ticks)
    assert first.client.settle("plant")["state"] == "running"
    first.client.messages("plant", wait_s=5)
    workers = {worker["pid"] for worker in first.client.workers()}
    first.end(signal.SIGKILL)

    second = JupyterServer(tmp_path, free_port)
    try:
        found = second.client.settle("plant")
        assert (found["state"], found["revision"]) == ("running", 1)
        lines = second.client.logs("plant")["logs"]
        assert lines[-1]["text"].startswith("found running on local-")
        page = second.client.messages("plant", wait_s=5)
        seqs = [message["seq"] for message in page["messages"]]
        assert len(set(seqs)) == len(seqs)
        times = [message["time"] for message in page["messages"]]
        gaps = [after - before for before, after in itertools.pairwise(times)]
        assert max(gaps) < 0.5, "the flow went on while there was no server"
        while {w["pid"] for w in second.client.workers()} != workers:
            time.sleep(0.05)
    finally:
        second.end(signal.SIGTERM)
    assert not any(is_alive(pid) for pid in workers), "a clean stop ends the own workers"


def test_the_server_of_this_process_is_found_by_its_process_id(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    info = {"pid": os.getppid(), "url": "http://127.0.0.1:1/base", "token": "secret"}
    (tmp_path / "jpserver-1.json").write_text(json.dumps(info))
    place = find_server({}, os.getppid())
    assert (place.url, place.token) == ("http://127.0.0.1:1/base/", "secret")
    assert find_server({}, 1 << 22) is None
    assert find_server({"JPY_PARENT_PID": str(os.getppid())}, 1 << 22) == place
