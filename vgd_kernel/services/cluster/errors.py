"""Errors of deployments, in the one tree."""

from __future__ import annotations

from vgd_kernel.model.errors import FlowError


class UnknownDeploymentError(FlowError):
    """A deployment, or a revision of one, that is not there."""


class DeploymentStateError(FlowError):
    """Something was asked of a deployment that its state does not allow."""


__all__ = ("DeploymentStateError", "UnknownDeploymentError")
