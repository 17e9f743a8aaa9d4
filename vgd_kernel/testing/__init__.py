"""The test kit for node authors: virtual time, one node on the real engine, a fake context.

outcome = await run_node(Delay(timeout=5), [{"payload": 1}], advance_s=5)
assert outcome.outputs[0] == [{"payload": 1, "_msgid": ANY}]
"""

from vgd_kernel.testing.clock import VirtualClock
from vgd_kernel.testing.fake_context import FakeContext
from vgd_kernel.testing.run_node import NodeOutcome, run_node

__all__ = ("FakeContext", "NodeOutcome", "VirtualClock", "run_node")
