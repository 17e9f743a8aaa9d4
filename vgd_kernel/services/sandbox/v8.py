"""One V8 isolate on mini-racer's library, called without its event loop.

mini-racer's own ``eval`` costs 86 us a call: a coroutine on an event loop in another thread, and a
Python callback on V8's thread. Here a call is three C calls and costs 14 us (two cores, Python
3.11): a task is posted that runs JavaScript (``mr_call_function`` with the text as ``this``), and
a second one brings what it left behind (``mr_array_push`` on an object whose ``push`` is ours),
while this thread waits in C without the GIL. Two facts of the library make that safe:

* What ends a task is told to one C function of type ``(number, value)``. That is the type of
  ``mr_free_value(context, value)`` too: given as the callback, with the context as the number, it
  frees the unused result at once, and V8's thread never needs the GIL.
* A posted task can be cancelled while it runs, a plain call cannot. So the author's code, and
  whatever may call it (getters, ``toJSON``), runs in posted tasks alone.

Microtasks run between two tasks, where nothing can end them. Code that may make some (`settle`)
is waited for by looking at a flag that a later task sets, and an isolate that does not get
there is given up as a whole.
"""

from __future__ import annotations

import ctypes
import time
from typing import Any

from vgd_kernel.model.errors import PlatformError

_NULL, _STRING = 1, 5
_SLOTS = 4

_BOOT = rb"""(() => {
  'use strict';
  const flags = new Int32Array(new SharedArrayBuffer(16));
  const whole = eval;
  let left = null;
  const host = { enter: () => '', settle: () => null };
  function evaluate(source) {
    try {
      return 'V' + (JSON.stringify(whole(source + '\n//# sourceURL=<anonymous>')) ?? 'null');
    } catch (error) {
      if (error instanceof SyntaxError) return 'S' + error;
      const where = /<anonymous>:(\d+):/.exec(error?.stack ?? '');
      return 'X' + (where ? 'line ' + where[1] + ': ' : '') + error;
    }
  }
  Function.prototype.vgd = {
    run: function () { 'use strict'; left = null; left = host.enter(this); },
    evaluate: function () { 'use strict'; left = null; left = evaluate(String(this)); },
    settle: function () { 'use strict'; left = host.settle(); },
    mark: function () { 'use strict'; flags[0] = Number(this); },
    box: { push: () => { const text = left; left = null; return text; } },
    none: [], memory: flags.buffer,
  };
  globalThis.__host = host;
})()"""


class V8:
    """An isolate with an entry: a JavaScript function of one text, which leaves one text.

    Attributes:
        flags: Four numbers that JavaScript and the host share; 0 is used here.
    """

    def __init__(self, memory_limit_bytes: int) -> None:
        """Make an isolate.

        Raises:
            PlatformError: mini-racer is not installed, or another version than is known here.
        """
        try:
            from py_mini_racer._dll import MR_CALLBACK, init_mini_racer
        except ImportError as error:
            raise PlatformError(
                "JavaScript needs the package mini-racer in a version that is known here, which "
                "is not installed. Install it, or write the function node in Python."
            ) from error
        self._dll: Any = init_mini_racer(ignore_duplicate_init=True)
        free = ctypes.cast(self._dll.mr_free_value, MR_CALLBACK)
        self._context: int = self._dll.mr_init_context(free)
        self._dll.mr_set_hard_memory_limit(self._context, memory_limit_bytes)
        self._marks = 0
        self.task = 0
        self._null = self._dll.mr_alloc_int_val(self._context, 0, _NULL)
        source = self._text(_BOOT)
        self._dll.mr_eval(self._context, source, self._context)
        self._dll.mr_free_value(self._context, source)
        anchor = self._dll.mr_make_js_callback(self._context, self._context)
        port = self._item(anchor, b"vgd")
        names = (b"run", b"evaluate", b"settle", b"mark", b"box", b"none")
        self._run, self._evaluate, self._settle, self._mark, self._box, self._none = (
            self._item(port, name) for name in names
        )
        self._forget_port()
        memory = self._item(port, b"memory")
        numbers = ctypes.c_int32 * _SLOTS
        self.flags = numbers.from_address(memory.contents.value.value_ptr)

    def _text(self, text: bytes) -> Any:
        return self._dll.mr_alloc_string_val(self._context, text, len(text), _STRING)

    def _item(self, owner: Any, name: bytes) -> Any:
        key = self._text(name)
        found = self._dll.mr_get_object_item(self._context, owner, key)
        self._dll.mr_free_value(self._context, key)
        return found

    def _forget_port(self) -> None:
        """Take our functions out of reach of the scripts."""
        self._post(self._evaluate, b"delete Function.prototype.vgd")
        self.take()

    def _post(self, function: Any, text: bytes) -> int:
        dll, context = self._dll, self._context
        given = dll.mr_alloc_string_val(context, text, len(text), _STRING)
        task: int = dll.mr_call_function(context, function, given, self._none, context)
        dll.mr_free_value(context, given)
        return task

    def post(self, text: bytes) -> None:
        """Run the entry (``__host.enter``) with a text, later, on V8's thread."""
        self.task = self._post(self._run, text)

    def post_script(self, source: bytes) -> None:
        """Evaluate a script; it leaves ``V`` and JSON, or ``S`` or ``X`` and an error."""
        self.task = self._post(self._evaluate, source)

    def post_settle(self) -> None:
        """Let ``__host.settle`` leave its text, after microtasks have run."""
        self._post(self._settle, b"")

    def take(self) -> bytes | None:
        """Wait for all that is posted; return what the last run left, None when it was ended."""
        dll, context = self._dll, self._context
        left = dll.mr_array_push(context, self._box, self._null)
        value = left.contents
        text = ctypes.string_at(value.value.value_ptr, value.len) if value.type == _STRING else None
        dll.mr_free_value(context, left)
        return text

    def reached(self, timeout_s: float) -> bool:
        """Wait until all that is posted is done, microtasks included; False: not in time."""
        self._marks = (self._marks + 1) & 0x3FFFFFFF
        self._post(self._mark, str(self._marks).encode())
        until, pause_s, flags, mark = time.perf_counter() + timeout_s, 0.0, self.flags, self._marks
        while flags[0] != mark:
            if time.perf_counter() > until:
                return False
            time.sleep(pause_s)  # lets go of the GIL; doubled, so that a long wait costs little
            pause_s = min(0.002, pause_s * 2 or 0.00002)
        return True

    def cancel(self) -> None:
        """End the task that was posted last; may be called in another thread."""
        self._dll.mr_cancel_task(self._context, self.task)

    def recover_memory(self, limit_bytes: int) -> bool:
        """Tell whether the limit was reached; then collect garbage and set the limit anew."""
        if not self._dll.mr_hard_memory_limit_reached(self._context):
            return False
        self._dll.mr_set_hard_memory_limit(self._context, 0)
        self._dll.mr_low_memory_notification(self._context)
        self._dll.mr_set_hard_memory_limit(self._context, limit_bytes)
        return True

    def close(self) -> None:
        """End what runs and free the isolate."""
        context, self._context = self._context, 0
        if context:
            self._dll.mr_free_context(context)


__all__ = ("V8",)
