"""All settings: the services' own models put together, read from ``vgd.toml`` and ``VGD_*``.

A setting ``NAME`` of any service is the variable ``VGD_NAME`` and, in the table of its service,
the key ``name`` of ``vgd.toml`` in the server's folder; the environment wins.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vgd_kernel.model.errors import PlatformError
from vgd_kernel.services.cluster.config import ClusterSettings
from vgd_kernel.services.contexts.config import ContextSettings
from vgd_kernel.services.flows.config import FlowSettings
from vgd_kernel.services.network.config import NetworkSettings
from vgd_kernel.services.runtime.config import ServeSettings
from vgd_kernel.services.schedule.config import ScheduleSettings
from vgd_kernel.services.store.config import StoreSettings

FILE = "vgd.toml"

_SECRET_PREFIXES = ("JUPYTERHUB_", "JPY_", "JUPYTER_TOKEN", "VGD_SERVER_")


class Settings(BaseModel):
    """Settings of every service."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    store: StoreSettings = Field(default_factory=StoreSettings)
    """Where and how much is kept."""
    cluster: ClusterSettings = Field(default_factory=ClusterSettings)
    """Which workers run deployments."""
    schedule: ScheduleSettings = Field(default_factory=ScheduleSettings)
    """How jobs are run."""
    flows: FlowSettings = Field(default_factory=FlowSettings)
    """What nodes may keep."""
    network: NetworkSettings = Field(default_factory=NetworkSettings)
    """Where flows are reached over the network."""
    context: ContextSettings = Field(default_factory=ContextSettings)
    """Where the values of contexts are kept."""
    serve: ServeSettings = Field(default_factory=ServeSettings)
    """Who may use the admin API of ``vgd serve``, and how it keeps credentials."""

    def with_values(self, given: Mapping[str, Mapping[str, Any]]) -> Settings:
        """Return settings with values from a command line in place of those that are not None.

        Args:
            given: Table to name to value.

        Raises:
            PlatformError: A value is wrong; names it.
        """
        data = self.model_dump()
        for table, values in given.items():
            data[table].update({k: value for k, value in values.items() if value is not None})
        return _validated(data)


def read_settings(root: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a server.

    Args:
        root: Folder of the server, where ``vgd.toml`` may lie.
        environment: Variables; those of the process when absent.

    Raises:
        PlatformError: The file or a value cannot be read; names it.
    """
    environment = os.environ if environment is None else environment
    data = _read_file(root / FILE)
    for table, section in Settings.model_fields.items():
        model = section.annotation
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        for name in model.model_fields:
            value = environment.get(f"VGD_{name.upper()}", "")
            if value:
                data.setdefault(table, {})[name] = value
    return _validated(data)


def _validated(data: Mapping[str, Any]) -> Settings:
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        name = f"VGD_{str(first['loc'][-1]).upper()}"
        raise PlatformError(
            f"the setting {where} is {first.get('input')!r}; expected: {first['msg'].lower()}. "
            f"Correct the variable {name} or the file {FILE}."
        ) from None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise PlatformError(
            f"{path} cannot be read: {error}; expected a TOML file with the tables store, cluster, "
            "schedule, flows, network, context and serve. Correct or remove it."
        ) from None


def state_folder(settings: Settings, root: Path) -> Path:
    """Return the folder where a server keeps its state.

    It is the one that is set, else one of the user's, a different one for each server folder.
    """
    if settings.store.state_dir is not None:
        return settings.store.state_dir.expanduser().resolve()
    root = root.resolve()
    digest = hashlib.sha256(str(root).encode()).hexdigest()[:8]
    return _user_state_folder() / "servers" / f"{root.name or 'root'}-{digest}"


def _user_state_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "visualgriddev"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "visualgriddev"
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "visualgriddev"


def whole_environment() -> dict[str, str]:
    """Return this process's environment variables, for processes of the platform's own."""
    return dict(os.environ)


def process_environment() -> dict[str, str]:
    """Return this process's environment variables as flows may see them.

    The tokens that Jupyter and VGD hand to their processes are left out.
    """
    return {
        name: value for name, value in os.environ.items() if not name.startswith(_SECRET_PREFIXES)
    }


__all__ = (
    "FILE",
    "Settings",
    "process_environment",
    "read_settings",
    "state_folder",
    "whole_environment",
)
