"""UDP sockets of nodes; those of one run on one port are one socket, as in Node-RED."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from vgd_kernel.model import Context
from vgd_kernel.model.context import ContextStore

MULTICAST_HOPS = 128
"""Hops that multicast datagrams may take; Node-RED has the same."""

Take = Callable[[bytes, tuple[str, int]], None]


class UdpSocket(asyncio.DatagramProtocol):
    """One socket, shared by the nodes of a run that name its port."""

    def __init__(self, *, version6: bool) -> None:
        """Make a socket that is bound to nothing yet."""
        family = socket.AF_INET6 if version6 else socket.AF_INET
        self._version6 = version6
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._transport: asyncio.DatagramTransport | None = None
        self.takers: list[Take] = []

    def bind(self, port: int) -> int:
        """Bind to a port of all addresses, 0 for any free one; return it.

        Raises:
            OSError: The port cannot be had.
        """
        self._socket.bind(("::" if self._version6 else "0.0.0.0", port))  # noqa: S104 - Node-RED's
        bound: int = self._socket.getsockname()[1]
        return bound

    async def receive(self) -> None:
        """Begin to receive."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=self._socket)

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Hand a datagram to all nodes of the port."""
        for take in self.takers:
            take(data, (addr[0], addr[1]))

    def broadcast(self) -> None:
        """Allow broadcasts, do not hear our own multicasts."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        if self._version6:
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)
        else:
            self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)

    def join(self, group: str, interface: str) -> None:
        """Join a multicast group on an interface: its name or address, empty for any.

        Raises:
            OSError: No such group or interface.
        """
        named = bool(interface) and "." not in interface and ":" not in interface
        index = socket.if_nametoindex(interface) if named else 0
        if self._version6:
            request = socket.inet_pton(socket.AF_INET6, group) + struct.pack("@I", index)
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, MULTICAST_HOPS)
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, request)
            return
        address = socket.inet_aton(interface if interface and not named else "0.0.0.0")  # noqa: S104
        request = socket.inet_aton(group) + address + struct.pack("@i", index)
        self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, MULTICAST_HOPS)
        self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)

    def send(self, data: bytes, address: str, port: int) -> None:
        """Send a datagram to a numeric address.

        Raises:
            OSError: It cannot be sent.
        """
        self._socket.sendto(data, (address, port))

    def close(self) -> None:
        """Close it; harmless when it is closed."""
        if self._transport is not None:
            self._transport.close()
        else:
            self._socket.close()


_sockets: WeakKeyDictionary[ContextStore, dict[int, UdpSocket]] = WeakKeyDictionary()


def sockets_of(ctx: Context) -> dict[int, UdpSocket]:
    """Return the sockets of a run, by port."""
    return _sockets.setdefault(ctx.context("global"), {})


def error_name(error: OSError) -> str:
    """Return the system's name of an error: ``EADDRINUSE``."""
    return errno.errorcode.get(error.errno or 0, str(error))


def join_group(ctx: Context, opened: UdpSocket, group: str, interface: str) -> None:
    """Join a multicast group; what is wrong is an error of the node."""
    try:
        opened.join(group, interface)
    except OSError as error:
        if error.errno in (errno.EINVAL, None):
            ctx.error(f"Bad Multicast Address: {group!r}; expected one such as 239.1.2.3.")
        elif error.errno == errno.ENODEV:
            ctx.error(f"Must be ip address of the required interface, saw {interface!r}.")
        else:
            ctx.error(f"error: {error_name(error)}")
    else:
        if interface:
            ctx.status(text=interface)


__all__ = ("MULTICAST_HOPS", "UdpSocket", "error_name", "join_group", "sockets_of")
