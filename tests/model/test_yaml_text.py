from __future__ import annotations

import datetime
from typing import Any

import pytest

from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.yaml_text import parse_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"), ("on", "on"), ("true", True), ("~", None), ("0o17", 15), ("017", 17),
        ("0x1F", 31), ("1e3", 1000.0), ("1:30", "1:30"), ("a: [1, .5]", {"a": [1, 0.5]}),
        ("1: x", {"1": "x"}),
        ("2026-01-02", datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)),
    ],
)  # fmt: skip
def test_scalars_are_those_of_yaml_1_2(text: str, value: Any) -> None:
    assert parse_yaml(text) == value


def test_text_that_is_no_yaml_names_the_place() -> None:
    with pytest.raises(ExpressionError, match="line 2"):
        parse_yaml("a: 1\n b: [")
