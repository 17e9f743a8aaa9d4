"""A flow as SVG: a pure function of the document, for files, GitHub, nbconvert and ``vgd draw``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.layout import place
from vgd_kernel.model.registry import Registry
from vgd_kernel.model.wiring import is_structural, wires_of

NODE_HEIGHT = 34
"""Height of a node with up to two ports, in pixels; Node-RED draws 30."""

_MARGIN = 24
_PORT_GAP = 14
_CHARACTER = 7.2
_UNKNOWN = "#f5f5f5"
_FONT = "'Helvetica Neue', Helvetica, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class _Box:
    """A node as it is drawn: centre, size, ports and looks."""

    id: str
    x: float
    y: float
    width: float
    height: float
    outputs: int
    inputs: int
    label: str
    color: str
    known: bool
    disabled: bool

    def port(self, index: int) -> tuple[float, float]:
        offset = (index - (self.outputs - 1) / 2) * _PORT_GAP
        return self.x + self.width / 2, self.y + offset


def draw(document: FlowDocument, registry: Registry, *, tab: str = "") -> str:
    """Return an SVG of a tab, by default of the whole document (tabs one below the other).

    Args:
        document: The flow.
        registry: Gives colours and ports; unknown types are drawn dashed.
        tab: Id of one tab.

    Returns:
        A complete ``<svg>`` element with a white background, at least 160 by 60 pixels.
    """
    tabs = [tab] if tab else _tabs(document)
    parts: list[str] = []
    top, right = 0.0, 160.0
    for current in tabs:
        boxes = _boxes(document, registry, current)
        if not boxes:
            continue
        titles = [str(e.get("label", "")) for e in document if e["id"] == current]
        title = titles[0] if titles and len(tabs) > 1 else ""
        body, width, height = _draw_tab(document, boxes, title)
        parts.append(f'<g transform="translate(0 {_number(top)})">{body}</g>')
        top += height
        right = max(right, width)
    if not parts:
        parts.append('<text x="16" y="34" font-size="13" fill="#666">empty flow</text>')
    size = f'width="{_number(right)}" height="{_number(max(top, 60.0))}"'
    view = f'viewBox="0 0 {_number(right)} {_number(max(top, 60.0))}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} font-family="{_FONT}">'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>'
    )


def _tabs(document: FlowDocument) -> list[str]:
    declared = [e["id"] for e in document if e["type"] in ("tab", "subflow")]
    used = [str(e.get("z") or "") for e in document if "wires" in e]
    return list(dict.fromkeys([*declared, *used]))


def _boxes(document: FlowDocument, registry: Registry, tab: str) -> list[_Box]:
    drawn = [e for e in document if str(e.get("z") or "") == tab and _is_drawn(e, registry)]
    places = place(drawn)
    return [_box(entry, places[entry["id"]], registry) for entry in drawn]


def _is_drawn(entry: Mapping[str, Any], registry: Registry) -> bool:
    if is_structural(entry["type"]) and not entry["type"].startswith("subflow:"):
        return False
    cls = registry.get(entry["type"])
    return not cls.spec.config if cls else "wires" in entry


def _box(entry: Mapping[str, Any], centre: tuple[float, float], registry: Registry) -> _Box:
    cls = registry.get(entry["type"])
    wires = entry.get("wires")
    wired = len(wires) if isinstance(wires, list) else 0
    outputs = cls.spec.count_outputs(entry) if cls else wired
    name = entry.get("name")
    default = (cls.spec.label if cls else "") or entry["type"]
    label = str(name) if isinstance(name, str) and name else default
    small = entry["type"] == "junction"
    height = max(NODE_HEIGHT, outputs * _PORT_GAP + 8)
    return _Box(
        id=entry["id"],
        x=centre[0],
        y=centre[1],
        width=12.0 if small else max(110.0, 52 + len(label) * _CHARACTER),
        height=12.0 if small else float(height),
        outputs=outputs,
        inputs=cls.spec.inputs if cls else 1,
        label="" if small else label,
        color=cls.spec.color if cls else _UNKNOWN,
        known=cls is not None,
        disabled=bool(entry.get("d")),
    )


def _draw_tab(document: FlowDocument, boxes: list[_Box], title: str) -> tuple[str, float, float]:
    left = min(box.x - box.width / 2 for box in boxes) - _MARGIN
    top = min(box.y - box.height / 2 for box in boxes) - _MARGIN - (22 if title else 0)
    width = max(box.x + box.width / 2 for box in boxes) + _MARGIN - left
    height = max(box.y + box.height / 2 for box in boxes) + _MARGIN - top
    at = {box.id: box for box in boxes}
    wires = [
        _wire(at[source.id].port(port), target)
        for source in boxes
        for port, target_id in wires_of(document.entry(source.id))
        if (target := at.get(target_id)) is not None
    ]
    heading = f'<text x="16" y="24" font-size="14" fill="#333">{_text(title)}</text>'
    shapes = "".join(wires) + "".join(_node(box) for box in boxes)
    moved = f'<g transform="translate({_number(-left)} {_number(-top)})">{shapes}</g>'
    return (heading if title else "") + moved, width, height


def _wire(start: tuple[float, float], target: _Box) -> str:
    x1, y1 = start
    x2, y2 = target.x - target.width / 2, target.y
    reach = max(40.0, abs(x2 - x1) / 2)
    curve = (
        f"M{_number(x1)} {_number(y1)}C{_number(x1 + reach)} {_number(y1)} "
        f"{_number(x2 - reach)} {_number(y2)} {_number(x2)} {_number(y2)}"
    )
    return f'<path d="{curve}" fill="none" stroke="#999" stroke-width="2.5"/>'


def _node(box: _Box) -> str:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    dash = "" if box.known else ' stroke-dasharray="5 4"'
    look = f'fill="{escape(box.color)}" stroke="#8a8a8a"{dash}'
    parts = [
        f'<rect x="{_number(left)}" y="{_number(top)}" width="{_number(box.width)}" '
        f'height="{_number(box.height)}" rx="6" {look}/>',
        f'<text x="{_number(box.x)}" y="{_number(box.y + 4.5)}" font-size="13" fill="#222" '
        f'text-anchor="middle">{_text(box.label)}</text>',
    ]
    ports = [box.port(index) for index in range(box.outputs)]
    if box.inputs:
        ports.append((left, box.y))
    parts += [
        f'<rect x="{_number(x - 4)}" y="{_number(y - 4)}" width="8" height="8" rx="2.5" '
        'fill="#e8e8e8" stroke="#8a8a8a"/>'
        for x, y in ports
    ]
    opacity = ' opacity="0.45"' if box.disabled else ""
    name = _text(f"{box.label} ({box.id})")
    return f"<g{opacity}><title>{name}</title>{''.join(parts)}</g>"


def _text(text: str) -> str:
    """Return text for XML, without the characters that XML 1.0 (2.2) does not allow."""
    return escape(
        re.sub("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]", "", text)
    )


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


__all__ = ("NODE_HEIGHT", "draw")
