import json
from pathlib import Path
from typing import Any

import pytest
from pycrdt import Doc, Map

from vgd_kernel.model.errors import FlowSyntaxError
from vgd_kernel.model.flow import Change, FlowDocument
from vgd_kernel.notebook.widget import FlowWidget
from vgd_kernel.notebook.ysync import FlowSync, read_entries, roots

FIXTURE = Path(__file__).parents[1] / "web" / "fixtures" / "canonical.json"

ENTRIES = [
    {"id": "t", "type": "tab", "label": "Flow 1"},
    {"id": "a", "type": "inject", "z": "t", "x": 100, "y": 100, "wires": [["b"]]},
    {"id": "b", "type": "debug", "z": "t", "x": 300, "y": 100, "wires": []},
]


class Browser:
    """The other replica: what the canvas does, on a document of its own."""

    def __init__(self, sync: FlowSync) -> None:
        self.doc: Doc[Any] = Doc()
        self.sync = sync
        self.received = 0
        self.nodes, self.order, _ = roots(self.doc)
        self.doc.apply_update(sync.doc.get_update())
        sync.observe(self._take)

    def _take(self, update: bytes) -> None:
        self.received += 1
        self.doc.apply_update(update)

    def send(self) -> None:
        self.sync.receive(self.doc.get_update(self.sync.doc.get_state()))


@pytest.fixture
def document() -> FlowDocument:
    return FlowDocument(ENTRIES)


@pytest.fixture
def browser(document: FlowDocument) -> Browser:
    return Browser(FlowSync(document))


def test_the_browser_gets_the_flow_in_order(browser):
    assert read_entries(browser.doc) == ENTRIES


def test_a_change_in_python_reaches_the_browser(document, browser):
    document.update("a", {"name": "Alpha", "x": 7})
    document.insert({"id": "c", "type": "change", "z": "t"}, index=1)
    document.remove("b")
    ids = [entry["id"] for entry in read_entries(browser.doc)]
    assert ids == ["t", "c", "a"]
    assert read_entries(browser.doc)[2] == {**ENTRIES[1], "name": "Alpha", "x": 7, "wires": [[]]}


def test_a_change_in_the_browser_reaches_python_with_whole_numbers_as_ints(document, browser):
    browser.nodes["a"]["x"] = 260.0
    browser.nodes["a"]["y"] = 10.5
    browser.send()
    assert document.entry("a")["x"] == 260
    assert type(document.entry("a")["x"]) is int
    assert document.entry("a")["y"] == 10.5
    assert '"x": 260,' in document.to_json()


def test_nodes_added_and_removed_in_the_browser_come_and_go_in_python(document, browser):
    with browser.doc.transaction():
        browser.nodes["n"] = Map({"id": "n", "type": "debug", "wires": []})
        browser.order.insert(1, "n")
        del browser.nodes["b"]
        del browser.order[3]
    browser.send()
    assert [entry["id"] for entry in document] == ["t", "n", "a"]


def test_an_edit_is_not_echoed(document, browser):
    changes: list[Change] = []
    document.observe(changes.append)
    browser.nodes["a"]["x"] = 5
    browser.send()
    assert [(change.kind, change.id, dict(change.after)) for change in changes] == [
        ("update", "a", {"x": 5})
    ]
    state = browser.sync.doc.get_state()
    browser.send()
    assert len(changes) == 1
    assert browser.sync.doc.get_state() == state
    document.update("a", {"x": 5})
    assert browser.sync.doc.get_state() == state


def test_an_observer_may_answer_a_remote_edit_with_an_edit_of_its_own(document, browser):
    def follow(change: Change) -> None:
        if change.id == "a":
            document.update("b", {"y": 1})

    document.observe(follow)
    browser.nodes["a"]["x"] = 5
    browser.send()
    assert browser.nodes["b"]["y"] == 1


def test_an_added_field_and_a_removed_one_travel_both_ways(document, browser):
    document.update("a", {"d": True})
    assert browser.nodes["a"]["d"] is True
    del browser.nodes["a"]["d"]
    browser.send()
    assert "d" not in document.entry("a")


def test_an_entry_without_a_type_stays_out_of_the_document(document, browser):
    browser.nodes["odd"] = Map({"id": "odd", "name": "half"})
    browser.send()
    assert "odd" not in document
    browser.nodes["odd"]["type"] = "debug"
    browser.send()
    assert document.entry("odd")["name"] == "half"


