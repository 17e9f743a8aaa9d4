"""Settings of ``vgd serve``."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Permissions = Annotated[tuple[str, ...], BeforeValidator(_several)]
"""``*``, ``read``, ``write``, or single ones such as ``flows.read``."""


class AdminUser(BaseModel):
    """Somebody who may log in; a table ``[[serve.admin_users]]``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    username: str
    """Name to log in with."""
    password: SecretStr
    """Hash of the password by bcrypt, as ``npx node-red-admin hash-pw`` prints it."""
    permissions: Permissions = ("*",)
    """What they may do."""


class AdminToken(BaseModel):
    """A token that never expires; a table ``[[serve.admin_tokens]]``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    token: SecretStr
    """What a client sends as ``Authorization: Bearer TOKEN``."""
    user: str = "admin"
    """Name that it stands for."""
    permissions: Permissions = ("*",)
    """What it allows."""


class ServeSettings(BaseModel):
    """Who may use the admin API, where it is, and how credentials are kept."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    credential_secret: SecretStr | None = None
    """Secret text that credentials are encrypted with; one is generated and kept when absent."""
    encrypt_credentials: bool = True
    """Encrypt credentials; when not they are kept in plain text."""
    admin: bool = True
    """Offer the admin API; without it only the HTTP nodes answer."""
    admin_root: str = "/"
    """Path that the admin API is below; ``/`` for none."""
    admin_token: SecretStr | None = None
    """A token that allows everything; with it, or with users, every request needs a token."""
    admin_tokens: tuple[AdminToken, ...] = ()
    """Further tokens, each with what it allows."""
    admin_users: tuple[AdminUser, ...] = ()
    """Who may log in with a password and so get a token."""
    admin_default: Permissions = ()
    """What is allowed without logging in, where logging in is asked for; nothing at first."""
    session_expiry_s: float = Field(default=604_800.0, gt=0)
    """Seconds that a log-in lasts; a week, as in Node-RED."""

    insecure: bool = False
    """Let everybody on the network use the admin API when neither token nor user is set."""

    @property
    def is_guarded(self) -> bool:
        """The admin API asks who somebody is."""
        return bool(self.admin_token or self.admin_tokens or self.admin_users)


__all__ = ("AdminToken", "AdminUser", "Permissions", "ServeSettings")
