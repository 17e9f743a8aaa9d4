"""Errors as values."""

from __future__ import annotations

from vgd_kernel.model.error_value import ErrorValue
from vgd_kernel.model.message import clone


def test_a_copy_of_an_error_is_an_error() -> None:
    copied = clone({"error": ErrorValue("no such file", code="ENOENT")})["error"]
    assert isinstance(copied, ErrorValue)
    assert copied == {"name": "Error", "message": "no such file", "code": "ENOENT"}
