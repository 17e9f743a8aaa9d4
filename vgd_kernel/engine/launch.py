"""From a document to a run that goes."""

from __future__ import annotations

from vgd_kernel.engine.collector import without_collector
from vgd_kernel.engine.compile import compile_flow
from vgd_kernel.engine.deployment import entries_of
from vgd_kernel.engine.options import RunOptions
from vgd_kernel.engine.run import Run
from vgd_kernel.model.errors import FlowInvalidError
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.graph import refuse
from vgd_kernel.model.registry import Registry


async def start(
    document: FlowDocument, registry: Registry, options: RunOptions | None = None
) -> Run:
    """Start a flow.

    Args:
        document: Read once; later changes of it do not reach the run.
        registry: The node types.
        options: How to run it; the defaults when absent.

    Returns:
        The run; its ``problems`` name what was left out.

    Raises:
        FlowInvalidError: With ``options.strict``, there is an error; nothing runs.
    """
    options = options or RunOptions()
    with without_collector():
        plan = compile_flow(document, registry, options.environment)
        if options.strict:
            refuse(plan.problems, strict=True)
        run = Run(plan, entries_of(document), registry, options)
        run.start_nodes()
    if options.strict:
        try:
            refuse(run.problems, strict=True)
        except FlowInvalidError:
            await run.stop()
            raise
    return run


__all__ = ("start",)
