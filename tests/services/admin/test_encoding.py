"""Values as Node-RED's editor gets them. Every expectation was read from Node-RED 5.0.7."""

import datetime
import json
import math

import pytest

from vgd_kernel.model.message import UNDEFINED
from vgd_kernel.services.admin.encoding import encode


@pytest.mark.parametrize(
    ("value", "text", "name"),
    [
        (5, "5", "number"),
        (1.0, "1", "number"),
        (1.5, "1.5", "number"),
        (math.nan, "NaN", "number"),
        (-math.inf, "-Infinity", "number"),
        (True, "true", "boolean"),
        (None, "(undefined)", "null"),
        (UNDEFINED, "(undefined)", "undefined"),
        ("hallo", "hallo", "string[5]"),
        ("a😀b", "a😀b", "string[4]"),
        ("x" * 1500, "x" * 1000 + "...", "string[1500]"),
        (b"abc", "616263", "buffer[3]"),
        ([1, "b", None], '[1,"b",null]', "array[3]"),
        ([], "[]", "array[0]"),
        ({}, "{}", "Object"),
        ({"a": {"b": [1, {"c": 2}]}, "n": None}, '{"a":{"b":[1,{"c":2}]},"n":null}', "Object"),
        ({"nan": math.nan}, '{"nan":{"__enc__":true,"type":"number","data":"NaN"}}', "Object"),
        ({"u": UNDEFINED}, '{"u":{"__enc__":true,"type":"undefined"}}', "Object"),
        ({"long": "y" * 1200}, '{"long":"' + "y" * 1000 + '..."}', "Object"),
        (
            {"b": b"ab"},
            '{"b":{"type":"Buffer","data":[97,98],"__enc__":true,"length":2}}',
            "Object",
        ),
        (
            {"d": datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)},
            '{"d":"1970-01-01T00:00:00.000Z"}',
            "Object",
        ),
        ({"_req": {"a": 1}}, '{"_req":{"__enc__":true,"type":"internal"}}', "Object"),
    ],
)
def test_a_value_becomes_text_and_format(value, text, name):
    assert encode(value) == {"msg": text, "format": name}


def test_a_long_array_is_cut_and_says_how_long_it_is():
    shown = json.loads(encode([7] * 1200)["msg"])
    assert (shown["type"], shown["length"], len(shown["data"])) == ("array", 1200, 1000)
    assert encode([7] * 1200)["format"] == "array[1200]"


def test_what_contains_itself_ends():
    value: dict[str, object] = {}
    value["self"] = value
    assert '"internal"' in encode(value)["msg"]


def test_other_objects_are_shown_by_name():
    assert json.loads(encode({"x": range(3)})["msg"])["x"]["type"] == "range"
    assert encode(ValueError("bad"))["format"] == "error"
    assert encode(print) == {"msg": "[function]", "format": "function"}
