"""Texts by UTF-16 code units."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model.javascript_text import code_units, from_code_units


@given(st.text())
def test_a_text_comes_back_from_its_code_units(text: str) -> None:
    units = code_units(text)
    assert len(units) == len(text.encode("utf-16-le")) // 2
    assert from_code_units(units) == text


def test_a_half_stays_a_half() -> None:
    high, low = code_units("\U0001f600")
    assert from_code_units(high) == "\ud83d"
    assert from_code_units(low + high) == "\ude00\ud83d"
