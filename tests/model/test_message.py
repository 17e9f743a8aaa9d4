"""Cloning and writing messages."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import numpy as np
import pandas as pd
import pytest

from vgd_kernel.model.errors import MessageError
from vgd_kernel.model.events import DebugMessage, to_records
from vgd_kernel.model.message import UNDEFINED, clone
from vgd_kernel.model.serialise import to_jsonable


def test_a_clone_shares_no_container_with_the_original() -> None:
    msg: dict[str, Any] = {"payload": {"a": [1, {"b": 2}]}, "topic": "t", "_msgid": "1"}
    copied = clone(msg)
    assert copied == msg
    copied["payload"]["a"][1]["b"] = 3
    assert msg["payload"]["a"][1]["b"] == 2


def test_one_list_at_two_places_stays_one_list_in_the_clone() -> None:
    shared = [1]
    copied = clone({"payload": {"a": shared, "b": shared}})
    assert copied["payload"]["a"] is copied["payload"]["b"]


def test_a_message_that_contains_itself_is_cloned() -> None:
    loop: dict[str, Any] = {}
    loop["self"] = loop
    copied = clone({"payload": loop})
    assert copied["payload"]["self"] is copied["payload"]
    assert copied["payload"] is not loop


def test_open_requests_and_what_cannot_be_copied_are_shared() -> None:
    lock, request = threading.Lock(), object()
    copied = clone({"payload": lock, "req": request, "res": [request]})
    assert copied["payload"] is lock
    assert copied["req"] is request


def test_tables_and_arrays_are_copied() -> None:
    msg = {"payload": pd.DataFrame({"a": [1]}), "array": np.zeros(2)}
    copied = clone(msg)
    copied["payload"].loc[0, "a"] = 9
    copied["array"][0] = 9
    assert msg["payload"].loc[0, "a"] == 1
    assert msg["array"][0] == 0


def test_values_are_written_in_node_reds_forms() -> None:
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, 6000, datetime.UTC)
    value = {
        "buffer": b"hi", "date": moment, "nan": float("nan"), "gone": UNDEFINED, "tuple": (1, 2),
        "numpy": np.int64(3),
    }  # fmt: skip
    assert to_jsonable(value) == {
        "buffer": {"type": "Buffer", "data": [104, 105]},
        "date": "2026-01-02T03:04:05.006Z",
        "nan": None,
        "tuple": [1, 2],
        "numpy": 3,
    }


def test_a_table_is_written_with_its_first_200_rows_and_its_length() -> None:
    written = to_jsonable(pd.DataFrame({"a": range(500)}))
    assert (written["type"], written["columns"], written["rows"]) == ("DataFrame", ["a"], 500)
    assert len(written["data"]) == 200


def test_what_cannot_be_serialised_is_an_error_that_names_the_path() -> None:
    with pytest.raises(MessageError, match=r"msg.payload\[1\].lock is a _thread.lock; expected"):
        to_jsonable({"payload": [0, {"lock": threading.Lock()}]}, strict=True)
    assert to_jsonable({"a": threading.Lock()})["a"]["type"] == "lock"


def test_a_value_that_contains_itself_is_an_error_not_a_crash() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(MessageError, match="contains itself"):
        to_jsonable(loop, strict=True)


def test_a_debug_message_with_a_value_that_has_no_json_form_brings_an_error_beside_it() -> None:
    msg = {"payload": threading.Lock(), "_msgid": "m"}
    shown, error = to_records(DebugMessage("d", "", msg, msg["payload"], "payload", 1.0))
    assert shown["value"]["type"] == "lock"
    assert (error["level"], error["node"], error["msgid"]) == ("error", "d", "m")
    assert error["text"].startswith("msg.payload is a _thread.lock; expected")
    assert len(to_records(DebugMessage("d", "", {"payload": 1}, 1, "payload", 1.0))) == 1
