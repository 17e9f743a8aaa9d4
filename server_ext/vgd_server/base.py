"""What the handlers share: the platform, bodies, query arguments, errors as JSON."""

from __future__ import annotations

import json
from http.client import responses
from typing import Any, TypeVar

from jupyter_server.base.handlers import APIHandler
from pydantic import BaseModel, ConfigDict, ValidationError
from tornado import web

from vgd_kernel.app import Platform
from vgd_kernel.model.errors import (
    FlowError,
    FlowInvalidError,
    NodeConfigError,
    PeerError,
    PlatformError,
    UnknownNodeError,
    VgdError,
)
from vgd_kernel.services.cluster.errors import DeploymentStateError, UnknownDeploymentError
from vgd_kernel.services.schedule import FieldError, UnknownJobError
from vgd_server.conflicts import RevisionConflictError

MAX_WAIT_S = 30.0
"""Longest long poll; proxies commonly cut a silent request after 60 s."""

_STATUS: tuple[tuple[type[VgdError], int], ...] = (
    (UnknownDeploymentError, 404),
    (UnknownJobError, 404),
    (UnknownNodeError, 404),
    (DeploymentStateError, 409),
    (RevisionConflictError, 409),
    (FlowError, 400),
    (PeerError, 503),
    (PlatformError, 503),
)


class Body(BaseModel):
    """Base of request bodies: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BodyError(FlowError):
    """A request body that is not what the route takes.

    Attributes:
        problems: One object per wrong field: ``field`` and ``text``.
    """

    def __init__(self, text: str, problems: list[dict[str, str]]) -> None:
        """Keep the text and the problems."""
        super().__init__(text)
        self.problems = problems


BodyT = TypeVar("BodyT", bound=Body)


class VGDHandler(APIHandler):  # type: ignore[misc]  # jupyter_server has no types here
    """Base of the REST handlers. Every method is decorated with its authorisation."""

    auth_resource = "vgd"

    async def platform(self) -> Platform:
        """Return the running platform of this server."""
        platform: Platform = await self.settings["vgd_platform"].get()
        return platform

    @property
    def user(self) -> str:
        """Name of the user, as Jupyter's identity provider knows it."""
        return str(self.current_user.username)

    def body(self, model: type[BodyT]) -> BodyT:
        """Return the request's body.

        Raises:
            BodyError: It is not JSON, or a field is wrong.
        """
        try:
            return model.model_validate(json.loads(self.request.body or b"{}"))
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BodyError(
                f"the body is not JSON: {error}; expected an object. Correct the request.", []
            ) from None
        except ValidationError as error:
            problems = [
                {"field": ".".join(str(part) for part in item["loc"]), "text": item["msg"]}
                for item in error.errors(include_url=False)
            ]
            text = "; ".join(f'field "{p["field"]}": {p["text"]}' for p in problems)
            raise BodyError(f"{text}. Correct the request.", problems) from None

    def query_number(self, name: str, default: float, *, most: float | None = None) -> float:
        """Return a number of the query, at least 0 and at most ``most``.

        Raises:
            BodyError: It is not a number.
        """
        text = self.get_query_argument(name, "")
        try:
            number = max(0.0, float(text)) if text else default
        except ValueError:
            raise BodyError(
                f"the query has {name}={text!r}; expected a number. Correct the request.",
                [{"field": name, "text": "not a number"}],
            ) from None
        return number if most is None else min(number, most)

    def path_number(self, name: str, text: str) -> int:
        """Return a whole number that stands in the path.

        Raises:
            UnknownDeploymentError: It is none, so nothing is there.
        """
        if not text.isdecimal():
            raise UnknownDeploymentError(
                f"{name} {text!r} in the path; expected a whole number. Correct the request."
            )
        return int(text)

    def answer(self, data: Any, status: int = 200) -> None:
        """Finish with JSON."""
        self.set_status(status)
        self.finish(json.dumps(data))

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Give VGD's errors the status that says whose fault they are."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        if isinstance(error, VgdError):
            status_code = next(code for kind, code in _STATUS if isinstance(error, kind))
        super().send_error(status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write an error as ``{"message", "reason", "problems"?}``."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        reply = describe_error(status_code, error)
        self.log.debug("%s %s: %s", self.request.method, self.request.path, reply["message"])
        self.finish(json.dumps(reply))

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """Log stack traces of bugs only; VGD's errors are answers."""
        if not isinstance(error, VgdError):
            super().log_exception(kind, error, trace)


def describe_error(status_code: int, error: BaseException | None) -> dict[str, Any]:
    """Return an error as the JSON object that the API answers with."""
    standard = responses.get(status_code, "Error")
    if isinstance(error, VgdError):
        reply: dict[str, Any] = {"message": str(error), "reason": type(error).__name__}
        if isinstance(error, (FlowInvalidError, NodeConfigError)):
            reply["problems"] = [problem.to_json() for problem in error.problems]
        elif isinstance(error, BodyError):
            reply["problems"] = error.problems
        elif isinstance(error, FieldError):
            reply["problems"] = [{"field": error.field, "text": str(error)}]
        return reply
    if isinstance(error, web.HTTPError):
        return {"message": error.log_message or standard, "reason": standard.replace(" ", "")}
    return {
        "message": "the server failed on this request; its log says why. Please report it.",
        "reason": standard.replace(" ", ""),
    }


__all__ = ("MAX_WAIT_S", "Body", "BodyError", "VGDHandler", "describe_error")
