"""TLS contexts from what a tls-config node holds."""

from __future__ import annotations

import contextlib
import os
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vgd_kernel.model import Context
from vgd_kernel.model.errors import FlowError


@dataclass(frozen=True, slots=True)
class Material:
    """Certificates and keys, PEM.

    Attributes:
        certificate: Own certificate, with its chain.
        key: Its private key.
        authorities: Certificates to trust instead of the system's.
        passphrase: Of the key.
        verify: A client checks the server's certificate.
        protocol: ALPN protocol, empty: none.
    """

    certificate: bytes = b""
    key: bytes = field(default=b"", repr=False)
    authorities: bytes = b""
    passphrase: str = field(default="", repr=False)
    verify: bool = True
    protocol: str = ""

    def client(self) -> ssl.SSLContext:
        """Return the context of a client.

        Raises:
            FlowError: A certificate or key cannot be read.
        """
        context = ssl.create_default_context(
            cadata=self.authorities.decode("latin-1") if self.authorities else None
        )
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return self._filled(context)

    def server(self) -> ssl.SSLContext:
        """Return the context of a server.

        Raises:
            FlowError: A certificate or key cannot be read.
        """
        return self._filled(ssl.create_default_context(ssl.Purpose.CLIENT_AUTH))

    def _filled(self, context: ssl.SSLContext) -> ssl.SSLContext:
        if self.protocol:
            context.set_alpn_protocols([self.protocol])
        if self.certificate:
            with _file(self.certificate) as certificate, _file(self.key) as key:
                try:
                    context.load_cert_chain(certificate, key, lambda: self.passphrase)
                except (ssl.SSLError, OSError) as error:
                    raise FlowError(
                        f"the certificate and its key cannot be used: {error}; expected a PEM "
                        "certificate and its own private key. Correct the TLS configuration."
                    ) from None
        return context


@contextlib.contextmanager
def _file(content: bytes) -> Iterator[Path]:
    """Hold content in a file that only this user can read; Python's ssl reads only files."""
    handle, name = tempfile.mkstemp(prefix="vgd-tls-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        yield Path(name)
    finally:
        Path(name).unlink()


def from_pkcs12(data: bytes, passphrase: str, *, verify: bool, protocol: str) -> Material:
    """Return what a PKCS#12 file holds.

    Raises:
        FlowError: It cannot be read.
    """
    from cryptography.hazmat.primitives import serialization  # only PKCS#12 needs it
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        key, certificate, others = pkcs12.load_key_and_certificates(
            data, passphrase.encode() or None
        )
    except ValueError as error:
        raise FlowError(
            f"the PKCS#12 file cannot be read: {error}; expected a .p12 or .pfx file and its "
            "passphrase. Correct the TLS configuration."
        ) from None
    pem = serialization.Encoding.PEM
    chain = [found.public_bytes(pem) for found in (certificate, *others) if found is not None]
    plain = b""
    if key is not None:
        plain = key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    return Material(b"".join(chain), plain, verify=verify, protocol=protocol)


@dataclass(frozen=True, slots=True)
class Tls:
    """How a client secures a connection: context, and the name that the certificate shall have."""

    context: ssl.SSLContext
    name: str


def client_tls(ctx: Context, id: str, host: str) -> Tls | None:
    """Return the TLS of a client; None when the node names no configuration.

    Raises:
        FlowError: The configuration is not there or cannot be used.
    """
    if not id:
        return None
    config = _tls_config(ctx, id)
    return Tls(config.client_context(), config.server_name(host))


def server_tls(ctx: Context, id: str) -> ssl.SSLContext | None:
    """Return the TLS of a server; None when the node names no configuration.

    Raises:
        FlowError: The configuration is not there or cannot be used.
    """
    if not id:
        return None
    context: ssl.SSLContext = _tls_config(ctx, id).server_context()
    return context


def _tls_config(ctx: Context, id: str) -> Any:
    config = ctx.config_node(id)
    if config is None:
        raise FlowError(
            f'no TLS configuration "{id}"; expected a tls-config node with this id. Choose one in '
            "the node's form."
        )
    return config


__all__ = ("Material", "Tls", "client_tls", "from_pkcs12", "server_tls")
