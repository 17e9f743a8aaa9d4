"""Which secret the credentials of a runtime are encrypted with, and the file that holds them.

In Node-RED's order: the secret that is set; else the one that the runtime made once and keeps as
``_credentialSecret`` in ``.config.runtime.json``; else a new one of that kind. Credentials that
a generated secret closed are closed by the set one from then on. Without encryption they are
plain JSON. Nothing is written before everything could be read.
"""

from __future__ import annotations

import secrets
from typing import Any

from vgd_kernel.model.errors import FlowSyntaxError
from vgd_kernel.services.runtime.cipher import decrypt, encrypt, is_encrypted
from vgd_kernel.services.runtime.errors import RefusedError
from vgd_kernel.services.runtime.files import RuntimeFiles

GENERATED = "_credentialSecret"


class CredentialsError(RefusedError):
    """The credentials cannot be decrypted."""

    def __init__(self, text: str) -> None:
        """Keep the text."""
        super().__init__(text, code="credentials_load_failed")


class Vault:
    """Reads and writes the credentials of one runtime.

    Attributes:
        kind: ``user``: a secret is set; ``system``: one is generated; ``disabled``: plain.
    """

    def __init__(self, files: RuntimeFiles, secret: str | None, *, encrypted: bool = True) -> None:
        """Take the files and the secret.

        Args:
            files: Of the runtime.
            secret: That is set; None or empty: a generated one.
            encrypted: False: credentials are kept in plain text.
        """
        self._files = files
        self._secret = secret or ""
        self.kind = "disabled" if not encrypted else "user" if self._secret else "system"

    def load(self) -> tuple[dict[str, Any], bool]:
        """Return the credentials, and whether they must be saved again in another form.

        Raises:
            CredentialsError: No known secret decrypts them; the file is left as it is.
            FlowSyntaxError: The file is not JSON.
        """
        data = self._files.read(self._files.credentials)
        if data is None:
            return {}, False
        if not isinstance(data, dict):
            raise FlowSyntaxError(
                f"{self._files.credentials} holds no JSON object; expected node ids with their "
                "credentials. Mend the file or move it away."
            )
        return self.open(data)

    def open(self, data: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """Return credentials in plain, and whether they are in another form than they should be.

        Raises:
            CredentialsError: No known secret decrypts them.
        """
        if not is_encrypted(data):
            return data, self.kind != "disabled" and bool(data)
        own = self._current()
        for secret in dict.fromkeys((own, self._generated())):
            found = decrypt(secret, data) if secret else None
            if found is not None:
                return found, secret != own
        raise CredentialsError(
            f"the credentials in {self._files.credentials} cannot be decrypted with "
            f"{self._source()}; expected the secret that they were encrypted with. Set "
            "VGD_CREDENTIAL_SECRET (credentialSecret in Node-RED's settings) to it, or move the "
            "file away to start without credentials. The file was not changed."
        )

    def save(self, values: dict[str, Any]) -> None:
        """Write the credentials; no file is made for none at all.

        Raises:
            PlatformError: The file cannot be written.
        """
        if not values and not self._files.credentials.exists():
            return
        if self.kind == "disabled":
            self._files.write(self._files.credentials, values)
        else:
            secret = self._current() or self._generate()
            self._files.write(self._files.credentials, encrypt(secret, values))
        if self.kind != "system":
            self._files.remember(GENERATED, None)

    def _current(self) -> str:
        match self.kind:
            case "user":
                return self._secret
            case "system":
                return self._generated()
        return ""

    def _source(self) -> str:
        match self.kind:
            case "user":
                return "the secret that is set"
            case "system" if self._generated():
                return f"the generated secret in {self._files.config}"
            case "system":
                return "no secret: none is set and none was generated here"
        return "no secret: encryption is switched off"

    def _generated(self) -> str:
        return str(self._files.remembered(GENERATED) or "")

    def _generate(self) -> str:
        made = secrets.token_hex(32)
        self._files.remember(GENERATED, made)
        return made


__all__ = ("GENERATED", "CredentialsError", "Vault")
