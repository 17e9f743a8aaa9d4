"""The kernelspec ``vgd``: a real kernel with the package and its magics loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def kernel() -> Iterator[BlockingKernelClient]:
    manager = KernelManager(kernel_name="vgd")
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def execute(kernel: BlockingKernelClient, code: str) -> tuple[str, list[dict[str, Any]]]:
    """Return what a cell printed and the MIME bundles that it showed."""
    text, shown = [], []

    def collect(message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] == "stream":
            text.append(content["text"])
        elif message["msg_type"] in ("execute_result", "display_data"):
            shown.append(content["data"])
        elif message["msg_type"] == "error":
            text.append("\n".join(content["traceback"]))

    kernel.execute_interactive(code, timeout=60, output_hook=collect)
    return "".join(text), shown


def test_the_package_is_there_under_the_name_vgd(kernel: BlockingKernelClient) -> None:
    text, _ = execute(kernel, "print(vgd.__version__, vgd.Flow.__name__)")
    assert text.split() == ["0.1.0", "Flow"]


def test_starting_the_kernel_loads_nothing_heavy(kernel: BlockingKernelClient) -> None:
    code = "import sys; print(sorted({'pandas', 'anywidget', 'distributed'} & set(sys.modules)))"
    manager = KernelManager(kernel_name="vgd")
    manager.start_kernel()
    fresh = manager.blocking_client()
    fresh.start_channels()
    try:
        fresh.wait_for_ready(timeout=60)
        assert execute(fresh, code)[0] == "[]\n"
    finally:
        fresh.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_cell_of_functions_becomes_a_flow_under_its_name(kernel: BlockingKernelClient) -> None:
    cell = "%%flow cleaning\ndef double(msg):\n    msg['payload'] *= 2\n    return msg\n"
    _, shown = execute(kernel, cell)
    assert "application/vnd.jupyter.widget-view+json" in shown[0]
    assert "double" in shown[0]["image/svg+xml"]
    lines = ["with cleaning.run() as run:", "    run.send('double', 4)", "    run.wait()"]
    text, _ = execute(kernel, "\n".join([*lines, "    print(run.values())"]))
    assert text == "[8]\n"


def test_the_command_line_runs_in_a_cell(kernel: BlockingKernelClient, tmp_path: Path) -> None:
    file = tmp_path / "flow.json"
    file.write_text(json.dumps([{"id": "a", "type": "debug", "wires": []}]), "utf-8")
    assert "0 errors" in execute(kernel, f"%vgd check {file}")[0]
    assert "expected a readable flow file" in execute(kernel, "%vgd check gone.json")[0]
    assert "invalid choice" in execute(kernel, "%vgd nonsense")[0]
    assert execute(kernel, "print(1)")[0] == "1\n"


def test_a_result_is_an_output_that_carries_name_and_value(kernel: BlockingKernelClient) -> None:
    _, shown = execute(kernel, "vgd.result('best', {'week': 3})")
    assert shown[0]["application/vnd.vgd.result+json"] == {"name": "best", "value": {"week": 3}}
