"""The package from clean sources into fresh environments, as a new user's pip does it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EDGE = {
    *("pydantic", "msgspec", "jsonatapy", "mini-racer", "cronsim", "tzdata"),
    *("psutil", "pyyaml", "selectolax"),
}
"""What a process that only runs flows needs; all of it is in pyproject's dependencies."""

pytestmark = [pytest.mark.install, pytest.mark.timeout(600)]


def call(*command: str | Path, cwd: Path, check: bool = True) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "VIRTUAL"))}
    environment["PATH"] = f"{Path(command[0]).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not check or done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def make_environment(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    return folder / "bin"


@pytest.fixture(scope="module")
def constraints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lock's versions without hashes, which pip refuses for a folder."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    pins = re.findall(r"^([\w.\-\[\]]+==[^\s\\]+)( ;[^\\\n]*)?", text, re.M)
    file = tmp_path_factory.mktemp("lock") / "constraints.txt"
    file.write_text("".join(f"{pin}{marker}\n" for pin, marker in pins), "utf-8")
    return file


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracked files alone: nothing built, nothing installed."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that pip builds from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    call(
        sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, checkout, cwd=folder
    )
    return next(folder.glob("*.whl"))


def test_pip_install_gives_lab_extension_server_extension_kernelspec_and_widget(
    checkout: Path, constraints: Path, tmp_path: Path
) -> None:
    bin_folder = make_environment(tmp_path / "fresh")
    call(bin_folder / "pip", "install", "-q", "-c", constraints, checkout, cwd=tmp_path)
    jupyter = bin_folder / "jupyter"

    extensions = call(jupyter, "labextension", "list", cwd=tmp_path)
    assert re.search(r"@visualgriddev/labextension v\S+.*enabled.*OK", extensions)
    servers = call(jupyter, "server", "extension", "list", cwd=tmp_path)
    assert re.search(r"vgd_server.*enabled", servers)
    assert re.search(r"vgd_server.*OK", servers)
    kernels = json.loads(call(jupyter, "kernelspec", "list", "--json", cwd=tmp_path))
    assert kernels["kernelspecs"]["vgd"]["spec"]["display_name"] == "VGD (Python 3)"
    widget = (
        "from vgd_kernel import Flow; f = Flow(); f.add('inject'); "
        "data, _ = f._repr_mimebundle_(); print(sorted(data))"
    )
    shown = call(bin_folder / "python", "-c", widget, cwd=tmp_path)
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert "image/svg+xml" in shown
    assert "No broken requirements" in call(bin_folder / "pip", "check", cwd=tmp_path)


def test_flows_run_in_an_environment_without_jupyter(
    wheel: Path, constraints: Path, tmp_path: Path
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[^\w-]", line)[0] for line in project["dependencies"]}
    assert names >= EDGE
    bin_folder = make_environment(tmp_path / "edge")
    call(bin_folder / "pip", "install", "-q", "-c", constraints, *sorted(EDGE), cwd=tmp_path)
    call(bin_folder / "pip", "install", "-q", "--no-deps", wheel, cwd=tmp_path)
    flow = [
        {"id": "in", "type": "inject", "wires": [["js"]]},
        {"id": "js", "type": "function", "outputs": 1, "wires": [["out"]],
         "func": "msg.payload = msg.payload * 2; return msg;"},
        {"id": "out", "type": "debug", "complete": "true", "active": True, "wires": []},
    ]  # fmt: skip
    (tmp_path / "flow.json").write_text(json.dumps(flow), "utf-8")
    printed = call(
        bin_folder / "vgd", "run", "flow.json", "--inject", 'js={"payload": 21}',
        "--until-idle", "--json", cwd=tmp_path,
    )  # fmt: skip
    lines = [json.loads(line) for line in printed.splitlines()]
    assert [(line["node"], line["msg"]["payload"]) for line in lines] == [("out", 42)]
    missing = call(
        bin_folder / "python", "-c", "import jupyter_server", cwd=tmp_path, check=False
    )  # fmt: skip
    assert "ModuleNotFoundError" in missing
