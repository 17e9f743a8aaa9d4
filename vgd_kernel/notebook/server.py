"""The server that this notebook talks to: found once, started when there is none."""

from __future__ import annotations

from functools import cache

from vgd_kernel.model.errors import ServerError
from vgd_kernel.services.client import Client
from vgd_kernel.settings import whole_environment


@cache
def connect() -> Client:
    """Return the client of this process's server.

    In JupyterLab that is the server that started this kernel. Where there is none (papermill, a
    plain Python process) a private server is started for the life of this process.

    Raises:
        ServerError: The server was named (``VGD_SERVER_URL``) and does not answer, or none could
            be started.
    """
    try:
        return Client.connect(whole_environment())
    except ServerError as error:
        if error.status:
            raise
        return Client.embedded()


__all__ = ("connect",)
