"""The one tree of errors; whose fault it is shows in the type.

VgdError
├── FlowError               the author of a flow can mend it
│   ├── FlowSyntaxError     the text is not flow JSON
│   ├── FlowInvalidError    the flow has problems; carries them all
│   ├── NodeConfigError     one field of one node
│   ├── UnknownNodeError    a node id, name or type that is not there
│   ├── ExpressionError     a property path, JSONata or template text
│   │   └── ThrownError     … that JavaScript would have thrown
│   ├── NodeTimeoutError    a node did not return in time
│   ├── CallError           a call of a flow ended in an error, or without an answer
│   ├── QueueFullError      more messages wait than the flow may have
│   └── MessageError        a message that cannot travel
├── PeerError               the other side
│   ├── RequestError        a request over the network that got no answer
│   ├── ServerError         a Jupyter server that is not there, or refused
│   └── WorkerLostError     a worker that went away
└── PlatformError           us: a bug or a broken installation
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]
ProblemCode = Literal[
    "config",
    "unknown-type",
    "missing-target",
    "missing-tab",
    "link-cycle",
    "bad-wires",
    "bad-test",
    "loop",
    "missing-config",
    "missing-link",
    "secret",
    "type-mismatch",
    "unlinked",
    "unreachable",
    "unused-config",
]


class VgdError(Exception):
    """Root of all errors that VGD raises on purpose."""


class FlowError(VgdError):
    """Something that the author of a flow can mend."""


class PeerError(VgdError):
    """The other side of a connection failed or refused."""


class PlatformError(VgdError):
    """VGD itself is broken or not installed completely."""


class FlowSyntaxError(FlowError):
    """The text is not flow JSON (an array of objects, each with an ``id`` and a ``type``)."""


class UnknownNodeError(FlowError):
    """A node id, node name or node type that does not exist here."""


class ExpressionError(FlowError):
    """A property path, JSONata expression, template or regular expression that is wrong.

    Attributes:
        advice: ``expected …. Action.``, for who mends the flow before it runs; may be empty.
    """

    def __init__(self, text: str, *, advice: str = "") -> None:
        """Keep the text and the advice."""
        super().__init__(text)
        self.advice = advice


class ThrownError(ExpressionError):
    """What JavaScript throws at the same place in Node-RED.

    A node that lets it through reports it as Node-RED reports what a node throws: a catch node
    gets the class before the text, the log the text alone.

    Attributes:
        kind: The class in JavaScript: ``Error``, ``TypeError``, ``SyntaxError``.
        code: Name of the reason for programs, empty when there is none.
    """

    def __init__(self, text: str, *, kind: str = "Error", code: str = "", advice: str = "") -> None:
        """Keep the text and what belongs to it."""
        super().__init__(text, advice=advice)
        self.kind = kind
        self.code = code

    @property
    def named(self) -> str:
        """The text after the name of its class."""
        return f"{self.kind}: {self}"


class NodeTimeoutError(FlowError):
    """A node did not return within its time limit and was interrupted."""


class QueueFullError(FlowError):
    """More messages wait for a node, its flow or the run than there may be; names the node."""


class CallError(FlowError):
    """A call of a flow that ended in an error of a node, or without an answer in time."""


class MessageError(FlowError):
    """A message that cannot be copied or serialised; names the path and the Python type."""


class RequestError(PeerError):
    """A request over the network that got no answer.

    Attributes:
        code: The system's name of the reason: ``ECONNREFUSED``, ``ETIMEDOUT``, ….
    """

    def __init__(self, text: str, *, code: str = "") -> None:
        """Keep the text and the code."""
        super().__init__(text)
        self.code = code


class ServerError(PeerError):
    """A Jupyter server with VGD that cannot be reached, or that refused.

    Attributes:
        status: HTTP status code, 0 when there was no answer.
    """

    def __init__(self, text: str, *, status: int = 0) -> None:
        """Keep the text and the HTTP status code."""
        super().__init__(text)
        self.status = status


class WorkerLostError(PeerError):
    """A worker went away while something was asked of it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a flow: where, what was seen, what was expected, what to do.

    Attributes:
        severity: ``error``: the node, a wire of it or the flow does not work; ``warning``: it may
            not do what is meant.
        node: Id of the node, empty when the whole document is meant.
        type: Node type, empty when the whole document is meant.
        field: Field of the node, empty when the whole node is meant.
        seen: What stands there.
        expected: What should stand there.
        action: What to do about it.
        code: What kind of finding it is, for programs.
        name: Name of the node, empty when it has none.
        tab: Label of its tab, its id when it has none; empty outside of tabs.
    """

    severity: Severity
    node: str
    type: str
    field: str
    seen: str
    expected: str
    action: str
    code: ProblemCode = "config"
    name: str = ""
    tab: str = ""

    def __str__(self) -> str:
        """Return the finding as one line."""
        where = f'node "{self.node}" ({self.type})' if self.node else "flow"
        if self.field:
            where += f', field "{self.field}"'
        named = f'"{self.name}"' if self.name and self.name != self.node else ""
        known = ", ".join(part for part in (named, self.tab and f'tab "{self.tab}"') if part)
        return f"{where}: {self.finding}" + (f" [{known}]" if known else "")

    @property
    def finding(self) -> str:
        """What was seen, what was expected and what to do, without the place."""
        return f"{self.seen}; expected {self.expected}. {self.action}"

    def to_json(self) -> dict[str, Any]:
        """Return the finding as a JSON object, with the one-line text under ``text``."""
        return {**asdict(self), "text": str(self)}


def field_problem(node: str, type_name: str, field: str, error: Exception) -> Problem:
    """Return the finding for one field, made of an error of what stands in it.

    Args:
        node: Id of the node.
        type_name: Its type.
        field: Name of the field.
        error: Its text reads ``SEEN; expected EXPECTED. ACTION``; what is absent is filled in.
    """
    seen, _, rest = explained(error).partition("; expected ")
    expected, _, action = rest.partition(". ")
    return Problem(
        severity="error",
        node=node,
        type=type_name,
        field=field,
        seen=seen,
        expected=expected.rstrip(".") or "a valid value",
        action=action or "Change the field in the node's form.",
    )


def explained(error: Exception) -> str:
    """Return the text of an error with what was expected, as far as the error knows it."""
    advice = error.advice if isinstance(error, ExpressionError) else ""
    return f"{error}; {advice}" if advice else str(error)


class NodeConfigError(FlowError):
    """One or more fields of one node are wrong.

    Attributes:
        problems: At least one, all of the same node.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems; the text is their lines."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class FlowInvalidError(FlowError):
    """The flow has errors, so nothing was started.

    Attributes:
        problems: Every finding, errors and warnings.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems; the text is the lines of the errors."""
        super().__init__("\n".join(str(p) for p in problems if p.severity == "error"))
        self.problems = problems


__all__ = (
    "CallError",
    "ExpressionError",
    "FlowError",
    "FlowInvalidError",
    "FlowSyntaxError",
    "MessageError",
    "NodeConfigError",
    "NodeTimeoutError",
    "PeerError",
    "PlatformError",
    "Problem",
    "ProblemCode",
    "QueueFullError",
    "RequestError",
    "ServerError",
    "Severity",
    "ThrownError",
    "UnknownNodeError",
    "VgdError",
    "WorkerLostError",
    "explained",
    "field_problem",
)
