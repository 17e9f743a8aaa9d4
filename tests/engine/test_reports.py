"""Texts and details of errors."""

import pytest

from vgd_kernel.engine.reports import error_text
from vgd_kernel.model.errors import ExpressionError


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("as it is", "as it is"),
        (ExpressionError("our own"), "our own"),
        (ValueError("foreign"), "ValueError: foreign"),
        (KeyError(), "KeyError"),
    ],
)
def test_an_error_s_text_names_the_type_of_foreign_exceptions(error, text):
    assert error_text(error) == text


@pytest.mark.asyncio
async def test_our_own_errors_carry_no_stack_and_codes_are_kept(flow, node):
    class RefusedError(ExpressionError):
        code = "EREFUSED"

    def refuses(ctx):
        def receive(msg):
            raise RefusedError("no")

        return receive

    entries = [node("a", type="code"), node("c", type="catch")]
    async with flow(entries, code={"a": refuses}, tap=["c"]) as bench:
        await bench.send("a", {})
        error = bench.got["c"][0]["error"]
        assert (error["message"], error["code"]) == ("no", "EREFUSED")
        assert "stack" not in error


@pytest.mark.asyncio
async def test_the_stack_ends_in_the_node_and_names_its_line(flow, node):
    def fails(ctx):
        def receive(msg):
            raise ValueError("here")

        return receive

    entries = [node("a", type="code"), node("c", type="catch")]
    async with flow(entries, code={"a": fails}, tap=["c"]) as bench:
        await bench.send("a", {})
        stack = bench.got["c"][0]["error"]["stack"]
        assert "in receive" in stack
        assert 'raise ValueError("here")' in stack
