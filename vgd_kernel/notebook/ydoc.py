"""The server's half of a flow document that several people edit (entry point ``vgdflow``).

A text that is not a flow is kept as it is under ``meta`` and written back as it is: a broken file
is never overwritten. The canvas shows its error instead of nodes. The server saves a room whenever
somebody opens it; so a file that nobody has edited keeps its own bytes, and takes the canonical
form with the first edit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from jupyter_ydoc.ybasedoc import YBaseDoc
from pycrdt import Awareness

from vgd_kernel.model.errors import FlowSyntaxError
from vgd_kernel.model.flow import FlowDocument, parse_entries
from vgd_kernel.notebook.ysync import SharedDoc, read_entries, roots, write_entries


class YFlow(YBaseDoc):  # type: ignore[misc]  # the base class comes without types
    """A flow file as a shared document; see `vgd_kernel.notebook.ysync` for its structure."""

    def __init__(self, ydoc: SharedDoc | None = None, awareness: Awareness | None = None) -> None:
        """Take a shared document, a new one by default."""
        super().__init__(ydoc, awareness)
        self._nodes, self._order, self._meta = roots(self._ydoc)
        for root in (self._nodes, self._order, self._meta):
            self.undo_manager.expand_scope(root)
        self._read = ("", "")  # the text as it was read, and its canonical form

    @property
    def version(self) -> str:
        """Return the version of the structure."""
        return "1.0.0"

    def get(self) -> str:
        """Return the text of the file: canonical flow JSON, or as it was read while unchanged."""
        broken = self._meta.get("broken")
        if isinstance(broken, str):
            return broken
        text = FlowDocument(read_entries(self._ydoc)).to_json()
        read, canonical = self._read
        return read if text == canonical else text

    def set(self, value: str) -> None:
        """Take in the text of the file; only what differs is written."""
        try:
            entries = parse_entries(value)
        except FlowSyntaxError:
            with self._ydoc.transaction():
                write_entries(self._ydoc, [])
                self._meta["broken"] = value
            return
        self._read = (value, FlowDocument(entries).to_json())
        with self._ydoc.transaction():
            if "broken" in self._meta:
                del self._meta["broken"]
            write_entries(self._ydoc, entries)

    def observe(self, callback: Callable[[str, Any], None]) -> None:
        """Call ``callback`` with the name of the root and the events of each change."""
        self.unobserve()
        self._subscriptions[self._ystate] = self._ystate.observe(partial(callback, "state"))
        for name, root in (("nodes", self._nodes), ("order", self._order), ("meta", self._meta)):
            self._subscriptions[root] = root.observe_deep(partial(callback, name))


__all__ = ("YFlow",)
