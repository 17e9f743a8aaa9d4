"""``/inject`` and ``/debug``: the buttons of nodes."""

import pytest

from vgd_kernel.model.events import DebugMessage

pytestmark = pytest.mark.asyncio


def shown(server) -> list[object]:
    seen: list[object] = []

    def see(event):
        if isinstance(event, DebugMessage):
            seen.append(event.value)

    server.runtime.events.observe(see)
    return seen


async def test_a_press_may_bring_its_own_properties(server):
    body = {"__user_inject_props__": [{"p": "payload", "v": "42", "vt": "num"}]}
    seen = shown(server)
    assert await server.ask("POST", "/inject/press", body) == (200, "OK")
    assert await server.runtime.run.idle(5)
    assert seen == [42]


async def test_another_body_is_not_looked_at(server):
    seen = shown(server)
    assert await server.ask("POST", "/inject/press", {"payload": 5}) == (200, "OK")
    assert await server.runtime.run.idle(5)
    assert seen == [7]


async def test_an_unknown_node_has_no_button(server):
    assert await server.ask("POST", "/inject/nobody") == (404, "Not Found")
    assert await server.ask("POST", "/debug/nobody/enable") == (404, "Not Found")


async def test_a_debug_node_is_switched_off_and_on(server):
    seen = shown(server)
    assert await server.ask("POST", "/debug/out/disable") == (201, "Created")
    await server.press()
    assert seen == []
    assert await server.ask("POST", "/debug/out/enable") == (200, "OK")
    await server.press()
    assert seen == [7]


async def test_several_debug_nodes_are_switched_at_once(server):
    seen = shown(server)
    nodes = {"nodes": ["out", "nobody"]}
    assert await server.ask("POST", "/debug/disable", nodes) == (201, "Created")
    await server.press()
    assert seen == []
    assert await server.ask("POST", "/debug/enable", nodes) == (200, "OK")
    await server.press()
    assert seen == [7]


async def test_other_states_and_bodies_are_refused(server):
    assert await server.ask("POST", "/debug/out/toggle") == (404, "Not Found")
    assert await server.ask("POST", "/debug/toggle", {"nodes": []}) == (404, "Not Found")
    assert await server.ask("POST", "/debug/enable", {"nodes": "out"}) == (400, "Bad Request")


async def test_a_node_without_that_button_is_left_alone(server):
    assert await server.ask("POST", "/debug/press/enable") == (200, "OK")
    assert await server.runtime.run.idle(5)
    assert (await server.ask("GET", "/context/global/last"))[1]["format"] == "undefined"
