"""Flows without subflows and links: instances expanded, link nodes joined by wires.

The engine runs only nodes and wires. `expand` turns a document into those: every subflow
instance becomes a pass-through node (type ``subflow:ID``) wired to copies of the subflow's
nodes, which have ids ``INSTANCE-INNER``; every ``link out`` gets the wires that it stands for.
Source: Node-RED, ``flows/Subflow.js`` and ``parseConfig`` in ``flows/util.js``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vgd_kernel.model.errors import Problem
from vgd_kernel.model.flow import Entry

SUBFLOW_PREFIX = "subflow:"

STATUS_TYPE = "subflow-status"
"""Type of the node that stands for the status output of a subflow instance."""

MOST_PORTS = 1000
"""An end at a port beyond these is no end; a function node has 500 at most in Node-RED's form."""

_LISTENERS = frozenset({"complete", "catch", "status"})


@dataclass(frozen=True, slots=True)
class Container:
    """What nodes stand in: a tab or a subflow instance.

    Attributes:
        id: Id of the tab or of the instance.
        entry: The tab, or the instance as it stands in the document.
        parent: Id of the container that an instance stands in; None for a tab.
        environment: Entries of its environment (``name``, ``type``, ``value``).
        disabled: Nothing in it runs.
    """

    id: str
    entry: Entry
    parent: str | None
    environment: tuple[Mapping[str, Any], ...]
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Expanded:
    """A document without subflows and links.

    Attributes:
        nodes: Id to entry, in the order in which they start; instances included.
        groups: Id to entry.
        containers: Tabs and instances, by id.
        problems: Instances of subflows that are not there or that contain themselves.
    """

    nodes: dict[str, Entry]
    groups: dict[str, Entry]
    containers: dict[str, Container]
    problems: tuple[Problem, ...]


def expand(entries: Iterable[Mapping[str, Any]]) -> Expanded:
    """Return the nodes of a document with subflow instances and links resolved.

    The entries of the result are new dicts; values that did not change are shared.
    """
    copies = [dict(entry) for entry in entries]
    links = _link_wires(copies)
    for entry in copies:
        if entry["id"] in links:
            entry["wires"] = [links[entry["id"]]]
    return _Expansion(copies).run()


def _link_wires(entries: list[Entry]) -> dict[str, list[str]]:
    """Return the targets of each ``link out``; a link counts when either end declares it."""
    found: dict[str, dict[str, None]] = {}
    outs = []
    for entry in entries:
        links = entry.get("links")
        if not isinstance(links, list):
            continue
        if entry["type"] == "link in":
            for source in links:
                found.setdefault(str(source), {})[entry["id"]] = None
        elif entry["type"] == "link out" and entry.get("mode", "link") == "link":
            found.setdefault(entry["id"], {}).update(dict.fromkeys(map(str, links)))
            outs.append(entry["id"])
    return {id: list(found[id]) for id in outs}


class _Expansion:
    """One run of `expand`; collects its result."""

    def __init__(self, entries: list[Entry]) -> None:
        self.definitions = {e["id"]: e for e in entries if e["type"] == "subflow"}
        self.children: dict[str, list[Entry]] = {id: [] for id in self.definitions}
        self.top: list[Entry] = []
        self.containers: dict[str, Container] = {}
        for entry in entries:
            if entry["type"] == "tab":
                self.containers[entry["id"]] = _tab(entry)
            elif entry["type"] != "subflow":
                self.children.get(str(entry.get("z", "")), self.top).append(entry)
        self.nodes: dict[str, Entry] = {}
        self.groups: dict[str, Entry] = {}
        self.problems: list[Problem] = []

    def run(self) -> Expanded:
        for entry in self.top:
            self.add(entry, ())
        return Expanded(self.nodes, self.groups, self.containers, tuple(self.problems))

    def add(self, entry: Entry, inside: tuple[str, ...]) -> None:
        """Add an entry; an instance with all that is in it (``inside``: subflows around it)."""
        if entry["type"] == "group":
            self.groups[entry["id"]] = entry
            return
        self.nodes[entry["id"]] = entry
        id = entry["type"].removeprefix(SUBFLOW_PREFIX)
        if id == entry["type"] or entry.get("d"):
            return
        definition = self.definitions.get(id)
        if definition is None or id in inside:
            self.problems.append(_bad_instance(entry, id, known=definition is not None))
            del self.nodes[entry["id"]]
            return
        for child in self.instantiate(entry, definition):
            self.add(child, (*inside, id))

    def instantiate(self, instance: Entry, definition: Entry) -> Iterator[Entry]:
        """Wire an instance and yield the copies of the nodes in its subflow."""
        prefix = instance["id"]
        originals = self.children[definition["id"]]
        ids = {child["id"]: f"{prefix}-{child['id']}" for child in originals}
        copies = {child["id"]: _copy(child, prefix, ids) for child in originals}
        outer = _wires(instance)
        self.containers[prefix] = Container(
            prefix, dict(instance), str(instance.get("z", "")), _environment(definition, instance)
        )
        instance["wires"] = [
            [ids[inner] for inner, _ in _ends(port) if inner in ids]
            for port in _ports(definition, "in") or [{}]
        ]
        ports = [
            (port, outer[index] if index < len(outer) else [])
            for index, port in enumerate(_ports(definition, "out"))
        ]
        if isinstance(definition.get("status"), dict) and definition["status"]:
            status = {"id": f"{prefix}:status", "type": STATUS_TYPE, "z": prefix}
            self.nodes[status["id"]] = status
            ports.append((definition["status"], [status["id"]]))
        for port, targets in ports:
            for inner, number in _ends(port):
                source = instance if inner == definition["id"] else copies.get(inner)
                if source is not None:
                    wires = source.setdefault("wires", [])
                    wires.extend([] for _ in range(number + 1 - len(wires)))
                    wires[number].extend(targets)
        yield from copies.values()


