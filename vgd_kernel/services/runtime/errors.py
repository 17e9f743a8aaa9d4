"""What a runtime refuses, with the codes of Node-RED's admin API."""

from __future__ import annotations

from vgd_kernel.model.errors import FlowError


class RefusedError(FlowError):
    """A request that the runtime does not carry out.

    Attributes:
        status: HTTP status code.
        code: Node-RED's name of the reason.
    """

    def __init__(self, text: str, *, status: int = 400, code: str = "unexpected_error") -> None:
        """Keep the text, the status and the code."""
        super().__init__(text)
        self.status = status
        self.code = code


class NotFoundError(RefusedError):
    """Nothing is there under this id."""

    def __init__(self, text: str) -> None:
        """Keep the text."""
        super().__init__(text, status=404, code="not_found")


__all__ = ("NotFoundError", "RefusedError")
