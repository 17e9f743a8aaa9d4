"""Facts that hold for every node type."""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path

import pytest

import vgd_kernel.nodes
from vgd_kernel.model import Node, installed
from vgd_kernel.model.node import DOCUMENT_FIELDS
from vgd_kernel.model.palette import describe
from vgd_kernel.model.registry import node_classes

ICONS = frozenset(
    {
        "inject", "debug", "function", "change", "switch", "template", "delay", "split", "join",
        "catch", "python", "table", "chart", "notebook", "link", "status", "complete", "comment",
        "junction", "bolt", "clock", "file", "globe", "database", "gear", "robot", "unknown",
        "filter", "range", "trigger", "sort", "batch", "exec",
    }
)  # fmt: skip
CLASSES = list(node_classes(vgd_kernel.nodes))
FOLDER = Path(inspect.getfile(vgd_kernel.nodes)).parent

every_class = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.spec.type)


def test_the_types_of_the_first_release_are_there() -> None:
    types = set(installed().classes)
    expected = {
        "inject", "debug", "function", "change", "switch", "template", "delay", "split", "join",
        "catch", "complete", "status", "comment", "junction", "python", "dataframe", "plot",
        "notebook", "link in", "link out",
    }  # fmt: skip
    assert expected <= types


@every_class
def test_a_type_is_one_file_named_after_it(cls: type[Node]) -> None:
    module = importlib.import_module(cls.__module__)
    file = Path(inspect.getfile(module))
    assert file.stem == cls.spec.type.replace(" ", "_").replace("-", "_")
    own = [other for other in CLASSES if other.__module__ == cls.__module__]
    assert own == [cls]


@every_class
def test_the_folder_is_the_category(cls: type[Node]) -> None:
    assert Path(inspect.getfile(cls)).parent == FOLDER / cls.spec.category


@every_class
def test_the_file_of_a_type_is_short(cls: type[Node]) -> None:
    assert len(Path(inspect.getfile(cls)).read_text(encoding="utf-8").splitlines()) <= 150


@every_class
def test_the_docstring_is_a_help_panel(cls: type[Node]) -> None:
    text = inspect.cleandoc(cls.__doc__ or "")
    assert text.split("\n", 1)[0].endswith((".", ":"))
    assert len(text) > 60


@every_class
def test_icon_and_colour_can_be_drawn(cls: type[Node]) -> None:
    assert cls.spec.icon in ICONS
    assert len(cls.spec.color) == 7
    assert int(cls.spec.color[1:], 16) >= 0


@every_class
def test_a_new_node_is_valid_and_survives_a_round_trip(cls: type[Node]) -> None:
    raw = cls().to_raw()
    assert cls.parse(raw) == cls()
    assert cls.parse(json.loads(json.dumps(raw))).to_raw() == raw


@every_class
def test_the_palette_entry_is_json_with_a_titled_schema(cls: type[Node]) -> None:
    entry = json.loads(json.dumps(describe(cls)))
    properties = entry["schema"]["properties"]
    assert set(entry["defaults"]) == set(properties)
    for name, schema in properties.items():
        hidden = schema.get("x-vgd", {}).get("widget") == "hidden"
        assert hidden or schema.get("title"), name
        assert schema.get("x-vgd", {}).get("typeField", name) in {*properties, f"{name}Type"}


@every_class
def test_a_config_is_frozen(cls: type[Node]) -> None:
    node = cls()
    with pytest.raises(ValueError, match="frozen"):
        setattr(node, "name", "other")  # noqa: B010 - mypy knows that it is frozen


@every_class
def test_no_field_has_the_name_of_a_field_of_the_document(cls: type[Node]) -> None:
    assert not DOCUMENT_FIELDS & set(describe(cls)["schema"]["properties"])
