"""Settings of all flows."""

from __future__ import annotations

from pathlib import Path

from vgd_kernel.model.services import FlowLimits
from vgd_kernel.settings import read_settings


def test_the_environment_says_what_nodes_may_keep_and_where_files_lie(tmp_path: Path) -> None:
    environment = {
        "VGD_NODE_MESSAGE_BUFFER_MAX_LENGTH": "5",
        "VGD_FILE_WORKING_DIRECTORY": str(tmp_path),
    }
    assert read_settings(tmp_path, environment).flows.limits() == FlowLimits(5, str(tmp_path))


def test_without_settings_nothing_is_limited(tmp_path: Path) -> None:
    limits = read_settings(tmp_path, {}).flows.limits()
    assert limits == FlowLimits()
    assert limits.has_room(10**9)
