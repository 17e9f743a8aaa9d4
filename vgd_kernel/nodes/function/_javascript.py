"""A function node in JavaScript: its code in the flow's isolate, its effects carried out here.

What is queued crosses the border in one batch. A call into the isolate returns a list of
effects (send, log, status, context set, timer, done), which are carried out in their order.
Where the only wire of output 0 leads to another function (`_run_of_functions`, looked at anew in
each call), the isolate hands messages over itself, in their order, a slice of time per call.
Context values cannot be asked for during a call, so each call takes along those that the code
may read (`Needs`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from vgd_kernel.model import UNDEFINED, Context, Message, Timer
from vgd_kernel.model.context import DEFAULT_STORE
from vgd_kernel.model.errors import ExpressionError, FlowError, NodeTimeoutError
from vgd_kernel.model.services import JavaScript, JavaScriptFactory
from vgd_kernel.model.status_texts import status_arguments
from vgd_kernel.nodes.function._javascript_border import Border
from vgd_kernel.nodes.function._javascript_links import LinkCalls
from vgd_kernel.nodes.function._javascript_needs import (
    Needs,
    names_without_declaration,
    path_of,
    without_comments,
)

if TYPE_CHECKING:
    from vgd_kernel.nodes.function.function import Function

TIMEOUT_S = 10.0
"""Longest time of one call when the node sets none: a loop would stop the whole run."""

SYNC_S = 0.25
"""Pause until a large value of a node's own context that code changed is known outside."""

MOST_AT_ONCE = 1000
"""Messages that cross the border in one call: its 15 us are nothing then, and it takes 2 ms."""

_PARAMETERS = (
    "context, flow, global, env, RED, Buffer, util, console, setTimeout, setInterval, "
    "setImmediate, clearTimeout, clearInterval, clearImmediate, URL, URLSearchParams, promisify, "
    "structuredClone, __libs"
)
MODULES = frozenset({"assert", "buffer", "events", "path", "perf_hooks", "querystring"}) | {
    "string_decoder",
    "timers",
    "url",
    "util",
}
"""Modules of Node.js that the isolate has; others need files or the network."""

_WAITS = re.compile(r"\bawait\b|\basync\b|\bPromise\b|\.then\s*\(|\bfor\s+await\b|promisify")
_OWN_DONE = re.compile(r"\bnode\.done\s*\(")


