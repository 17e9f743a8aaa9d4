"""Parameters of notebooks and the values that they take."""

import json

import pytest

from vgd_kernel.services.schedule.parameters import (
    NotebookError,
    ParameterError,
    read_parameters,
    typed_values,
)

SOURCE = """
city = "Oslo"
days: int = 7
limit = 1.5
fresh = False
rows = [1, 2]
options: dict[str, int] = {}
anything = None
"""


def notebook(path, *sources, tags=("parameters",), language="python"):
    cells = [
        {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source.splitlines(True)}
        for source in sources
    ]
    metadata = {"language_info": {"name": language}}
    path.write_text(json.dumps({"cells": cells, "metadata": metadata}))
    return path


@pytest.fixture
def report(tmp_path):
    return notebook(tmp_path / "report.ipynb", SOURCE)


def test_names_defaults_and_types_are_read_from_the_tagged_cell(report):
    found = read_parameters(report)
    assert {name: p.kind for name, p in found.items()} == {
        "city": "str", "days": "int", "limit": "float", "fresh": "bool", "rows": "list",
        "options": "dict", "anything": "",
    }  # fmt: skip
    assert found["days"].default == 7


def test_a_notebook_without_the_tag_has_no_parameters(tmp_path):
    assert read_parameters(notebook(tmp_path / "a.ipynb", SOURCE, tags=())) == {}


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("city", "7", "7"),
        ("days", "3", 3),
        ("days", 3.0, 3),
        ("limit", 2, 2.0),
        ("limit", "2.5", 2.5),
        ("fresh", "True", True),
        ("fresh", "false", False),
        ("rows", "[3]", [3]),
        ("options", {"a": 1}, {"a": 1}),
        ("anything", "x", "x"),
    ],
)
def test_a_value_gets_the_type_of_its_parameter(report, name, given, value):
    found = typed_values(report, {name: given})[name]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "given"),
    [("days", "many"), ("days", 2.5), ("days", True), ("fresh", 1), ("city", 3), ("rows", "{}")],
)
def test_a_value_of_another_type_is_refused_with_the_expected_one(report, name, given):
    with pytest.raises(ParameterError, match="expected") as caught:
        typed_values(report, {name: given})
    assert caught.value.name == name


def test_an_unknown_parameter_is_refused_with_the_known_ones(report):
    with pytest.raises(ParameterError, match="it has: city, days"):
        typed_values(report, {"town": "Oslo"})


def test_other_languages_are_not_checked(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "x <- 1", language="R")
    assert typed_values(path, {"anything": 1}) == {"anything": 1}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": 3}', "no json"])
def test_what_is_no_notebook_is_named(tmp_path, text):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(NotebookError, match="is not a notebook"):
        read_parameters(path)


def test_a_missing_notebook_is_named(tmp_path):
    with pytest.raises(NotebookError, match="cannot be read"):
        read_parameters(tmp_path / "none.ipynb")
