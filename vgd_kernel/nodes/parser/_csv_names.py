"""The column names of a csv node in Node-RED's older mode."""

from __future__ import annotations

_QUOTE = '"'


def split_names(text: str, separator: str) -> list[str]:
    """Return the column names of a line, without quotes and outer spaces."""
    found, current = [], ""
    left = text.count(_QUOTE)
    position, text = 0, text.strip(JAVASCRIPT_SPACE)
    while position < len(text):
        if left % 2 == 0 and text.startswith(separator, position):
            found.append(current)
            current = ""
            position += len(separator)
            continue
        left -= text[position] == _QUOTE
        current += text[position]
        position += 1
    return [name.replace(_QUOTE, "").strip(JAVASCRIPT_SPACE) for name in (*found, current)]


JAVASCRIPT_SPACE = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""What ``trim`` takes off; other than Python's, the byte order mark is among it."""


class LegacyNames:
    """The names that hold now; what is read and what is written share them.

    Attributes:
        current: The names; empty ones leave their column out.
        made: No names are known, so that columns are called ``col1`` and so on.
    """

    def __init__(self, template: str) -> None:
        """Take the names of the config, separated by commas."""
        self._template = template
        self._separator = ","
        self.current: list[str] = []
        self.made = False
        self.reset()

    def take(self, line: str, separator: str) -> None:
        """Take the names of a line; the separator holds for the config's names too from now on."""
        self._separator = separator
        self.current = split_names(line, separator)
        self.made = self.current == [""]

    def reset(self) -> None:
        """Go back to the names of the config."""
        self.take(self._template, self._separator)

    def make(self, column: int) -> None:
        """Name a column when no names are known."""
        if self.made:
            self.current.extend([""] * (column + 1 - len(self.current)))
            self.current[column] = f"col{column + 1}"

    @property
    def line(self) -> str:
        """The names of the columns that are read, as a line."""
        return ",".join(f'"{name}"' if "," in name else name for name in self.current if name)


__all__ = ("JAVASCRIPT_SPACE", "LegacyNames", "split_names")
