"""The tls-config node: certificates and keys for other network nodes."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, PrivateAttr

from vgd_kernel.model import Context, NodeSpec, text_field
from vgd_kernel.model.credentials import NodeWithCredentials
from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.fields import Flag, Text
from vgd_kernel.model.javascript_values import to_text
from vgd_kernel.model.node import hidden_field
from vgd_kernel.model.typed import environment_text
from vgd_kernel.nodes.network._tls import Material, from_pkcs12


class TlsConfig(NodeWithCredentials):
    """Certificates and keys that other network nodes use for TLS.

    - **files**: paths of PEM files: certificate, private key, authorities (CA)
    - **p12**: path of a PKCS#12 file
    - **env**: names of environment variables that hold the PEM texts
    - without a path, the texts of the credentials `certdata`, `keydata`, `cadata`, `p12data`;
      `passphrase` opens the key

    A client checks the server's certificate unless that is switched off. A server needs a
    certificate and its key. A certificate without its key is an error, and nothing is used.
    """

    spec = NodeSpec(
        type="tls-config",
        category="network",
        color="#C0C0C0",
        icon="gear",
        inputs=0,
        outputs=0,
        config=True,
        tags=("ssl", "certificate", "key"),
    )
    credential_fields: ClassVar[Mapping[str, Literal["text", "password"]]] = {
        "certdata": "text",
        "keydata": "text",
        "cadata": "text",
        "p12data": "text",
        "passphrase": "password",
    }

    certType: Literal["files", "pfx", "env"] = Field(  # noqa: N815 - Node-RED's name
        default="files", title="Kind"
    )
    cert: Text = text_field("", title="Certificate", description="Path of a PEM file.")
    key: Text = text_field("", title="Private key", description="Path of a PEM file.")
    p12: Text = text_field("", title="PKCS#12", description="Path of a .p12 or .pfx file.")
    p12name: Text = hidden_field("")
    ca: Text = text_field("", title="Authorities", description="Path of a PEM file.")
    certname: Text = hidden_field("")
    keyname: Text = hidden_field("")
    caname: Text = hidden_field("")
    servername: Text = text_field(
        "", title="Server name", description="That the certificate shall have."
    )
    verifyservercert: Flag = Field(default=True, title="Check the server's certificate")
    alpnprotocol: Text = text_field("", title="ALPN protocol")
    certEnv: Text = text_field("", title="Certificate variable")  # noqa: N815 - Node-RED's name
    keyEnv: Text = text_field("", title="Private key variable")  # noqa: N815 - Node-RED's name
    caEnv: Text = text_field("", title="Authorities variable")  # noqa: N815 - Node-RED's name

    _material: Material = PrivateAttr(default_factory=Material)

    def start(self, ctx: Context) -> None:
        """Read the files; what is wrong is an error of this node, and its users go without."""
        plain = Material(verify=self.verifyservercert, protocol=self.alpnprotocol.strip())
        try:
            self._material = self._read(ctx)
        except (FlowError, OSError) as error:
            self._material = plain
            ctx.error(error)

    def client_context(self) -> ssl.SSLContext:
        """Return the context of a client; raises FlowError when a key does not fit."""
        return self._material.client()

    def server_context(self) -> ssl.SSLContext:
        """Return the context of a server; raises FlowError when a key does not fit."""
        return self._material.server()

    def server_name(self, host: str) -> str:
        """Return the name that a client checks."""
        return self.servername.strip() or host

    def _read(self, ctx: Context) -> Material:
        given = self._credentials
        verify, protocol = self.verifyservercert, self.alpnprotocol.strip()
        passphrase = given["passphrase"]
        if self.certType == "pfx" and (self.p12.strip() or given["p12data"]):
            data = _file(self.p12) or _base64(given["p12data"])
            return from_pkcs12(data, passphrase, verify=verify, protocol=protocol)
        if self.certType == "env":
            names = (self.certEnv, self.keyEnv, self.caEnv)
            texts = [
                to_text(environment_text(name, ctx)).encode() if name else b"" for name in names
            ]
        elif self.cert.strip() or self.key.strip() or self.ca.strip():
            _check_pair(self.cert.strip(), self.key.strip())
            texts = [_file(path) for path in (self.cert, self.key, self.ca)]
        else:
            texts = [given[name].encode() for name in ("certdata", "keydata", "cadata")]
            _check_pair(*texts[:2])
        certificate, key, authorities = texts
        return Material(certificate, key, authorities, passphrase, verify, protocol)


def _check_pair(certificate: str | bytes, key: str | bytes) -> None:
    if bool(certificate) != bool(key):
        seen, missing = ("certificate", "key") if certificate else ("key", "certificate")
        raise FlowError(
            f"a {seen} without its {missing}; expected both or neither. Add the {missing}, or "
            f"clear the {seen}."
        )


def _file(path: str) -> bytes:
    return Path(path.strip()).read_bytes() if path.strip() else b""


def _base64(text: str) -> bytes:
    import base64

    return base64.b64decode(text)


__all__ = ("TlsConfig",)
