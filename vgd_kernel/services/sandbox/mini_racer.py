"""V8 isolates by mini-racer: no files, no network, bounded time and memory.

An isolate is shared by all who ask for the same key, and freed when the last of them closes.
"""

from __future__ import annotations

import atexit
import json
import re
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from vgd_kernel.model.errors import ExpressionError, NodeTimeoutError, PlatformError
from vgd_kernel.model.services import JavaScript

MEMORY_LIMIT_BYTES = 256 * 2**20
"""Heap of one isolate; a script that needs more is ended. Node-RED shares 2 GB among all flows."""

_WHERE = re.compile(r"^<?[^:>]*>?:(\d+): ")


class _Engine:
    """One V8 isolate and how many hold it."""

    def __init__(self) -> None:
        try:
            from py_mini_racer import MiniRacer  # heavy: only flows with JavaScript load it
        except ImportError as error:
            raise PlatformError(
                "JavaScript needs the package mini-racer, which is not installed. Install it, or "
                "write the function node in Python."
            ) from error
        # In a thread: a MiniRacer made where a loop runs uses that loop and cannot end a script.
        with ThreadPoolExecutor(1) as pool:
            self.context = pool.submit(MiniRacer).result()
        self.context.set_hard_memory_limit(MEMORY_LIMIT_BYTES)
        self.holders = 0
        _open.add(self)

    def close(self) -> None:
        """Free the isolate."""
        _open.discard(self)
        self.context.close()


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

    def evaluate(self, source: str, *, timeout_s: float = 10.0) -> Any:
        """Evaluate a script and return its value (JSON types).

        Raises:
            ExpressionError: A syntax error or an exception, with line.
            NodeTimeoutError: It took longer than ``timeout_s``.
        """
        from py_mini_racer import (
            JSEvalException,
            JSOOMException,
            JSTimeoutException,
            JSUndefined,
            JSValueError,
        )

        if self._engine is None:
            raise PlatformError("this isolate is closed; ask the factory for a new one.")
        try:
            value = self._engine.context.eval(source, timeout_sec=timeout_s)
        except JSTimeoutException:
            raise NodeTimeoutError(
                f"JavaScript ran longer than {timeout_s:g} s and was ended; expected code that "
                "returns soon. Let it wait by a timer or a promise."
            ) from None
        except JSOOMException:
            self._factory.forget(self._key)
            raise NodeTimeoutError(
                f"JavaScript needed more than {MEMORY_LIMIT_BYTES >> 20} MiB and was ended; "
                "expected less data at a time. Split the message."
            ) from None
        except (JSEvalException, JSValueError) as error:
            raise ExpressionError(_message(str(error))) from None
        return None if value is JSUndefined else value

    def call(self, function: str, *args: Any, timeout_s: float = 10.0) -> Any:
        """Call a global function by its dotted path with JSON values; errors as in evaluate."""
        arguments = ",".join(json.dumps(argument, ensure_ascii=False) for argument in args)
        return self.evaluate(f"{function}({arguments})", timeout_s=timeout_s)

    def close(self) -> None:
        """Let go of the isolate; the last one frees it. Harmless when closed."""
        if self._engine is not None:
            engine, self._engine = self._engine, None
            self._factory.release(self._key, engine)


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