def _tab(entry: Entry) -> Container:
    return Container(
        entry["id"],
        entry,
        None,
        tuple(environment_pairs(entry)),
        disabled=bool(entry.get("disabled")),
    )


def environment_pairs(entry: Entry) -> list[Mapping[str, Any]]:
    """Return what an entry gives to its environment, secrets taken from its credentials."""
    env = entry.get("env")
    pairs = [pair for pair in env if isinstance(pair, dict)] if isinstance(env, list) else []
    if not any(pair.get("type") == "cred" for pair in pairs):
        return list(pairs)
    secrets = entry.get("credentials") or {}
    secrets = secrets.get("map", secrets) if isinstance(secrets, dict) else {}
    return [
        {**pair, "value": secrets[pair.get("name")]}
        if pair.get("type") == "cred" and pair.get("name") in secrets
        else pair
        for pair in pairs
    ]


def _environment(definition: Entry, instance: Entry) -> tuple[Mapping[str, Any], ...]:
    """Return the environment of an instance: the subflow's, overridden by the instance's."""
    merged = {str(pair.get("name")): pair for pair in environment_pairs(definition)}
    for pair in environment_pairs(instance):
        name = str(pair.get("name"))
        unset = pair.get("type") == "cred" and not pair.get("value")
        if not (unset and name in merged):  # a secret that is not given is the subflow's
            merged[name] = pair
    return tuple(merged.values())


def _wires(entry: Entry) -> list[list[str]]:
    wires = entry.get("wires")
    ports = wires if isinstance(wires, list) else []
    return [list(port) if isinstance(port, list) else [] for port in ports]


def _ports(definition: Entry, key: str) -> list[Mapping[str, Any]]:
    """Return the ports of a subflow; what is no port has no ends."""
    ports = definition.get(key)
    if not isinstance(ports, list):
        return []
    return [port if isinstance(port, dict) else {} for port in ports]


def _ends(port: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield (node id, port number) of each inner end of a subflow's port."""
    wires = port.get("wires")
    for end in wires if isinstance(wires, list) else ():
        number = str(end.get("port") or 0) if isinstance(end, dict) else ""
        if number.isdecimal() and int(number) < MOST_PORTS:
            yield str(end.get("id", "")), int(number)


def _copy(child: Entry, instance: str, ids: Mapping[str, str]) -> Entry:
    """Return a child with new id; all fields that name a sibling name its copy."""
    made = copy.deepcopy(child)
    for key, value in made.items():
        if key == "wires" and isinstance(value, list):
            made[key] = [[ids[t] for t in port if t in ids] for port in _wires(made)]
        elif key == "scope" and child["type"] in _LISTENERS and isinstance(value, list):
            made[key] = [ids.get(target, "") for target in value]
        elif isinstance(value, str) and value in ids:
            made[key] = ids[value]
    made["z"] = instance
    return made


def _bad_instance(entry: Entry, id: str, *, known: bool) -> Problem:
    return Problem(
        severity="error",
        node=entry["id"],
        type=entry["type"],
        field="type",
        seen=f'the subflow "{id}" contains itself' if known else f'no subflow "{id}" in the flow',
        expected="a subflow that ends" if known else "the id of a subflow of this flow",
        action="Take the instance out of its own subflow."
        if known
        else "It is left out while the rest runs; add the subflow or remove the node.",
        code="config" if known else "unknown-type",
    )


__all__ = ("STATUS_TYPE", "SUBFLOW_PREFIX", "Container", "Expanded", "environment_pairs", "expand")
