"""Settings of ``vgd serve``."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class ServeSettings(BaseModel):
    """How a runtime keeps its credentials, and where its admin API is."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    credential_secret: SecretStr | None = None
    """Secret text that credentials are encrypted with; one is generated and kept when absent."""
    encrypt_credentials: bool = True
    """Encrypt credentials; when not they are kept in plain text."""
    admin_root: str = Field(default="/")
    """Path that the admin API is below; ``/`` for none."""


__all__ = ("ServeSettings",)
