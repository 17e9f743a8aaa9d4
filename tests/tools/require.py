"""Say what is missing on this machine before anything is set up."""

import importlib.util
import re
import shutil
import subprocess
import sys


def missing() -> list[str]:
    """Return a line for each thing that is missing, with what to do."""
    found = []
    if sys.version_info < (3, 11):
        version = ".".join(map(str, sys.version_info[:3]))
        found.append(
            f"Python {version}; expected 3.11 or newer. Install it, or: make PYTHON=python3.12"
        )
    if importlib.util.find_spec("ensurepip") is None:
        found.append("Python has no venv; expected one. Install it: apt-get install python3-venv")
    node = shutil.which("node")
    text = (
        subprocess.run([node, "--version"], capture_output=True, text=True).stdout if node else ""
    )
    major = re.match(r"v(\d+)", text)
    if major is None or int(major[1]) < 20 or shutil.which("npm") is None:
        seen = text.strip() or "no Node.js"
        found.append(f"{seen}; expected Node.js 20 or newer with npm. Install nodejs and npm.")
    return found


if __name__ == "__main__":
    lines = missing()
    for line in lines:
        print(f"visualgriddev: saw {line}", file=sys.stderr)
    sys.exit(1 if lines else 0)
