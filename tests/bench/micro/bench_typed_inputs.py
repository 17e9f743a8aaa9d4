"""Each typed input: from a message to the value."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest

from vgd_kernel.model.typed import compile_input
from vgd_kernel.testing import FakeContext

INPUTS: dict[str, tuple[str, type]] = {
    "msg": ("payload.at.x", int),
    "flow": ("count", int),
    "global": ("count", int),
    "str": ("hello", str),
    "num": ("12.5", float),
    "bool": ("true", bool),
    "json": ('{"a": [1, 2, 3]}', dict),
    "bin": ("[1, 2, 255]", bytes),
    "date": ("", int),
    "date-object": ("object", datetime.datetime),
    "jsonata": ("payload.at.x + 1", int),
    "env": ("WHO", str),
    "re": ("^h(.)llo$", re.Pattern),
}
"""Name to what the author entered, and what kind of value comes out."""


@pytest.mark.benchmark(group="typed-input")
@pytest.mark.parametrize("name", INPUTS)
def test_a_typed_input_gives_its_value_for_a_message(benchmark: Any, name: str) -> None:
    entered, kind = INPUTS[name]
    ctx = FakeContext(environment={"WHO": "Ada"})
    ctx.context("flow").set("count", 7)
    ctx.context("global").set("count", 7)
    evaluate = compile_input(entered, name.partition("-")[0], ctx)
    value = benchmark(evaluate, {"payload": {"at": {"x": 1}}})
    assert isinstance(value, kind)
