from __future__ import annotations

from collections.abc import Iterator

import pytest

from vgd_kernel.model.errors import ExpressionError, NodeTimeoutError, PlatformError
from vgd_kernel.model.services import JavaScript, JavaScriptFactory
from vgd_kernel.services.sandbox import MiniRacerFactory


@pytest.fixture
def isolate() -> Iterator[JavaScript]:
    made = MiniRacerFactory().isolate("flow")
    yield made
    made.close()


def test_the_parts_keep_their_protocols(isolate: JavaScript) -> None:
    assert isinstance(isolate, JavaScript)
    assert isinstance(MiniRacerFactory(), JavaScriptFactory)


def test_the_entry_gets_a_text_and_gives_one(isolate: JavaScript) -> None:
    isolate.evaluate("__host.enter = text => text + '!'; 0")
    assert isolate.enter("é".encode()) == "é!".encode()
    assert isolate.evaluate("undefined") is None


@pytest.mark.parametrize(
    ("source", "text"),
    [("\nlet a = = 1", "line 2: SyntaxError"), ("throw new TypeError('no')", "TypeError: no")],
)
def test_an_error_names_line_and_text(isolate: JavaScript, source: str, text: str) -> None:
    with pytest.raises(ExpressionError, match=text):
        isolate.evaluate(source)


def test_a_loop_is_ended_and_the_isolate_goes_on(isolate: JavaScript) -> None:
    with pytest.raises(NodeTimeoutError, match=r"longer than 0\.1 s"):
        isolate.evaluate("while (true) {}", timeout_s=0.1)
    assert isolate.evaluate("1 + 1") == 2


def test_one_key_is_one_isolate_until_the_last_hold_is_closed() -> None:
    factory = MiniRacerFactory()
    first, second, other = (factory.isolate(key) for key in ("a", "a", "b"))
    first.evaluate("globalThis.x = 1")
    first.close()
    assert second.evaluate("x") == 1
    assert other.evaluate("typeof x") == "undefined"
    second.close()
    again = factory.isolate("a")
    assert again.evaluate("typeof x") == "undefined"
    with pytest.raises(PlatformError, match="closed"):
        second.evaluate("1")
    again.close()
    other.close()


def test_the_world_is_out_of_reach(isolate: JavaScript) -> None:
    names = ("require", "process", "fetch", "XMLHttpRequest", "Deno")
    assert [isolate.evaluate(f"typeof {name}") for name in names] == ["undefined"] * len(names)


def test_what_promises_came_to_is_there_after_settling(isolate: JavaScript) -> None:
    isolate.evaluate(
        "let got = ''; __host.settle = () => got;"
        "__host.enter = text => {"
        "  Promise.resolve(String(text)).then(v => { got = v; }); return ''; }"
    )
    assert isolate.enter(b"later", settle=True) == b"later"


@pytest.mark.parametrize("code", ["while (true) {}", "/(a+)+b/.test('a'.repeat(40))"])
def test_an_entry_that_does_not_return_is_ended(isolate: JavaScript, code: str) -> None:
    isolate.evaluate(f"__host.enter = text => {{ if (text == 'x') {{ {code} }} return 'good'; }}")
    with pytest.raises(NodeTimeoutError, match=r"longer than 0\.1 s"):
        isolate.enter(b"x", timeout_s=0.1)
    assert isolate.enter(b"y") == b"good"


def test_a_loop_in_a_promise_gives_up_the_isolate_and_the_next_is_good() -> None:
    factory = MiniRacerFactory()
    isolate = factory.isolate("key")
    isolate.evaluate("__host.enter = () => { Promise.resolve().then(() => { while (true) {} }); }")
    with pytest.raises(NodeTimeoutError, match=r"longer than 0\.1 s"):
        isolate.enter(b"", timeout_s=0.1, settle=True)
    with pytest.raises(PlatformError, match="closed"):
        isolate.evaluate("1")
    isolate.close()
    again = factory.isolate("key")
    assert again.evaluate("1 + 1") == 2
    again.close()


def test_a_memory_bomb_is_ended_and_the_isolate_goes_on(isolate: JavaScript) -> None:
    with pytest.raises(NodeTimeoutError, match="MiB"):
        isolate.evaluate("const a = []; for (;;) a.push(new Array(1000).fill({}))")
    assert isolate.evaluate("1 + 1") == 2
