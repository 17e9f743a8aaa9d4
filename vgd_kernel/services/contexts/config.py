"""Settings of the context stores."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator, model_validator

_NAME = re.compile(r"[A-Za-z0-9_]+\Z")


class ContextStoreSettings(BaseModel):
    """One named context store; the keys are those of Node-RED's ``contextStorage``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    module: Literal["memory", "localfilesystem", "sqlite"]
    """Where its values are kept."""
    dir: Path | None = None
    """Folder of what it keeps; the state folder when absent."""
    base: str = Field(default="context", min_length=1)
    """Folder (``localfilesystem``) or name of the file (``sqlite``) inside of ``dir``."""
    cache: bool = True
    """``localfilesystem``: false looks at every access whether a file was changed by others."""
    flush_interval_s: float = Field(
        default=30.0, ge=0, validation_alias=AliasChoices("flush_interval_s", "flushInterval")
    )
    """Seconds from a change to its write; what a killed process loses at most."""

    @model_validator(mode="before")
    @classmethod
    def _flatten(cls, data: Any) -> Any:
        """Take Node-RED's shape too: the module, and the rest under ``config``."""
        if isinstance(data, str):
            return {"module": data}
        if isinstance(data, dict) and isinstance(data.get("config"), dict):
            return {**{k: v for k, v in data.items() if k != "config"}, **data["config"]}
        return data


class ContextSettings(BaseModel):
    """Where the values of node, flow and global contexts are kept."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    context_stores: dict[str, ContextStoreSettings] = Field(default_factory=dict)
    """The named stores; as a variable JSON, or ``file=localfilesystem,fast=memory``."""
    default_store: str = ""
    """Name of the store that is used where none is named; ``default`` or the first when empty."""
    state_interval_s: float = Field(default=5.0, ge=0.05)
    """How often what changed of a deployment's state is kept; what a killed worker loses."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        """Read the text of a variable, and the alias ``default = "name"`` of Node-RED."""
        if not isinstance(data, dict):
            return data
        stores = _stores(data.get("context_stores", {}))
        if isinstance(stores, dict) and stores.get("default") in stores:
            rest = {name: store for name, store in stores.items() if name != "default"}
            return {"default_store": stores["default"], **data, "context_stores": rest}
        return {**data, "context_stores": stores}

    @field_validator("context_stores")
    @classmethod
    def _check_names(
        cls, stores: dict[str, ContextStoreSettings]
    ) -> dict[str, ContextStoreSettings]:
        for name in stores:
            if not _NAME.match(name) or name == "_":
                raise ValueError(
                    f'the store name "{name}" cannot be used; letters, digits and underscores'
                )
        return stores

    def kept_stores(self) -> dict[str, bool]:
        """Return the store names of a deployment, the default first, and whether each is kept.

        A deployment moves between workers, so the server keeps its stores, in whichever module
        they are set to be, but for those that are set to be in memory.
        """
        names = dict.fromkeys((self.default_store or "default", *self.context_stores))
        return {
            name: self.context_stores[name].module != "memory"
            for name in names
            if name in self.context_stores
        }

    @model_validator(mode="after")
    def _check_default(self) -> ContextSettings:
        known = tuple(self.context_stores) or ("memory",)
        if self.default_store and self.default_store not in known:
            names = ", ".join(known)
            raise ValueError(f'the default store "{self.default_store}" is none of: {names}')
        return self


def _stores(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    if given.lstrip().startswith("{"):
        return json.loads(given)
    pairs = (part.partition("=") for part in given.split(","))
    return {name.strip(): module.strip() for name, _, module in pairs}


__all__ = ("ContextSettings", "ContextStoreSettings")
