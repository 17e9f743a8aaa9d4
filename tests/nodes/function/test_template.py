from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]


@pytest.mark.parametrize(
    ("config", "payload", "result"),
    [
        ({"template": "a {{payload}} b"}, 1.0, "a 1 b"),
        ({"template": "{{payload}}"}, "<a href='x'>", "&lt;a href&#x3D;&#39;x&#39;&gt;"),
        ({"template": "{{{payload}}}"}, "<a>", "<a>"),
        ({"template": "{{payload.a.b}}|{{payload.none}}"}, {"a": {"b": [1, 2]}}, "1,2|"),
        ({"template": "{{#payload}}<{{n}}>{{/payload}}"}, [{"n": 1}, {"n": 2}], "<1><2>"),
        ({"template": "{{#payload}}{{.}},{{/payload}}"}, [1, "x"], "1,x,"),
        ({"template": "{{^payload}}none{{/payload}}"}, [], "none"),
        ({"template": "{{#payload}}yes{{/payload}}"}, True, "yes"),
        ({"template": "{{payload}}"}, {"a": 1}, "[object Object]"),
        ({"template": "{{payload.length}}"}, [1, 2, 3], "3"),
        ({"template": "{{global.seed}} {{env.WHO}} {{flow.none}}"}, 0, "42 Ada "),
        ({"template": "{{payload}}", "syntax": "plain"}, 0, "{{payload}}"),
        ({"template": '{"a": "{{payload}}"}', "output": "json"}, "x\ny", {"a": "x\ny"}),
        ({"template": "a: {{payload}}\nb: yes", "output": "yaml"}, 5, {"a": 5, "b": "yes"}),
    ],
)
def test_a_template_is_filled(
    play: Play, config: dict[str, Any], payload: Any, result: Any
) -> None:
    outcome = play(
        "template",
        config,
        {"payload": payload},
        environment={"WHO": "Ada"},
        global_context={"seed": 42},
    )
    assert [msg["payload"] for msg in outcome.outputs[0]] == [result]


def test_the_template_of_the_message_is_used_when_the_node_has_none(play: Play) -> None:
    outcome = play("template", {"template": ""}, {"template": "{{topic}}!", "topic": "t"})
    assert outcome.outputs[0][0]["payload"] == "t!"


def test_text_that_is_not_json_is_an_error_and_nothing_is_sent(play: Play) -> None:
    outcome = play("template", {"template": "{", "output": "json"}, {"payload": 1})
    assert outcome.outputs == [[]]
    assert "in JSON at position" in outcome.errors[0]


@pytest.mark.parametrize("template", ["{{a", "{{#a}}", "{{#a}}{{/b}}"])
def test_a_tag_that_is_not_closed_is_named_before_the_start(play: Play, template: str) -> None:
    with pytest.raises(NodeConfigError, match="template"):
        play("template", {"template": template}, {})
