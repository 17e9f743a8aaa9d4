"""``KEY=VALUE`` arguments."""

from __future__ import annotations

from vgd_kernel.model.errors import FlowError


def read_pairs(texts: list[str]) -> dict[str, str]:
    """Return ``key=value`` texts, several in one separated by commas, as a dict.

    Raises:
        FlowError: A text is no pair.
    """
    pairs: dict[str, str] = {}
    for text in (part for item in texts for part in item.split(",") if part):
        key, equals, value = text.partition("=")
        if not key or not equals:
            raise FlowError(f"saw {text!r}; expected KEY=VALUE, as in site=plant-1.")
        pairs[key.strip()] = value.strip()
    return pairs


__all__ = ("read_pairs",)
