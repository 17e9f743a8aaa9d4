"""Express's paths, query strings, cookies and bodies."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model.errors import FlowError
from vgd_kernel.services.network.bodies import read_body
from vgd_kernel.services.network.query import parse_query
from vgd_kernel.services.network.requests import read_cookies, read_headers
from vgd_kernel.services.network.routes import compile_route


@pytest.mark.parametrize(
    ("pattern", "path", "found"),
    [
        ("/a/:x", "/a/1", {"x": "1"}),
        ("/a/:x", "/a/1/", {"x": "1"}),
        ("/A/:x", "/a/%C3%A4", {"x": "ä"}),
        ("/a/:x?", "/a", {}),
        ("/a/:x(\\d+)", "/a/b", None),
        ("/a/*", "/a/b/c", {"0": "b/c"}),
        ("/:a-:b", "/1-2", {"a": "1", "b": "2"}),
        ("/", "/", {}),
        ("/a", "/ab", None),
        ("/file.txt", "/fileXtxt", None),
    ],
)
def test_a_path_matches_as_in_express(
    pattern: str, path: str, found: dict[str, str] | None
) -> None:
    assert compile_route(pattern)(path) == found


def test_a_pattern_that_is_none_is_an_error() -> None:
    with pytest.raises(FlowError, match="no path pattern"):
        compile_route("/a/(b")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a=1&a=2", {"a": ["1", "2"]}),
        ("a[]=1", {"a": ["1"]}),
        ("a[b][c]=1", {"a": {"b": {"c": "1"}}}),
        ("a[1]=y&a[0]=x", {"a": ["x", "y"]}),
        ("a[30]=x", {"a": {"30": "x"}}),
        ("a=1+2%20%2B", {"a": "1 2 +"}),
        ("flag&b=", {"flag": "", "b": ""}),
        ("a[b[c]=1", {"a[b[c]": "1"}),
    ],
)
def test_a_query_is_read_as_in_express(text: str, found: dict[str, Any]) -> None:
    assert parse_query(text) == found


@given(st.text(alphabet="ab[]=&%0 +", max_size=40))
def test_any_query_is_read(text: str) -> None:
    assert isinstance(parse_query(text), dict)


@given(
    st.binary(max_size=60),
    st.sampled_from(["text/plain", "application/x", "multipart/form-data; boundary=B", ""]),
)
def test_any_body_without_rules_is_text_or_bytes_or_parts(body: bytes, kind: str) -> None:
    headers = {"content-type": kind, "content-length": str(len(body))}
    found, files = read_body(headers, body, upload=False)
    assert isinstance(found, (str, bytes))
    assert files == []


def test_a_body_that_is_too_large_is_an_error() -> None:
    headers = {"content-type": "application/json", "content-length": "1"}
    with pytest.raises(FlowError, match="too large"):
        read_body(headers, b" " * (5 * 1024 * 1024 + 1))
    with pytest.raises(FlowError, match="expected at most 3"):
        read_body(headers, b"1234", limit_bytes=3)


def test_headers_are_joined_as_in_node_js() -> None:
    raw = [(b"X", b"1"), (b"x", b"2"), (b"Host", b"a"), (b"host", b"b"), (b"Cookie", b"a=1"),
           (b"cookie", b"b=2"), (b"set-cookie", b"c")]  # fmt: skip
    assert read_headers(raw) == {
        "x": "1, 2", "host": "a", "cookie": "a=1; b=2", "set-cookie": ["c"],
    }  # fmt: skip


def test_cookies_may_hold_json() -> None:
    assert read_cookies('a=j:{"b":1}; c=j:{; d') == {"a": {"b": 1}, "c": "j:{"}
