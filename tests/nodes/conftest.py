"""What the tests of nodes share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from vgd_kernel.engine import RunOptions
from vgd_kernel.model import Node, installed
from vgd_kernel.model.services import JavaScriptFactory
from vgd_kernel.services.sandbox import MiniRacerFactory
from vgd_kernel.testing import NodeOutcome, run_node

Play = Callable[..., NodeOutcome]


@pytest.fixture
def play() -> Play:
    """Make a node of a type and play messages to it on virtual time."""

    def run(
        type: str,
        config: dict[str, Any],
        *msgs: dict[str, Any],
        advance_s: float = 0.0,
        services: dict[Any, Any] | None = None,
        environment: dict[str, str] | None = None,
        global_context: dict[str, Any] | None = None,
    ) -> NodeOutcome:
        cls = installed().get(type)
        assert cls is not None
        node: Node = cls.parse({"id": "node", "type": type, **config})
        options = RunOptions(
            services={JavaScriptFactory: MiniRacerFactory(), **(services or {})},
            environment=environment or {},
            global_context=global_context or {},
        )
        return asyncio.run(run_node(node, msgs, advance_s=advance_s, options=options))

    return run
