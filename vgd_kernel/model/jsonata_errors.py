"""What jsonata.js says where the Python port says it otherwise; flows compare and show these texts.

The port leaves some facts out (the function of a wrong argument); they are read from the
expression where it leaves no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_LEAD = re.compile(r"(?:Parse error: |Invalid syntax: |Invalid number: )*(?:([A-Z][0-9]{4}): )?")
_CALL = re.compile(r"\$([a-zA-Z]\w*)\s*\(")
_TOKEN = re.compile(r"\b([A-Z][A-Za-z]+)(?:\((.*)\))?(?=,| before| cannot|\Z)")
_SYMBOLS = {
    "And": "and", "At": "@", "Ampersand": "&", "Arrow": "~>", "Assign": ":=", "Bang": "!",
    "Caret": "^", "Chain": "~>", "Colon": ":", "ColonEqual": ":=", "Comma": ",", "Dot": ".",
    "DotDot": "..", "Equal": "=", "GreaterThan": ">", "GreaterThanOrEqual": ">=", "Hash": "#",
    "In": "in", "LeftBrace": "{", "LeftBracket": "[", "LeftParen": "(", "LessThan": "<",
    "LessThanOrEqual": "<=", "Minus": "-", "NotEqual": "!=", "Or": "or", "Percent": "%",
    "Pipe": "|", "Plus": "+", "Question": "?", "QuestionColon": "?:", "QuestionQuestion": "??",
    "RightBrace": "}", "RightBracket": "]", "RightParen": ")", "Semicolon": ";", "Slash": "/",
    "Star": "*", "StarStar": "**",
}  # fmt: skip
_CLOSING = {"(": ")", "[": "]", "{": ":", "|": "|"}
_FIXED = {
    "D1002": "Cannot negate a non-numeric value",
    "D3001": "Attempting to invoke string function on Infinity or NaN",
    "D3010": "Second argument of replace function cannot be an empty string",
    "D3138": "The $single() function expected exactly 1 matching result.  Instead it matched more.",
    "D3139": "The $single() function expected exactly 1 matching result.  Instead it matched 0.",
    "S0106": "Comment has no closing tag",
    "S0208": "Parameter 1 of function definition must be a variable name (start with $)",
    "T1006": "Attempted to invoke a non-function",
    "T1008": "Attempted to partially apply a non-function",
    "T2003": "The left side of the range operator (..) must evaluate to an integer",
    "T2004": "The right side of the range operator (..) must evaluate to an integer",
}


def jsonata_error(said: str, expression: str) -> str:
    """Return the text of an error of an expression as jsonata.js words it.

    >>> jsonata_error("Parse error: S0203: Expected RightParen before end of expression", "(1")
    'Expected ")" before end of expression'
    """
    lead = _LEAD.match(said)
    assert lead is not None, "the pattern matches nothing too"
    code, text = lead[1] or "", said[lead.end() :]
    if code in _FIXED:
        return _FIXED[code]
    if text == "Unclosed comment":
        return _FIXED["S0106"]
    words = _WORDS.get(code)
    return words(text, expression) if words is not None else text


def _function(expression: str) -> str:
    """Return the name of the function that was called: the last one, in doubt."""
    names = _CALL.findall(expression)
    return f'"{names[-1]}"' if names else "anonymous"


def _end(text: str, expression: str) -> str:
    closing = _CLOSING.get(expression.rstrip()[-1:])
    return f'Expected "{closing}" before end of expression' if closing else text


def _tokens(text: str, expression: str) -> str:
    return _TOKEN.sub(_token, text)


def _token(match: re.Match[str]) -> str:
    name, inner = match[1], match[2]
    if inner is not None:
        return inner.removesuffix(".0") if name == "Number" else inner
    symbol = _SYMBOLS.get(name)
    return f'"{symbol}"' if symbol else name


def _quoted_last(text: str, expression: str) -> str:
    start, _, token = text.rpartition(": ")
    return f'{start}: "{token}"'


def _operator(text: str, expression: str) -> str:
    return re.sub(r"side of the (\S+) operator", r'side of the "\1" operator', text)


def _argument(text: str, expression: str) -> str:
    count = re.match(r"Argument count mismatch: expected ([0-9]+), got ([0-9]+)", text)
    found = re.match(r"Argument ([0-9]+)", text)
    place = min(int(count[1]), int(count[2])) + 1 if count else int(found[1]) if found else 1
    return f"Argument {place} of function {_function(expression)} does not match function signature"


def _context(text: str, expression: str) -> str:
    function = _function(expression)
    return f"Context value is not a compatible type with argument 1 of function {function}"


def _array(text: str, expression: str) -> str:
    found = re.match(r"Argument ([0-9]+) must be an array of (\w+)", text)
    if found is None:
        return text
    kind = f'"{found[2].lower()}s"'
    return f"Argument {found[1]} of function {_function(expression)} must be an array of {kind}"


def _cast(text: str, expression: str) -> str:
    found = re.match(r"Cannot convert '(.*)' to number", text, re.DOTALL)
    return f'Unable to cast value to a number: "{found[1]}"' if found else text


_WORDS: dict[str, Callable[[str, str], str]] = {
    "D3030": _cast,
    "S0102": _quoted_last,
    "S0201": _tokens,
    "S0202": _tokens,
    "S0203": _tokens,
    "S0204": _quoted_last,
    "S0207": _end,
    "S0211": _tokens,
    "T0410": _argument,
    "T0411": _context,
    "T0412": _array,
    "T2001": _operator,
    "T2002": _operator,
}

__all__ = ("jsonata_error",)
