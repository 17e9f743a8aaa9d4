"""Collects the test cases of ``*.flow.json`` files: ``pytest -p vgd_kernel.testing.pytest_plugin``.

Every case of a flow file below the test paths becomes a test of its own. Name the plugin in a
``conftest.py`` as ``pytest_plugins = ["vgd_kernel.testing.pytest_plugin"]`` to have it always.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vgd_kernel.model.cases import FlowCase, cases_of
from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.testing.run_case import run_case

SUFFIX = ".flow.json"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FlowFile | None:
    """Take flow files."""
    if not file_path.name.endswith(SUFFIX):
        return None
    made: FlowFile = FlowFile.from_parent(parent, path=file_path)
    return made


class FlowFile(pytest.File):
    """A flow file; its tests are the cases that it carries."""

    def collect(self) -> Iterator[FlowItem]:
        """Yield a test for each case.

        Raises:
            CollectError: The file is no flow, or a case is not well-formed.
        """
        try:
            document = FlowDocument.from_json(self.path.read_text(encoding="utf-8"))
            cases = cases_of(document)
        except FlowError as error:
            raise self.CollectError(str(error)) from None
        for case in cases:
            yield FlowItem.from_parent(self, name=case.name, document=document, case=case)


class FlowItem(pytest.Item):
    """One case."""

    def __init__(self, *, document: FlowDocument, case: FlowCase, **kwargs: Any) -> None:
        """Keep the flow and the case."""
        super().__init__(**kwargs)
        self._document = document
        self._case = case

    def runtest(self) -> None:
        """Play the case.

        Raises:
            Failed: Something differs.
        """
        result = asyncio.run(run_case(self._document, self._case))
        if not result.passed:
            pytest.fail("\n".join(result.failures), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return where the test stands, for reports."""
        return self.path, None, f"{self.path.name}: {self.name}"


__all__ = ("FlowFile", "FlowItem", "pytest_collect_file")