def test_a_closed_sync_leaves_both_alone(document, browser):
    browser.sync.close()
    document.update("a", {"x": 1})
    assert browser.nodes["a"]["x"] == 100


def test_an_order_that_names_an_id_twice_or_not_is_mended_when_read(browser):
    browser.order.append("a")
    del browser.order[0]
    assert [entry["id"] for entry in read_entries(browser.doc)] == ["a", "b", "t"]


def test_the_canonical_text_is_the_one_that_the_browser_is_held_to():
    pair = json.loads(FIXTURE.read_text(encoding="utf-8"))
    document = FlowDocument(pair["entries"])
    assert document.to_json() == pair["text"]
    assert FlowDocument(read_entries(FlowSync(document).doc)).to_json() == pair["text"]


class Wire:
    """A widget whose messages are kept instead of sent."""

    def __init__(self, document: FlowDocument, **options: Any) -> None:
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        self.widget = FlowWidget(document, palette=[{"type": "inject"}], **options)
        self.widget.send = lambda content, buffers=(): self.sent.append((content, list(buffers)))

    def receive(self, content: dict[str, Any], *buffers: bytes) -> None:
        self.widget._handle_custom_msg(content, [memoryview(item) for item in buffers])

    def kinds(self) -> list[str]:
        return [content["kind"] for content, _ in self.sent]


def test_a_view_that_opens_gets_the_flow_and_is_asked_for_its_edits(document):
    wire = Wire(document)
    view: Doc[Any] = Doc()
    wire.receive({"kind": "y-sv"}, view.get_state())
    assert wire.kinds() == ["y-up", "y-sv", "live"]
    view.apply_update(wire.sent[0][1][0])
    assert read_entries(view) == ENTRIES


def test_an_edit_on_the_canvas_changes_the_document_and_reaches_other_views(document):
    wire = Wire(document)
    view: Doc[Any] = Doc()
    view.apply_update(wire.widget.sync.doc.get_update())
    roots(view)[0]["a"]["x"] = 44
    wire.receive({"kind": "y-up"}, view.get_update(wire.widget.sync.doc.get_state()))
    assert document.entry("a")["x"] == 44
    assert wire.kinds() == ["y-up"]


def test_a_view_that_opens_later_gets_the_state_and_the_counts(document):
    wire = Wire(document, on_command=lambda _: None)
    wire.widget.post({"kind": "state", "running": True, "where": "kernel"})
    wire.widget.post({"kind": "live", "nodes": {"a": {"received": 1, "errors": 0}}, "events": [1]})
    wire.widget.post({"kind": "live", "nodes": {"a": {"received": 2}}, "events": [2]})
    wire.sent.clear()
    wire.receive({"kind": "y-sv"}, Doc().get_state())
    frames = [content for content, _ in wire.sent[2:]]
    assert frames[0]["running"] is True
    assert frames[1]["nodes"] == {"a": {"received": 2, "errors": 0}}
    assert frames[1]["events"] == [1, 2]
    assert frames[1]["replay"] is True


def test_commands_reach_the_callback_and_its_error_the_canvas(document):
    def refuse(command: dict[str, Any]) -> None:
        raise FlowSyntaxError(f"no {command['command']} today")

    wire = Wire(document, on_command=refuse)
    assert wire.widget.commands == ["run", "stop", "press"]
    wire.receive({"kind": "command", "command": "run"})
    assert wire.sent == [({"kind": "notice", "level": "error", "message": "no run today"}, [])]


def test_without_a_callback_there_are_no_commands(document):
    wire = Wire(document)
    assert wire.widget.commands == []
    wire.receive({"kind": "command", "command": "run"})
    assert wire.sent == []


def test_the_state_that_a_notebook_may_save_holds_no_flow(document):
    state = Wire(document, title="Weather").widget.get_state()
    assert "inject" not in json.dumps(
        {k: v for k, v in state.items() if k[0] != "_"} | {"palette": 0}
    )
    assert state["title"] == "Weather"


def test_a_closed_widget_lets_go_of_the_document(document):
    wire = Wire(document)
    wire.widget.close()
    document.update("a", {"x": 1})
    wire.widget.post({"kind": "live", "nodes": {}, "events": []})
    assert wire.sent == []
