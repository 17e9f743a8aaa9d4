"""Finding what the checks say about a flow of built-in nodes."""

import pytest

from vgd_kernel.model import FlowDocument, installed
from vgd_kernel.model.graph import check


@pytest.fixture
def findings():
    """Return the findings of one kind: (node, field, severity, what was seen)."""

    def look(code, *entries):
        problems = check(FlowDocument(entries), installed())
        return [(p.node, p.field, p.severity, p.seen) for p in problems if p.code == code]

    return look
