"""What handlers are wrapped in."""

import functools

import pytest

from vgd_kernel.engine.targets import is_asynchronous


class Sync:
    def __call__(self, msg):
        pass

    def method(self, msg):
        pass


class Async:
    async def __call__(self, msg):
        pass

    async def method(self, msg):
        pass


async def function(extra, msg=None):
    pass


@pytest.mark.parametrize(
    "receive", [function, Async(), Async().method, functools.partial(function, 1)]
)
def test_every_form_of_an_async_handler_is_recognised(receive):
    assert is_asynchronous(receive)


@pytest.mark.parametrize("receive", [len, [].append, Sync(), Sync().method, lambda msg: None])
def test_a_plain_callable_is_not_asynchronous(receive):
    assert not is_asynchronous(receive)


@pytest.mark.asyncio
async def test_an_object_with_an_async_call_handles_messages(flow, node):
    class Sends:
        def __init__(self, ctx):
            self.send = ctx.send

        async def __call__(self, msg):
            self.send(msg)

    async with flow(
        [node("a", "b", type="code"), node("b")], code={"a": Sends}, tap=["b"]
    ) as bench:
        await bench.send("a", {})
        assert len(bench.got["b"]) == 1
