"""One flow (tab) of many, as the admin API reads and changes it; ``global`` is what is on no tab.

Pure: flows in, flows out. A node without ``x`` and ``y`` is a config node. What Node-RED's
answers carry of its own bookkeeping (``_users``, ``subflow``) is left out.
Source: Node-RED, ``getFlow``, ``addFlow``, ``updateFlow`` and ``removeFlow`` of
``runtime/lib/flows/index.js``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vgd_kernel.model.flow import Entry
from vgd_kernel.services.runtime.errors import NotFoundError, RefusedError

GLOBAL = "global"

_TAB_FIELDS = ("info", "disabled", "env")


def read_flow(entries: Iterable[Entry], id: str) -> dict[str, Any]:
    """Return a flow with its nodes and config nodes, or ``global`` with config nodes and subflows.

    Raises:
        NotFoundError: There is no such tab.
    """
    entries = list(entries)
    if id == GLOBAL:
        return _read_global(entries)
    tab = _tab(entries, id)
    found: dict[str, Any] = {"id": id}
    if tab.get("label"):
        found["label"] = tab["label"]
    found.update({name: tab[name] for name in ("disabled", "info", "env") if name in tab})
    nodes, configs = _inside(entries, id)
    found["nodes"] = nodes
    if configs:
        found["configs"] = configs
    return found


def _read_global(entries: list[Entry]) -> dict[str, Any]:
    containers = {e["id"] for e in entries if e["type"] in ("tab", "subflow")}
    found: dict[str, Any] = {"id": GLOBAL}
    configs = [e for e in entries if _is_config(e) and str(e.get("z")) not in containers]
    if configs:
        found["configs"] = configs
    subflows = []
    for entry in entries:
        if entry["type"] == "subflow":
            nodes, inner = _inside(entries, entry["id"])
            groups = [node for node in nodes if node["type"] == "group"]
            others = [node for node in nodes if node["type"] != "group"]
            subflows.append({**entry, "configs": inner, "nodes": others + groups})
    if subflows:
        found["subflows"] = subflows
    return found


def _inside(entries: Iterable[Entry], container: str) -> tuple[list[Entry], list[Entry]]:
    """Return the nodes (groups first) and the config nodes of a tab or subflow."""
    groups, nodes, configs = [], [], []
    for entry in entries:
        if entry.get("z") != container or entry["type"] in ("tab", "subflow"):
            continue
        if entry["type"] == "group":
            groups.append(entry)
        elif _is_config(entry):
            configs.append(entry)
        elif entry["type"] == "link out":
            nodes.append({key: value for key, value in entry.items() if key != "wires"})
        else:
            nodes.append(entry)
    return groups + nodes, configs


def _is_config(entry: Entry) -> bool:
    structural = entry["type"] in ("tab", "subflow", "group")
    return not structural and not ("x" in entry and "y" in entry)


def _tab(entries: Iterable[Entry], id: str) -> Entry:
    """Return a tab; one that has nodes and no entry of its own counts too."""
    implied: Entry | None = None
    for entry in entries:
        if entry["id"] == id:
            if entry["type"] == "tab":
                return entry
            break
        if entry.get("z") == id:
            implied = {"id": id, "type": "tab"}
    else:
        if implied is not None:
            return implied
    raise NotFoundError(f'no flow "{id}"; expected the id of a tab, or "{GLOBAL}".')


def add_flow(entries: list[Entry], id: str, flow: Mapping[str, Any]) -> list[Entry]:
    """Return the flows with another one at the end.

    Args:
        entries: The present flows.
        id: Of the new tab.
        flow: Label, nodes, configs and so on, as `read_flow` gives them.

    Raises:
        RefusedError: It has no nodes, an id is taken, or a tab or subflow stands among its nodes.
    """
    if not isinstance(flow.get("nodes"), list):
        raise RefusedError("the flow has no nodes; expected an object with a list of nodes.")
    taken = {entry["id"] for entry in entries}
    made = _members(flow, id)
    for node in made:
        if isinstance(node.get("id"), str) and node["id"] in taken:
            raise RefusedError(f'the id "{node["id"]}" is taken; expected ids that are new here.')
        if node.get("type") in ("tab", "subflow"):
            raise RefusedError(f"a {node['type']} stands among the nodes; expected nodes alone.")
    return [*entries, _tab_of(id, flow), *made]


def change_flow(entries: list[Entry], id: str, flow: Mapping[str, Any]) -> list[Entry]:
    """Return the flows with one replaced; the new one stands at the end.

    Raises:
        NotFoundError: There is no such tab.
        RefusedError: What is given is no flow.
    """
    if id == GLOBAL:
        return _change_global(entries, flow)
    tab = _tab_of(id, flow)
    _tab(entries, id)
    if "credentials" in flow:
        tab["credentials"] = flow["credentials"]
    return [*_without(entries, id), tab, *_members(flow, id)]


def _change_global(entries: list[Entry], flow: Mapping[str, Any]) -> list[Entry]:
    tabs = {entry["id"] for entry in entries if entry["type"] == "tab"}
    kept = [e for e in entries if e["type"] == "tab" or str(e.get("z")) in tabs]
    added = _list(flow, "configs")
    for subflow in _list(flow, "subflows"):
        inner = (*_list(subflow, "nodes"), *_list(subflow, "configs"))
        own = {key: value for key, value in subflow.items() if key not in ("nodes", "configs")}
        added += [*inner, own]
    return kept + added


def remove_flow(entries: list[Entry], id: str) -> list[Entry]:
    """Return the flows without one.

    Raises:
        NotFoundError: There is no such tab.
        RefusedError: It is ``global``.
    """
    if id == GLOBAL:
        raise RefusedError('"global" cannot be removed; expected the id of a tab.')
    _tab(entries, id)
    return _without(entries, id)


def _without(entries: Iterable[Entry], id: str) -> list[Entry]:
    return [entry for entry in entries if entry["id"] != id and entry.get("z") != id]


def _members(flow: Mapping[str, Any], id: str) -> list[Entry]:
    return [{**node, "z": id} for node in (*_list(flow, "nodes"), *_list(flow, "configs"))]


def _list(flow: Mapping[str, Any], name: str) -> list[Entry]:
    found = flow.get(name) or []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise RefusedError(f"{name} is no list of objects; expected nodes with id and type.")
    return list(found)


def _tab_of(id: str, flow: Mapping[str, Any]) -> Entry:
    tab: Entry = {"type": "tab", "id": id}
    if flow.get("label") is not None:
        tab["label"] = flow["label"]
    tab.update({name: flow[name] for name in _TAB_FIELDS if name in flow})
    return tab


__all__ = ("GLOBAL", "add_flow", "change_flow", "read_flow", "remove_flow")
