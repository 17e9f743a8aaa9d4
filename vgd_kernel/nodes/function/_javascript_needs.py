"""What JavaScript code may read of the world outside: its isolate cannot ask during a call.

Places of context values are named as in the prelude: the scope alone for its default store,
``scope||store`` for another store, ``flow|$parent.|store`` for the flow around a subflow.
"""

from __future__ import annotations

import re
from typing import Any

from vgd_kernel.model import UNDEFINED, Context
from vgd_kernel.model.context import DEFAULT_STORE, Scope

_TEXT = re.compile(r"""(['"`])([$\w.]{1,64})\1""")
_ENV_OF_TEXT = re.compile(r"""\benv\s*\.\s*get\s*\(\s*(['"`])[$\w.]{1,64}\1\s*\)""")
_PARENTS = re.compile(r"""['"`:]((?:\$parent\.)+)([\w$]+)""")
_SCOPES: dict[Scope, str] = {"node": r"\bcontext", "flow": r"\bflow", "global": r"\bglobal"}
_KEY = r"""(['"`])([\w$]+)(?:[.\[][^'"`$]*)?"""
_ASSIGNED = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$]*)\s*(?:[-+*/%&|^?]{0,3}=(?![=>])|\+\+|--)")
_RESERVED_WORDS = """
    arguments await break case catch class const continue debugger default delete do else enum
    eval export extends false finally for function if implements import in instanceof
    interface let msg new node null package private protected public return static super
    switch this throw true try typeof var void while with yield __libs
"""
_COMMENTS = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


class Needs:
    """The context and environment values that some code may read.

    Attributes:
        env: Names of environment values.
        env_known: Whether every name that there is stands in them.
        scopes: The keys by scope, None for all of them.
        stores: The named context stores, the default one first.
        in_subflow: Whether ``$parent.`` leads to another flow, and not to the global context.
    """

    def __init__(self, source: str, ctx: Context) -> None:
        """Read the code, without its comments."""
        asks = len(re.findall(r"\benv\b", source))
        self.env = {match[2] for match in _TEXT.finditer(source)} if asks else set()
        self.env_known = asks > len(_ENV_OF_TEXT.findall(source))
        if self.env_known:
            self.env |= set(ctx.env_names())
        self.scopes: dict[Scope, set[str] | None] = {}
        for scope, name in _SCOPES.items():
            uses = len(re.findall(rf"{name}\b", source))
            if not uses:
                continue
            quoted = re.findall(
                rf"{name}\s*\.\s*(?:get\s*\(\s*{_KEY}\1\s*\)|set\s*\(\s*{_KEY}\3)", source
            )
            named = {found[1] or found[3] for found in quoted}
            self.scopes[scope] = named if len(quoted) == uses else None
        self.stores = tuple(ctx.context("global").stores)
        self.in_subflow = ctx.env("NR_SUBFLOW_ID") is not UNDEFINED
        self._above: set[tuple[str, str]] = set(_PARENTS.findall(source))
        if self._above and not self.in_subflow:
            known = self.scopes.setdefault("global", set())
            if known is not None:
                known |= {key for _, key in self._above}

    def seed(self, ctx: Context) -> dict[str, Any]:
        """Return the values that show through in the global context where none is set."""
        if "global" not in self.scopes:
            return {}
        keys = self.scopes["global"]
        given = ctx.context("global").seed
        return {key: value for key, value in given.items() if keys is None or key in keys}

    def contexts(self, ctx: Context) -> dict[str, dict[str, Any]]:
        """Return the values by place."""
        found: dict[str, dict[str, Any]] = {}
        for scope, keys in self.scopes.items():
            store = ctx.context(scope)
            values = {
                key: store.get(path_of(key)) for key in (store.keys() if keys is None else keys)
            }
            found[scope] = {key: value for key, value in values.items() if value is not UNDEFINED}
            for name in self.stores[1:] if keys is None else ():
                found[f"{scope}||{name}"] = {
                    key: store.get(path_of(key), name) for key in store.keys(name)
                }
        if self.in_subflow:
            self._add_above(ctx, found)
        return found

    def _add_above(self, ctx: Context, found: dict[str, dict[str, Any]]) -> None:
        flow = ctx.context("flow")
        for parents, key in self._above:
            for name in ("", *self.stores[1:]):
                value = flow.get(parents + path_of(key), name or DEFAULT_STORE)
                if value is not UNDEFINED:
                    found.setdefault(f"flow|{parents}|{name}", {})[key] = value


def path_of(key: str) -> str:
    """Return a top-level key as a property path."""
    return (
        key
        if re.fullmatch(r"[A-Za-z_]\w*", key)
        else f'["{key}"]'
        if '"' not in key
        else f"['{key}']"
    )


def without_comments(source: str) -> str:
    """Return code without its comments; what looks like one in a text goes as well."""
    return _COMMENTS.sub("", source)


def names_without_declaration(source: str, libraries: set[str]) -> list[str]:
    """Return the names that code (given without comments) may set but not declare.

    In Node-RED each function node has globals of its own; here such a name becomes a variable
    that the codes of one node share. One more name than there is does no harm, but that reading
    it is no ReferenceError. What code sets by ``globalThis.name`` is seen by all nodes.
    """
    assigned = set(_ASSIGNED.findall(source))
    return sorted(assigned - libraries - set(_RESERVED_WORDS.split()))


__all__ = ("Needs", "names_without_declaration", "path_of", "without_comments")