class JavaScriptError(FlowError):
    """What author's JavaScript threw.

    Attributes:
        code: The ``code`` of a JavaScript error, None when it had none.
        cause: Its ``cause``; the attribute is absent when it had none.
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        """Keep what the isolate told: ``message``, maybe ``code`` and ``cause``."""
        super().__init__(told["message"])
        self.code = told.get("code")
        if "cause" in told:
            self.cause = told["cause"]


def check(source: str, isolate: JavaScript) -> None:
    """Check the syntax of a function body.

    Raises:
        ExpressionError: It does not parse; names the line.
    """
    try:
        isolate.evaluate(f"(async function (msg, node) {{\n{source}\n}}); 0")
    except ExpressionError as error:
        text = re.sub(r"line (\d+)", lambda match: f"line {int(match[1]) - 1}", str(error), count=1)
        raise ExpressionError(f"{text}; expected JavaScript. Mend that line.") from None


class JavaScriptFunction:
    """One function node in the isolate of its flow."""

    def __init__(self, config: Function, ctx: Context) -> None:
        """Load the code.

        Raises:
            ExpressionError: The code does not parse.
        """
        self._ctx = ctx
        self._config = config
        self._border = Border()
        self._key = ctx.new_id()
        self._timeout_s = config.timeout_s() or TIMEOUT_S
        everything = "\n".join((config.func, config.initialize, config.finalize))
        self._source = without_comments(everything)
        self._needs = Needs(self._source, ctx)
        self._env = {name: ctx.env(name) for name in self._needs.env}
        self._env_asked = False
        self._clocked = any(lib.module.endswith("perf_hooks") for lib in config.libs)
        self._waits = bool(_WAITS.search(everything)) or bool(config.initialize.strip())
        self._keeps = self._waits or bool(self._needs.env)
        self._queue: list[Message] = []
        self._flushing = False
        self._ready = not config.initialize.strip()
        self._failed = False
        self._tokens: dict[int, Message] = {}
        self._next = 0
        self._timers: dict[int, Timer] = {}
        self._links = LinkCalls(ctx, lambda *answer: self._enter({"answer": list(answer)}))
        self._cleared = True
        self._after: JavaScriptFunction | None = None
        self._own: dict[str, Any] = {}
        self._syncs = False
        self._known: JavaScriptFunction | None = None
        factory = ctx.service(JavaScriptFactory)  # type: ignore[type-abstract]  # by protocol
        self._isolate = factory.isolate(ctx.run_id)
        ctx.on_close(self._close)
        self._define()
        _RUNNING[self._key] = self
        if not self._ready:
            self._enter({"init": True})

    def _define(self) -> None:
        config, ctx = self._config, self._ctx
        if not self._isolate.evaluate("typeof __vgd === 'object'"):
            prelude = files(__package__).joinpath("javascript_prelude.js").read_text("utf-8")
            self._isolate.evaluate(prelude + "\n0;")
        self._around = self._look_around()
        spec = {
            "id": ctx.id,
            "name": ctx.name,
            "path": f"{ctx.flow_id}/{ctx.id}",
            "outputs": config.outputs,
            "libs": [library.module for library in config.libs],
            "flow": ctx.flow_id,
            "facts": self._border.pack(
                {"env": self._env_values(), "seed": self._needs.seed(ctx)}
            ).decode(),
            "envKnown": self._needs.env_known,
            "stores": self._needs.stores,
            "inSubflow": self._needs.in_subflow,
            "needs": {s: k if k is None else sorted(k) for s, k in self._needs.scopes.items()},
            **self._around,
            "ownDone": bool(_OWN_DONE.search(without_comments(config.func))),
        }
        libraries = "".join(
            f"const {library.var} = __libs[{index}]; " for index, library in enumerate(config.libs)
        )
        own = names_without_declaration(self._source, {library.var for library in config.libs})
        if own:
            known = self._isolate.evaluate(f"{json.dumps(own)}.filter(name => name in globalThis)")
            own = [name for name in own if name not in known]
        libraries += f"var {', '.join(own)}; " if own else ""
        kind = "async function" if self._waits else "function"
        definition = (
            f"__vgd.define({json.dumps(self._key)}, {json.dumps(spec)}, function ({_PARAMETERS}) "
            f"{{ {libraries} return {{ run: {kind} (msg, node) {{\n{config.func}\n}},\n"
            f"init: async function (node) {{\n{config.initialize}\n}},\n"
            f"close: function (node) {{\n{config.finalize}\n}} }}; }}); 0"
        )
        try:
            self._isolate.evaluate(definition)
        except ExpressionError:
            for source in (config.func, config.initialize, config.finalize):
                check(source, self._isolate)  # names the line within the code
            raise

    def receive(self, msg: Message) -> None:
        """Queue a message; what is queued in one turn goes into the isolate together."""
        if self._failed:
            return
        self._queue.append(msg)
        if self._ready and not self._flushing:
            self._flushing = True
            self._ctx.soon(self._flush)

    def _flush(self) -> None:
        """Hand over what is queued, at most `MOST_AT_ONCE`, so that the loop can breathe."""
        batch, self._queue = self._queue[:MOST_AT_ONCE], self._queue[MOST_AT_ONCE:]
        self._flushing = bool(self._queue)
        if self._queue:
            self._ctx.soon(self._flush)
        first, self._next = self._next, self._next + len(batch)
        tokens = dict(enumerate(batch, first))
        if self._keeps:
            self._tokens |= tokens
        else:
            self._tokens = tokens
        self._enter({"first": first, "msgs": batch})

    def _run_of_functions(self) -> list[JavaScriptFunction]:
        """Return this and the functions behind it that messages reach inside of the isolate."""
        run: list[JavaScriptFunction] = [self]
        while True:
            receiver = run[-1]._ctx.only_receiver
            after = getattr(receiver, "__self__", None)
            if not isinstance(after, JavaScriptFunction) or not after._inside():
                after = None
            run[-1]._after = after
            if after is None or after in run:
                return run
            run.append(after)

    def _inside(self) -> bool:
        """Tell whether messages may come without leaving the isolate."""
        return self._ready and not self._failed and not self._keeps and not self._queue

    def _enter(self, given: dict[str, Any]) -> None:
        run = self._run_of_functions()
        changed = {node._key: node._after and node._after._key for node in run if node._tell()}
        for node in run:
            around = node._look_around()
            if around != node._around:
                node._around = around
                given.setdefault("around", {})[node._key] = around
        also = {n._key: n._contexts() for n in run[1:] if n._needs.scopes}
        given |= {"now": self._ctx.now() * 1000} if any(n._clocked for n in run) else {}
        given |= {"next": changed} if changed else {}
        given |= {"also": also} if also else {}
        if self._env_asked:
            self._env_asked = False
            given["env"] = self._env_values()
        given |= {
            "key": self._key,
            "contexts": self._contexts(),
            "drain": not self._waits,
        }
        timeout_s = min(node._timeout_s for node in run)
        try:
            text = self._isolate.enter(
                self._border.pack(given), timeout_s=timeout_s, settle=self._waits
            )
        except NodeTimeoutError as error:
            text = self._isolate.enter(json.dumps({"key": self._key, "rest": str(error)}).encode())
        self._carry_out(text)

    def _sync(self) -> None:
        self._syncs = False
        if self._key in _RUNNING:
            self._enter({})

    def _env_values(self) -> dict[str, Any]:
        return {k: None if v is UNDEFINED else v for k, v in self._env.items()}

    def _own_values(self) -> dict[str, Any]:
        store = self._ctx.context("node")
        keys = store.keys()
        return {key: store.get(path_of(key)) for key in keys}

    def _contexts(self) -> dict[str, Any]:
        """Return the values that the code may read; of the own context what is not known there."""
        found: dict[str, Any] = self._needs.contexts(self._ctx)
        if "node" in found:
            own, known = found["node"], self._own
            self._own = self._own_values()
            found["node"] = {k: v for k, v in own.items() if k not in known or known[k] is not v}
            gone = [key for key in known if key not in self._own]
            if gone:
                found["gone"] = gone
                found["node"] |= dict.fromkeys(gone)
        return found

    def _look_around(self) -> dict[str, bool]:
        """Return what a deployment may change while this node goes on."""
        return {
            "several": any(wires > 1 for wires in self._ctx.wire_counts),
            "heard": self._ctx.completion_heard or self._keeps,
        }

    def _tell(self) -> bool:
        """Tell whether the isolate does not know yet where messages go, and take it as told."""
        known, self._known = self._known, self._after
        return known is not self._after

    def _carry_out(self, text: bytes) -> None:
        for key, kind, *rest in self._border.unpack(text):
            owner = _RUNNING.get(key)
            if owner is None:
                continue
            if kind == "m":
                send = owner._ctx.send
                for msg in rest[0]:
                    send(msg)
            else:
                owner.effect(kind, rest)

    def effect(self, kind: str, rest: list[Any]) -> None:
        """Carry out one effect of the code."""
        match kind:
            case "s":
                self._send(rest[1], rest[2])
            case "d":
                msg = self._tokens.pop(rest[0], None)
                if msg is not None:
                    self._ctx.done(msg)
            case "f":
                msg = self._tokens.pop(rest[0], rest[2])
                self._ctx.error(JavaScriptError(rest[1]), rest[2])
            case "e":
                self._ctx.error(JavaScriptError(rest[1]), rest[2])
            case "n":
                self._env[rest[1]] = self._ctx.env(rest[1])
                self._env_asked = True
                self.receive(self._tokens.pop(rest[0]))
            case "l":
                level = {"trace": "debug"}.get(rest[0], rest[0])
                self._ctx.log(rest[1], level=level)
            case "u":
                self._cleared = False
                self._ctx.status(**status_arguments(rest[0]))
            case "c":
                self._ctx.context(rest[0]).set(rest[1], rest[2], rest[3] or DEFAULT_STORE)
                if rest[0] == "node":
                    self._own = self._own_values()
            case "t":
                self._start_timer(*rest)
            case "x":
                timer = self._timers.pop(rest[0], None)
                if timer is not None:
                    timer.cancel()
            case "p":
                self._ctx.count_sent(0, rest[0])
            case "y":
                if not self._syncs:
                    self._syncs = True
                    self._ctx.after(SYNC_S, self._sync)
            case "q":
                self._ctx.soon(self._enter, {"more": True})
            case "r":
                self._started(rest[0])
            case "k":
                self._links.begin(*rest)

    def _send(self, result: Any, then: Any) -> None:
        """Send a result; ``then`` is what it was when the code sent it without a copy.

        Node-RED gives the first wire the object itself, which the code may change afterwards, and
        the other wires clones made at once.
        """
        if then is None:
            self._ctx.emit(result)
            return
        self._ctx.emit(then)
        first, now = _first(then), _first(result)
        if first is not None and now is not None:
            msgid = first.get("_msgid")
            first.clear()
            first.update({"_msgid": msgid, **now})

    def _start_timer(self, id: int, delay_ms: float, repeat: bool) -> None:
        begin: Callable[..., Timer] = self._ctx.every if repeat else self._ctx.after
        self._timers[id] = begin(delay_ms / 1000, self._fire, id, repeat)

    def _fire(self, id: int, repeat: bool) -> None:
        if not repeat:
            self._timers.pop(id, None)
        self._enter({"fire": id})

    def _started(self, good: bool) -> None:
        self._ready, self._failed = good, not good
        if self._queue and good:
            self._flushing = True
            self._ctx.soon(self._flush)

    def _close(self) -> None:
        try:
            if self._key in _RUNNING:
                contexts = self._contexts()
                given = {"key": self._key, "close": True, "contexts": contexts}
                self._carry_out(self._isolate.enter(self._border.pack(given)))
        finally:
            _RUNNING.pop(self._key, None)
            self._isolate.close()


def _first(result: Any) -> Message | None:
    """Return the first message of a result in Node-RED's shape."""
    if isinstance(result, dict):
        return result
    found = (_first(item) for item in result if item is not None) if result else ()
    return next((msg for msg in found if msg is not None), None)


_RUNNING: dict[str, JavaScriptFunction] = {}
"""Function nodes by their key in the isolates: an isolate tells effects of all its nodes."""

__all__ = ("JavaScriptError", "JavaScriptFunction", "check")
