"""``vgd serve``: run a flows file as Node-RED does, with its admin API."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import platform
import signal
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

NAME = "serve"
HELP = "run a flows file like Node-RED: HTTP nodes and Node-RED's admin API on one port"
EPILOG = """\
The folder is like Node-RED's user directory: flows.json, flows_cred.json (encrypted credentials),
.config.runtime.json; a folder of Node-RED can be taken over as it is. What is not there is made.
Tools of Node-RED work unchanged: npx node-red-admin target http://127.0.0.1:1880
Listening for others (--host 0.0.0.0) needs a token, VGD_ADMIN_TOKEN, or users in vgd.toml.
Credentials that Node-RED encrypted with its credentialSecret open with VGD_CREDENTIAL_SECRET.
Ctrl-C or SIGTERM stops the flows and ends.

  vgd serve flows.json --port 1880              one file, its folder is the user directory
  curl -X POST http://127.0.0.1:1880/inject/ID  press the button of an inject node
  curl -X POST -H "Node-RED-Deployment-Type: reload" http://127.0.0.1:1880/flows
                                                read the file again, after it was drawn elsewhere
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument(
        "file", nargs="?", metavar="FLOWS.json", help="flows file; flows.json of the folder"
    )
    parser.add_argument("--folder", metavar="DIR", help="folder of the flows; the present one")
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (1880)")
    parser.add_argument("--admin-root", metavar="PATH", help="path of the admin API (/)")
    parser.add_argument("--node-root", metavar="PATH", help="path of HTTP nodes (/)")
    parser.add_argument(
        "--no-admin", action="store_true", help="offer no admin API; HTTP nodes alone answer"
    )
    parser.add_argument(
        "--insecure",
        action="store_true",
        help="let everybody use the admin API on an address that others reach, without a token",
    )
    parser.add_argument(
        "--strict", action="store_true", help="start nothing while a node type is unknown or wrong"
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until a signal ends it."""
    _log_to_terminal(as_json=arguments.json)
    asyncio.run(_serve(arguments))
    return 0


async def _serve(arguments: argparse.Namespace) -> None:
    from vgd_kernel.app import open_runtime
    from vgd_kernel.engine.collector import spare_collector
    from vgd_kernel.model.registry import installed
    from vgd_kernel.services.runtime import RuntimeFiles
    from vgd_kernel.settings import read_settings

    file = Path(arguments.file) if arguments.file else None
    folder = Path(arguments.folder) if arguments.folder else file.parent if file else Path()
    settings = read_settings(folder)
    given = {
        "network": {
            "http_host": arguments.host,
            "http_port": arguments.port,
            "http_node_root": arguments.node_root,
        },
        "serve": {
            "admin_root": arguments.admin_root,
            "admin": False if arguments.no_admin else None,
            "insecure": True if arguments.insecure else None,
        },
    }
    settings = settings.with_values(given)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on loops
            loop.add_signal_handler(number, ended.set)
    logger = logging.getLogger(__name__)
    files = RuntimeFiles(folder.resolve(), file and file.resolve())
    logger.info("VisualGridDev %s, Python %s", version("visualgriddev"), platform.python_version())
    logger.info("Flows file: %s", files.flows)
    sys.path.append(str(files.folder))  # flows may import what lies in the folder
    served = await open_runtime(settings, files, installed(), strict=arguments.strict)
    spare_collector()
    try:
        await ended.wait()
    finally:
        await served.close()


_LEVELS = {"WARNING": "warn", "CRITICAL": "error"}


class _Lines(logging.Formatter):
    """Lines as Node-RED prints them: ``23 Nov 09:25:34 - [info] text``."""

    def format(self, record: logging.LogRecord) -> str:
        level = _LEVELS.get(record.levelname, record.levelname.lower())
        moment = self.formatTime(record, "%d %b %H:%M:%S")
        text = record.getMessage()
        if record.exc_info:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        return f"{moment} - [{level}] {text}"


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": record.created,
            "level": record.levelname.lower(),
            "text": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _log_to_terminal(*, as_json: bool) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_JsonLines() if as_json else _Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


__all__ = ("HELP", "NAME", "add_arguments", "run")
