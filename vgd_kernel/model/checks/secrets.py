"""Secrets in clear text: a flow file is copied, mailed and put under version control.

Found are literal values under a telling name (``password``, ``apiKey``, …), in fields, rules,
headers, environments and assignments in code, and texts that are secrets by their form: private
keys, tokens of well-known services, URLs with a password. What a finding shows is never the secret
itself. Placeholders (``${NAME}``, ``{{name}}``, ``<your token>``) are no secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from vgd_kernel.model.checks.view import Entry, View, finding
from vgd_kernel.model.errors import Problem
from vgd_kernel.model.node import DOCUMENT_FIELDS

SHORTEST = 4
"""Characters of a text under a telling name that may be a secret; shorter ones are samples."""

_NAME = re.compile(
    r"(?:^|[_\-.\s\[\"'])(?:pass(?:word|wd|phrase)|pwd|secret|api[_-]?key|apikey|"
    r"(?:access|auth|bearer|refresh|api|bot)[_-]?token|token|private[_-]?key|client[_-]?secret|"
    r"authorization)[\]\"']*$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PLACEHOLDER = re.compile(
    r"\$\{|\$\(|\{\{|<[^>]*>|\*{3}|^x+$|\.\.\.|…|your[\s_-]|example|change[\s_-]?me|placeholder|"
    r"^(?:password|passwd|secret|token|api[_-]?key|apikey|test|none|null|true|false|undefined|user|"
    r"basic|bearer|digest|str|msg|flow|global|env|cred|payload)$|^msg\.|^env\.|process\.env",
    re.IGNORECASE,
)
_FORMS = (
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----")),
    ("an AWS access key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{40,})")),
    ("a Slack token", re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}")),
    ("a Google API key", re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b")),
    ("a Stripe key", re.compile(r"\b[sr]k_live_[0-9A-Za-z]{16,}")),
    ("an API key of a model service", re.compile(r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}")),
    ("a token of a Telegram bot", re.compile(r"\b[0-9]{8,10}:[A-Za-z0-9_-]{35}\b")),
    ("a JSON Web Token", re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}")),
)
_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'`<>{}$]+:([^\s/@\"'`]+)@[^\s/]", re.IGNORECASE)
_HEADER = re.compile(r"\b(?:Bearer|Basic)\s+([A-Za-z0-9+/_=.-]{12,})")
_ASSIGNED = re.compile(
    r"""([\w.\[\]"'-]*(?:passw(?:or)?d|passphrase|secret|api_?key|token)["'\]]*)"""
    r"""\s*[:=]\s*(?:"([^"\n]+)"|'([^'\n]+)'|`([^`\n]+)`)""",
    re.IGNORECASE,
)
_LITERAL_TYPES = frozenset({"str", "other", "", None})
"""Types of a typed input whose value is the text itself."""


def check_secrets(view: View) -> Iterator[Problem]:
    """Yield a finding for each field of an entry that holds a secret in clear text."""
    for entry in view.document:
        seen: set[str] = set()
        for field, what in _entry(entry):
            if field not in seen:
                seen.add(field)
                yield finding(
                    entry,
                    field,
                    f"{what} in clear text",
                    "a credential, or an environment value as ${NAME}",
                    "Move it to the node's credentials or the environment, and renew it where the "
                    "file has been shared.",
                    code="secret",
                )


def _entry(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield (field, what was found) of one entry."""
    for key, value in entry.items():
        if key not in DOCUMENT_FIELDS and not key.startswith("_"):
            yield from _value(value, key, key, entry)
    own = entry.get("vgd")
    if isinstance(own, Mapping):
        yield from _value(own, "vgd", "", own)


def _value(
    value: Any, field: str, name: str, beside: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from _named_pair(value, field)
        for key, item in value.items():
            yield from _value(item, f"{field}.{key}", str(key), value)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _value(item, f"{field}.{index}", "", beside)
    elif isinstance(value, str) and value:
        if _tells(name) and _is_literal(name, beside) and _is_secret(value):
            yield field, f"{_article(name)} of {len(value)} characters"
        else:
            yield from ((field, what) for what in _by_form(value))


_PAIRS = (
    ("name", "value", "type"),  # environments
    ("p", "to", "tot"),  # rules of a change node
    ("p", "v", "vt"),  # properties of an inject node
    ("keyValue", "valueValue", "valueType"),  # headers of a request
)


def _named_pair(item: Mapping[str, Any], field: str) -> Iterator[tuple[str, str]]:
    """Yield a secret that stands beside its name: ``{"name": "API_KEY", "value": "…"}``."""
    for name_key, value_key, type_key in _PAIRS:
        name, value = item.get(name_key), item.get(value_key)
        if not isinstance(name, str) or not isinstance(value, str):
            continue
        if item.get(type_key) in _LITERAL_TYPES and _tells(name) and _is_secret(value):
            yield f"{field}.{value_key}", f"{_article(name)} of {len(value)} characters"


def _by_form(text: str) -> Iterator[str]:
    for what, form in _FORMS:
        if form.search(text):
            yield what
            return
    for match in _URL.finditer(text):
        if _is_secret(match[1]):
            yield "a URL with a password"
            return
    for match in _HEADER.finditer(text):
        if _is_secret(match[1]) and any(letter.isdigit() for letter in match[1]):
            yield "the value of an Authorization header"
            return
    for match in _ASSIGNED.finditer(text):
        value = match[2] or match[3] or match[4]
        if _is_secret(value) and " " not in value:
            yield f"{_article(match[1])} of {len(value)} characters"
            return


def _tells(name: str) -> bool:
    """Tell whether a name promises a secret: ``apiKey``, ``headers.authorization``."""
    return bool(_NAME.search(_CAMEL.sub("_", name)))


def _is_literal(name: str, beside: Mapping[str, Any]) -> bool:
    """Tell whether a field is the text itself, not the name of a property or variable."""
    kinds = (beside.get(f"{name}Type"), beside.get(f"{name}type"), beside.get(f"{name}T"))
    return all(kind in _LITERAL_TYPES for kind in kinds)


def _is_secret(text: str) -> bool:
    return len(text) >= SHORTEST and not _PLACEHOLDER.search(text)


def _article(name: str) -> str:
    shown = re.sub(r"[\"'\[\]]", "", name).rpartition(".")[2]
    return f'a value for "{shown}"'


__all__ = ("SHORTEST", "check_secrets")
