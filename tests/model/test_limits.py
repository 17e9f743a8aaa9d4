"""Limits of flows as tabs write them."""

import pytest

from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.graph import check
from vgd_kernel.model.limits import QueueLimit, check_limits, queue_limit
from vgd_kernel.model.registry import Registry

DEFAULT = QueueLimit(limit=7, policy="fail")


def tab(**queue):
    return {"id": "t", "type": "tab", "vgd": {"queue": queue}}


def test_a_tab_that_says_nothing_has_the_default():
    assert queue_limit({"id": "t", "type": "tab"}, DEFAULT) is DEFAULT


def test_what_a_tab_leaves_open_is_that_of_the_default():
    assert queue_limit(tab(limit=3), DEFAULT) == QueueLimit(limit=3, policy="fail")
    assert queue_limit(tab(policy="wait"), DEFAULT) == QueueLimit(limit=7, policy="wait")


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (tab(limit=0), "vgd.queue.limit"),
        (tab(limit="many"), "vgd.queue.limit"),
        (tab(policy="drop"), "vgd.queue.policy"),
        (tab(size=3), "vgd.queue.size"),
        ({"id": "t", "type": "tab", "vgd": {"queue": 3}}, "vgd.queue"),
    ],
)
def test_a_wrong_limit_names_its_field(entry, field):
    with pytest.raises(NodeConfigError) as caught:
        queue_limit(entry, DEFAULT)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_check_reports_wrong_limits():
    document = FlowDocument([tab(limit=-1)])
    (problem,) = check_limits(document)
    assert (problem.node, problem.field) == ("t", "vgd.queue.limit")
    assert problem in check(document, Registry({}), {}.__getitem__)
