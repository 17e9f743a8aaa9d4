"""V8 isolates by mini-racer: no files, no network, bounded time and memory.

An isolate is shared by all who ask for the same key, and freed when the last of them closes.
"""

from __future__ import annotations

import atexit
import json
import re
import threading
import weakref
from time import perf_counter
from typing import Any

from vgd_kernel.model.errors import ExpressionError, NodeTimeoutError, PlatformError
from vgd_kernel.model.services import JavaScript
from vgd_kernel.services.sandbox.guard import Guard
from vgd_kernel.services.sandbox.v8 import V8

MEMORY_LIMIT_BYTES = 256 * 2**20
"""Heap of one isolate; a script that needs more is ended. Node-RED shares 2 GB among all flows."""

_GRACE_S = 1.0
"""How long an isolate may take to end what was cancelled; then it is given up."""

_WHERE = re.compile(r"^<?[^:>]*>?:(\d+): ")
_guard = Guard()


class _Engine:
    """One V8 isolate and how many hold it."""

    def __init__(self) -> None:
        self.v8: V8 | None = V8(MEMORY_LIMIT_BYTES)
        self.holders = 0
        _open.add(self)

    def close(self) -> None:
        """Free the isolate; harmless when it is free."""
        _open.discard(self)
        v8, self.v8 = self.v8, None
        if v8 is not None:
            v8.close()


_open: weakref.WeakSet[_Engine] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    """Free what is still open: V8 waits for ever when the interpreter ends around it."""
    for engine in list(_open):
        engine.close()


class MiniRacerIsolate:
    """A hold on an isolate; implements `vgd_kernel.model.services.JavaScript`."""

    def __init__(self, factory: MiniRacerFactory, key: str, engine: _Engine) -> None:
        """Bind to the engine of a key."""
        self._factory = factory
        self._key = key
        self._engine: _Engine | None = engine

    def _v8(self) -> V8:
        if self._engine is None or self._engine.v8 is None:
            raise PlatformError("this isolate is closed; ask the factory for a new one.")
        return self._engine.v8

    def evaluate(self, source: str, *, timeout_s: float = 10.0) -> Any:
        """Evaluate a script and return its value (JSON types).

        Raises:
            ExpressionError: A syntax error or an exception, with line.
            NodeTimeoutError: It took longer than ``timeout_s``, or needed too much memory.
        """
        v8 = self._v8()
        v8.post_script(source.encode("utf-8", "replace"))
        text = self._wait(v8, timeout_s).decode()
        if text[0] == "S":
            raise ExpressionError(_located(source) or text[1:])
        if text[0] == "X":
            raise ExpressionError(text[1:])
        return json.loads(text[1:])

    def enter(self, text: bytes, *, timeout_s: float = 10.0, settle: bool = False) -> bytes:
        """Hand a text to the isolate's entry; errors as in evaluate."""
        v8 = self._v8()
        v8.post(text)
        if not settle:
            return self._wait(v8, timeout_s)
        v8.post_settle()
        if not v8.reached(timeout_s):
            v8.cancel()
            if not v8.reached(_GRACE_S):
                self._give_up()
            raise _too_long(timeout_s)
        return self._left(v8, timeout_s, ended=False)

    def _wait(self, v8: V8, timeout_s: float) -> bytes:
        deadline_s = _guard.begin(v8, timeout_s)
        try:
            left = v8.take()
        finally:
            _guard.end(v8)
        return left if left is not None else self._ended(v8, timeout_s, perf_counter() > deadline_s)

    def _left(self, v8: V8, timeout_s: float, *, ended: bool) -> bytes:
        left = v8.take()
        return left if left is not None else self._ended(v8, timeout_s, ended)

    def _ended(self, v8: V8, timeout_s: float, late: bool) -> bytes:
        if v8.recover_memory(MEMORY_LIMIT_BYTES):
            raise NodeTimeoutError(
                f"JavaScript needed more than {MEMORY_LIMIT_BYTES >> 20} MiB and was ended; "
                "expected less data at a time. Split the message."
            )
        if late:
            raise _too_long(timeout_s)
        raise PlatformError("JavaScript ended without a result; its entry must return a text.")

    def _give_up(self) -> None:
        """End an isolate that hangs; whoever asks for its key next gets a new one."""
        self._factory.forget(self._key)
        if self._engine is not None:
            self._engine.close()

    def close(self) -> None:
        """Let go of the isolate; the last one frees it. Harmless when closed."""
        if self._engine is not None:
            engine, self._engine = self._engine, None
            self._factory.release(self._key, engine)


def _too_long(timeout_s: float) -> NodeTimeoutError:
    return NodeTimeoutError(
        f"JavaScript ran longer than {timeout_s:g} s and was ended; expected code that "
        "returns soon. Let it wait by a timer or a promise."
    )


def _located(source: str) -> str:
    """Return a syntax error with its line, which V8 tells only when it compiles a script anew."""
    from concurrent.futures import ThreadPoolExecutor

    from py_mini_racer import JSEvalException, JSTimeoutException, MiniRacer

    def compile_again() -> str:
        with MiniRacer() as racer:
            try:
                racer.eval(source, timeout_sec=_GRACE_S)
            except (JSEvalException, JSTimeoutException) as error:
                return str(error)
        return ""

    # In a thread: a MiniRacer made where a loop runs uses that loop.
    with ThreadPoolExecutor(1) as pool:
        return _message(pool.submit(compile_again).result())


def _message(text: str) -> str:
    """Return ``line N: TypeError: …`` of V8's message."""
    first = text.strip().split("\n", 1)[0]
    match = _WHERE.match(first)
    return f"line {match[1]}: {first[match.end() :]}" if match else first


class MiniRacerFactory:
    """Makes isolates; implements `vgd_kernel.model.services.JavaScriptFactory`."""

    def __init__(self) -> None:
        """Start without an isolate."""
        self._engines: dict[str, _Engine] = {}
        self._lock = threading.Lock()

    def isolate(self, key: str) -> JavaScript:
        """Return a hold on the isolate of a key (the flow's id), made when it is not there yet."""
        with self._lock:
            engine = self._engines.get(key)
            if engine is None:
                engine = self._engines[key] = _Engine()
            engine.holders += 1
        return MiniRacerIsolate(self, key, engine)

    def release(self, key: str, engine: _Engine) -> None:
        """Take a hold back."""
        with self._lock:
            engine.holders -= 1
            if engine.holders > 0:
                return
            if self._engines.get(key) is engine:
                del self._engines[key]
        engine.close()

    def forget(self, key: str) -> None:
        """Give the next one who asks a new isolate: this one has run out of memory."""
        with self._lock:
            self._engines.pop(key, None)


__all__ = ("MEMORY_LIMIT_BYTES", "MiniRacerFactory", "MiniRacerIsolate")
