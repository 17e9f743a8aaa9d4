"""Links that lead nowhere: link in, link out and link call nodes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from vgd_kernel.model.checks.view import Entry, View, finding
from vgd_kernel.model.errors import Problem
from vgd_kernel.model.wiring import links_of


def check_links(view: View) -> Iterator[Problem]:
    """Yield what is wrong with the links of a flow."""
    links = links_of(view.document)
    for entry in view.of_type("link out"):
        if entry.get("mode", "link") == "link":
            kept = [link for link in links.get(entry["id"], ()) if _is_link_in(view, link)]
            yield from _missing(view, entry, _declared(entry), "messages for it are dropped", kept)
            if not links.get(entry["id"]):
                yield _unlinked(entry, "leads to no link in node", "a link to a link in node")
    called = {target for entry in view.of_type("link call") for target in _declared(entry)}
    linked = called.union(*links.values())
    by_name = view.calls_links_by_name()
    for entry in view.of_type("link in"):
        if entry["id"] not in linked and not by_name:
            yield _unlinked(entry, "gets messages from no link", "a link out or link call to it")
    for entry in view.of_type("link call"):
        if entry.get("linkType", "static") != "dynamic":
            yield from _missing(view, entry, _declared(entry), "every message is an error", ())
            if not _declared(entry):
                seen, wanted = "calls no link in node", "the link in node that it calls"
                yield _unlinked(entry, seen, wanted)


def _declared(entry: Entry) -> list[str]:
    links = entry.get("links")
    if isinstance(links, str):
        return [links] if links else []
    return [str(link) for link in links] if isinstance(links, list) else []


def _is_link_in(view: View, id: str) -> bool:
    return id in view.document and view.document.entry(id)["type"] == "link in"


def _missing(
    view: View, entry: Entry, links: Iterable[str], effect: str, kept: Collection[str]
) -> Iterator[Problem]:
    """Yield a finding for each link that leads nowhere; a warning when others (``kept``) do not."""
    for link in links:
        if link not in view.document:
            seen = f'a link to "{link}", which is not in the flow'
        elif view.document.entry(link)["type"] != "link in":
            seen = f'a link to "{link}", which is a {view.document.entry(link)["type"]} node'
        else:
            continue
        yield finding(
            entry,
            "links",
            seen,
            "the id of a link in node of this flow",
            f"Choose another target; {effect}.",
            code="missing-link",
            severity="warning" if kept else "error",
        )


def _unlinked(entry: Entry, seen: str, expected: str) -> Problem:
    action = "Choose one in the node's form, or remove the node."
    return finding(entry, "links", f"this node {seen}", expected, action, code="unlinked")


__all__ = ("check_links",)
