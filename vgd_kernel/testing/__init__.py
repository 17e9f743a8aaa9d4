"""The test kit for node and flow authors: virtual time, one node alone, the cases of a flow.

outcome = await run_node(Delay(timeout=5), [{"payload": 1}], advance_s=5)
assert outcome.outputs[0] == [{"payload": 1, "_msgid": ANY}]

assert await run_cases(Flow.load("first.flow.json"))
"""

from vgd_kernel.testing.case_results import CaseResult, CaseResults
from vgd_kernel.testing.clock import VirtualClock
from vgd_kernel.testing.fake_context import FakeContext
from vgd_kernel.testing.run_case import run_case, run_cases
from vgd_kernel.testing.run_node import NodeOutcome, run_node

__all__ = (
    "CaseResult",
    "CaseResults",
    "FakeContext",
    "NodeOutcome",
    "VirtualClock",
    "run_case",
    "run_cases",
    "run_node",
)
