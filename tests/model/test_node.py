"""The node contract: config, ports, palette, catalogue."""

from __future__ import annotations

import json
import types
from typing import ClassVar

import pytest
from pydantic import Field

from vgd_kernel.model import (
    Node,
    NodeSpec,
    OutputsFrom,
    Registry,
    code_field,
    hidden_field,
    text_field,
    typed_field,
)
from vgd_kernel.model.errors import NodeConfigError, PlatformError
from vgd_kernel.model.palette import describe, palette
from vgd_kernel.model.registry import node_classes


class Sample(Node):
    """Does things.

    With *help*.
    """

    spec = NodeSpec(
        type="sample", category="common", color="#FFFFFF", icon="gear",
        outputs=OutputsFrom("rules", "length"),
    )  # fmt: skip
    limit: int = Field(default=1, ge=1, le=9, title="Limit")
    to: str = typed_field("", title="To", type_field="tot", types=("str", "num"))
    tot: str = hidden_field("str")
    func: str = code_field(title="Code", language="python")
    rules: tuple[str, ...] = ()
    label: str = text_field(title="Label")


def test_a_value_out_of_range_is_an_error_that_names_node_field_and_bounds() -> None:
    with pytest.raises(NodeConfigError) as caught:
        Sample.parse({"id": "n", "type": "sample", "limit": 10})
    assert str(caught.value).startswith('node "n" (sample), field "limit": saw 10; expected less')


def test_unknown_keys_and_document_keys_are_no_config() -> None:
    entry = {"id": "n", "type": "sample", "z": "t", "x": 1, "wires": [], "odd": 1, "limit": 3}
    assert Sample.parse(entry).to_raw() == {**Sample(limit=3).to_raw()}


def test_config_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Sample().limit = 2


@pytest.mark.parametrize(
    ("entry", "count"),
    [({}, 1), ({"rules": []}, 0), ({"rules": ["a", "b"]}, 2), ({"rules": "odd"}, 1)],
)
def test_the_number_of_ports_is_read_from_the_entry(entry: dict[str, object], count: int) -> None:
    assert Sample.spec.count_outputs(entry) == count
    by_value = NodeSpec(type="t", category="c", color="", icon="", outputs=OutputsFrom("n"))
    assert by_value.count_outputs({"n": "3"}) == 3
    assert by_value.count_outputs({"n": "many"}) == 1


def test_a_field_that_belongs_to_the_document_is_refused() -> None:
    with pytest.raises(TypeError, match="has the fields x, which belong to the document"):
        type("Bad", (Node,), {"__annotations__": {"x": str}, "x": "", "spec": Sample.spec})


def test_the_palette_entry_is_json_with_help_form_and_defaults() -> None:
    facts = json.loads(json.dumps(describe(Sample)))
    assert facts["help"] == "Does things.\n\nWith *help*."
    assert facts["outputs"] == {"field": "rules", "by": "length"}
    assert facts["defaults"]["limit"] == 1
    properties = facts["schema"]["properties"]
    assert properties["limit"]["maximum"] == 9
    assert properties["to"]["x-vgd"] == {
        "widget": "typed", "typeField": "tot", "types": ["str", "num"]
    }  # fmt: skip
    assert properties["tot"]["x-vgd"]["widget"] == "hidden"
    assert palette(Registry({"sample": Sample})) == [describe(Sample)]


def test_two_classes_of_one_type_are_an_error_that_names_both() -> None:
    class Other(Sample):
        """Another."""

        spec: ClassVar[NodeSpec] = Sample.spec

    registry = Registry({"sample": Sample})
    with pytest.raises(PlatformError, match='node type "sample" is defined by'):
        registry.add(Other)
    registry.add(Other, replace=True)
    assert registry.get("sample") is Other
    assert registry.copy().classes == registry.classes


def test_only_classes_that_a_module_defines_itself_are_found() -> None:
    module = types.ModuleType("somewhere")
    module.Sample = Sample  # type: ignore[attr-defined]
    assert list(node_classes(module)) == []
    Sample.__module__, before = "somewhere", Sample.__module__
    try:
        assert list(node_classes(module)) == [Sample]
    finally:
        Sample.__module__ = before
