"""JSON in and out."""

import json

import pytest

from vgd_kernel.model.errors import FlowSyntaxError
from vgd_kernel.services.runtime.json_text import make_pretty, read_json, write_json


@pytest.mark.parametrize("text", ['"\\ud800"', "1e400", "[1.0, 12345678901234567890123]", '"é"'])
def test_whatever_is_json_is_read(text):
    assert read_json(text.encode(), "x") == json.loads(text)


@pytest.mark.parametrize("text", [b"[1,]", b"", b"\xff", b"[" * 100_000, b"'a'"])
def test_what_is_no_json_is_named(text):
    with pytest.raises(FlowSyntaxError, match="the body is not JSON"):
        read_json(text, "the body")


@pytest.mark.parametrize("value", ["\ud800", "é\u2028", [1, 2.5, None], {"a": []}])
def test_what_is_written_reads_back(value):
    assert json.loads(write_json(value)) == value


def test_files_have_four_spaces_and_keep_the_order_of_keys():
    assert make_pretty(write_json([{"b": 1, "a": []}])) == (
        b'[\n    {\n        "b": 1,\n        "a": []\n    }\n]\n'
    )
