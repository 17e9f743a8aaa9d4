"""The global configuration."""

from __future__ import annotations

import pytest

from vgd_kernel.model import FlowDocument, installed
from vgd_kernel.model.graph import check
from vgd_kernel.nodes.common.global_config import GlobalConfig
from vgd_kernel.nodes.function.template import Template
from vgd_kernel.testing import run_node

ENTRY = {
    "id": "g",
    "type": "global-config",
    "env": [
        {"name": "PLACE", "value": "here", "type": "str"},
        {"name": "N", "value": "5", "type": "num"},
    ],
}


@pytest.mark.asyncio
async def test_every_node_sees_its_values() -> None:
    node = Template.parse({"template": "{{env.PLACE}} {{env.N}}"})
    outcome = await run_node(node, [{}], beside=[ENTRY])
    assert [msg["payload"] for msg in outcome.outputs[0]] == ["here 5"]


def test_it_is_a_known_config_node_that_keeps_its_values() -> None:
    assert check(FlowDocument([ENTRY]), installed()) == ()
    assert GlobalConfig.parse(ENTRY).to_raw()["env"] == ENTRY["env"]
