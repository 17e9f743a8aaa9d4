from jupyter_ydoc import ydocs

from vgd_kernel.model.flow import FlowDocument

YFlow = ydocs["vgdflow"]  # as the server finds it: by the entry point

COMPACT = '[{"type":"debug","id":"b","x":1,"y":2,"wires":[]},{"type":"tab","id":"t"}]'


def opened(text):
    flow = YFlow()
    flow.set(text)
    return flow


def test_the_server_finds_it_under_the_name_of_the_file_type():
    assert YFlow.__module__ == "vgd_kernel.notebook.ydoc"


def test_an_unedited_file_keeps_its_bytes():
    assert opened(COMPACT).get() == COMPACT


def test_an_edited_file_takes_the_canonical_form():
    flow = opened(COMPACT)
    flow._nodes["b"]["x"] = 7.0
    expected = FlowDocument.from_json(COMPACT)
    expected.update("b", {"x": 7})
    assert flow.get() == expected.to_json()


def test_a_broken_file_is_kept_as_it_is():
    flow = opened('[{"id": ')
    assert flow.get() == '[{"id": '
    assert list(flow._nodes.keys()) == []


def test_a_broken_file_that_was_mended_is_a_flow_again():
    flow = opened('[{"id": ')
    flow.set(COMPACT)
    assert flow.get() == COMPACT
    assert sorted(flow._nodes.keys()) == ["b", "t"]


def test_setting_the_same_text_again_writes_nothing():
    flow = opened(COMPACT)
    before = flow.ydoc.get_state()
    flow.set(COMPACT)
    assert flow.ydoc.get_state() == before


def test_a_replica_sees_the_same_text():
    flow = opened(COMPACT)
    other = YFlow()
    other.ydoc.apply_update(flow.ydoc.get_update())
    assert other.get() == FlowDocument.from_json(COMPACT).to_json()


def test_observers_are_told_which_root_changed():
    flow = opened(COMPACT)
    seen: list[str] = []
    flow.observe(lambda name, _events: seen.append(name))
    flow._nodes["b"]["x"] = 9
    flow.dirty = True
    assert seen == ["nodes", "state"]
    flow.unobserve()
    flow._nodes["b"]["x"] = 10
    assert seen == ["nodes", "state"]
