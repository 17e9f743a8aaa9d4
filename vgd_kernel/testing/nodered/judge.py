"""Judges the record of a case: what arrived against what Node-RED sent.

A record is a dict with ``vars``, ``started``, ``got``, ``results``, ``statuses``, ``logs``,
``debugs`` and, when the case asks for them, ``context``, ``files`` and ``proxied``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_EXPECTED = (
    "expected", "expected_started", "expected_results", "expected_status", "expected_log",
    "expected_debug", "expected_context", "expected_files", "expected_proxied",
)  # fmt: skip


def judge(case: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """Return why a record is not what the case expects; empty when it is."""
    found = _normalise(case, record)
    if case.get("compare") == "count":
        for sink, (low, high) in case["count_range"].items():
            count = found["counts"][sink]
            if not low <= count <= high:
                return f"sink {sink}: {count} messages, expected {low} to {high}"
    for key in _EXPECTED:
        if case.get("compare") == "count" and key == "expected":
            continue
        wanted, seen = _canonical(case.get(key)), _canonical(found.get(key))
        if wanted != seen:
            return f"{key}\n  expected {_text(wanted)}\n  saw      {_text(seen)}"
    return ""


def _text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text.encode(errors="backslashreplace").decode()


def _canonical(value: Any) -> Any:
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    if isinstance(value, dict):
        return {key: _canonical(value[key]) for key in sorted(value)}
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _sort_key(item: Any) -> str:
    return json.dumps(_canonical(item), ensure_ascii=False, separators=(",", ":"))


def _drop(value: Any, keys: list[str]) -> None:
    """Remove what a dotted path names (``*``: every key) from a record."""
    first, rest = keys[0], keys[1:]
    if isinstance(value, list):
        if first == "*":
            indexes = list(range(len(value)))
        else:
            indexes = [int(first)] if first.isdigit() and int(first) < len(value) else []
        for index in indexes:
            if rest:
                _drop(value[index], rest)
            else:
                value[index] = {"$t": "ignored"}
    elif isinstance(value, dict):
        for key in list(value) if first == "*" else [first] if first in value else []:
            if rest:
                _drop(value[key], rest)
            else:
                del value[key]


def _with_placeholders(record: Mapping[str, Any], variables: Mapping[str, str]) -> Any:
    text = json.dumps(record, ensure_ascii=False)
    for name, value in variables.items():
        if name == "DIR":
            text = text.replace(value, "@DIR@")
        else:
            text = re.sub(rf"(?<![0-9a-f]){re.escape(value)}(?![0-9a-f])", f"@{name}@", text)
            text = re.sub(rf": ?@{name}@(?=[,}}\]])", f': "@{name}@"', text)
    return json.loads(text)


def _given_ids(value: Any, found: set[str]) -> set[str]:
    if isinstance(value, list):
        for item in value:
            _given_ids(item, found)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in ("_msgid", "id") and isinstance(item, str):
                found.add(item)
            _given_ids(item, found)
    return found


class _Names:
    """Gives generated ids the names ``#1``, ``#2``, … in order of appearance."""

    def __init__(self, given: set[str], *, anonymous: bool) -> None:
        self._given = given
        self._anonymous = anonymous
        self._names: dict[str, str] = {}

    def replace(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.replace(item) for item in value]
        if not isinstance(value, dict):
            return value
        id = value.get("$id")
        if len(value) == 1 and isinstance(id, str):
            if id in self._given:
                return id
            return (
                "#" if self._anonymous else self._names.setdefault(id, f"#{len(self._names) + 1}")
            )
        return {key: self.replace(item) for key, item in value.items()}


def _normalise(case: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: value for key, value in record.items() if key not in ("vars", "name")}
    out = _with_placeholders(plain, record.get("vars", {}))
    got = _taken(case, out.get("got", []))
    for item in got:
        for path in case.get("ignore", []):
            _drop(item["msg"], path.split("."))
    for item in out.get("results", []):
        for path in case.get("ignore_results", []):
            _drop(item, path.split("."))
    mode, sinks = case.get("compare", "ordered"), case.get("sinks", [])
    order = got if mode == "global" else [item for s in sinks for item in got if item["sink"] == s]
    given = _given_ids([step.get("msg", {}) for step in case.get("inject", [])], set())
    names = _Names(given, anonymous=mode == "unordered")
    for item in order:
        item["msg"] = names.replace(item["msg"])
    if mode == "unordered":
        order = [
            item
            for sink in sinks
            for item in sorted((i for i in order if i["sink"] == sink), key=_sort_key)
        ]
    found: dict[str, Any] = {
        "expected": [{"sink": item["sink"], "msg": item["msg"]} for item in order],
        "counts": {sink: sum(item["sink"] == sink for item in got) for sink in sinks},
    }
    return found | _side_effects(case, out)


def _taken(case: Mapping[str, Any], got: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first messages of each sink, as many as the case takes."""
    limits, seen, kept = case.get("take", {}), dict[str, int](), []
    for item in got:
        sink = item["sink"]
        seen[sink] = seen.get(sink, 0) + 1
        if seen[sink] <= limits.get(sink, len(got)):
            kept.append(item)
    return kept


def _side_effects(case: Mapping[str, Any], out: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if out.get("started") is False:
        found["expected_started"] = False
    if out.get("results"):
        found["expected_results"] = sorted(out["results"], key=lambda item: item["step"])
    if "watch_status" in case:
        statuses = out.get("statuses", [])
        found["expected_status"] = [
            item for id in case["watch_status"] for item in statuses if item["id"] == id
        ]
    if "watch_log" in case:
        logs = sorted(out.get("logs", []), key=lambda item: item["id"])
        hidden = ("msg",) if case.get("ignore_log_text") else ()
        found["expected_log"] = [
            {key: value for key, value in item.items() if key not in hidden} for item in logs
        ]
    if case.get("watch_debug"):
        found["expected_debug"] = out.get("debugs", [])
    for key in ("context", "files", "proxied"):
        if key in out:
            found[f"expected_{key}"] = out[key]
    return found


__all__ = ("judge",)
