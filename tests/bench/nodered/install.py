"""Node-RED and its Node.js, installed from npm into this folder (git ignores it)."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
TOOLS = HERE.parents[1] / "tools" / "need_tools.sh"


@dataclass(frozen=True, slots=True)
class Installation:
    """Where Node-RED lies.

    Attributes:
        node: The Node.js program.
        red: Node-RED's command line, a script for it.
        node_version: Of Node.js.
        version: Of Node-RED.
    """

    node: Path
    red: Path
    node_version: str
    version: str


def install() -> Installation:
    """Install what the lock file names, unless it is there, and the tools from Debian.

    Raises:
        subprocess.CalledProcessError: npm or apt failed; they have said why.
    """
    subprocess.run(["bash", str(TOOLS), "bench"], check=True)
    modules = HERE / "node_modules"
    lock, done = HERE / "package-lock.json", modules / ".installed"
    if not done.is_file() or done.read_text("utf-8") != lock.read_text("utf-8"):
        print("Installing Node-RED and Node.js 24 from npm…", file=sys.stderr)
        # The packages' scripts are not needed, and --force is not either: only the npm that
        # installs is older than Node-RED wants, the Node.js that runs it is not.
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=HERE, check=True)
        done.write_text(lock.read_text("utf-8"), "utf-8")
    node = modules / ".bin" / "node"
    red = modules / "node-red"
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    version = json.loads((red / "package.json").read_text("utf-8"))["version"]
    return Installation(node, red / "red.js", said.strip().removeprefix("v"), version)


__all__ = ("Installation", "install")
