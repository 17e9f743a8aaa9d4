from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from vgd_kernel.model.errors import FlowError, FlowInvalidError, NodeConfigError
from vgd_kernel.model.services import NotebookResult, NotebookRunner
from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]


class FakeRunner:
    """Writes down what it is asked for; a notebook called ``bad`` fails."""

    def __init__(self) -> None:
        self.asked: list[tuple[Path, dict[str, Any], Path | None]] = []

    async def run(
        self, notebook: Path, parameters: Mapping[str, Any], *, output: Path | None = None
    ) -> NotebookResult:
        self.asked.append((notebook, dict(parameters), output))
        if notebook.stem == "bad":
            raise FlowError("cell 2 raised ValueError")
        return NotebookResult(Path("runs/out.ipynb"), {"sum": 3}, 1.5)


def test_a_message_runs_the_notebook_with_its_parameters(play: Play) -> None:
    runner = FakeRunner()
    config = {"notebook": "n.ipynb", "parameters": '{"a": 1, "b": 2}', "output": "o.ipynb"}
    outcome = play("notebook", config, {"payload": {"b": 3}}, services={NotebookRunner: runner})
    assert runner.asked == [(Path("n.ipynb"), {"a": 1, "b": 3}, Path("o.ipynb"))]
    assert outcome.outputs[0][0]["payload"] == {
        "output": str(Path("runs/out.ipynb")),
        "results": {"sum": 3},
        "duration": 1.5,
    }
    assert [status.text for status in outcome.statuses] == ["running", "1.5 s"]


def test_a_failing_notebook_is_an_error_of_the_node(play: Play) -> None:
    services = {NotebookRunner: FakeRunner()}
    outcome = play("notebook", {"notebook": "bad.ipynb"}, {}, services=services)
    assert outcome.errors == ["cell 2 raised ValueError"]
    assert outcome.statuses[-1].text == "failed"


def test_without_a_runner_the_node_does_not_start(play: Play) -> None:
    with pytest.raises(FlowInvalidError, match="NotebookRunner"):
        play("notebook", {"notebook": "n.ipynb"}, {})


@pytest.mark.parametrize("text", ["{", "[1]"])
def test_parameters_are_a_json_object(play: Play, text: str) -> None:
    with pytest.raises(NodeConfigError, match="parameters"):
        play("notebook", {"parameters": text}, {})
