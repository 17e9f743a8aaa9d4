"""MQTT clients over TCP, TLS and WebSocket; they connect again whenever the broker is lost."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from vgd_kernel.model.errors import PeerError, RequestError
from vgd_kernel.model.mqtt import (
    Done,
    MqttListener,
    MqttMessage,
    MqttOptions,
    MqttSubscription,
)
from vgd_kernel.model.network import MessageSocket, SocketCall
from vgd_kernel.services.network import mqtt_packets as packets
from vgd_kernel.services.network.http_client import AiohttpSession
from vgd_kernel.services.network.mqtt_link import Link
from vgd_kernel.services.network.mqtt_session import LARGEST_ID, Session

logger = logging.getLogger(__name__)

CONNECT_LIMIT_S = 30.0
"""Longest try to connect; MQTT.js has the same."""

CLOSE_LIMIT_S = 0.5
"""How long an orderly end may take."""


class OwnMqttConnector:
    """Implements `model.mqtt.MqttConnector`."""

    def connect(self, options: MqttOptions, listener: MqttListener) -> ReconnectingClient:
        """Begin to connect."""
        return ReconnectingClient(options, listener)


class ReconnectingClient:
    """Implements `model.mqtt.MqttClient`."""

    def __init__(self, options: MqttOptions, listener: MqttListener) -> None:
        """Begin to connect."""
        self._options = options
        self._listener = listener
        self._session = Session(options.version)
        self._link: Link | None = None
        self._closing = False
        self._task = asyncio.get_running_loop().create_task(self._run())

    # what nodes ask for

    def publish(self, message: MqttMessage, done: Done) -> None:
        """Send a message; QoS 1 and 2 wait for a broker that is away, QoS 0 is dropped then."""
        link = self._link
        packet = self._session.publish(message, done, connected=link is not None)
        if link is not None and packet is not None:
            link.write(packet)

    def subscribe(self, subscription: MqttSubscription) -> None:
        """Subscribe; does nothing while there is no connection."""
        if self._link is not None:
            number, version = self._session.next_id(), self._options.version
            self._link.write(packets.subscribe_packet(subscription, number, version=version))

    def unsubscribe(self, topic: str) -> None:
        """End a subscription; does nothing while there is no connection."""
        if self._link is not None:
            number, version = self._session.next_id(), self._options.version
            self._link.write(packets.unsubscribe_packet(topic, number, version=version))

    async def close(self) -> None:
        """Disconnect for good."""
        if self._closing:
            return
        self._closing = True
        link = self._link
        if link is not None:
            link.write(packets.disconnect_packet(self._options.version))
            # The broker closes the connection (3.14.4). Closing it from here while the broker still
            # sends would reset it, and what it has not read yet would be lost.
            await asyncio.wait((link.lost,), timeout=CLOSE_LIMIT_S)
            link.finish()
            await asyncio.wait((link.lost,), timeout=CLOSE_LIMIT_S)
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._session.give_up()

    # the connection

    async def _run(self) -> None:
        first = True
        while not self._closing:
            if not first:
                self._listener.connecting()
            first = False
            try:
                async with asyncio.timeout(CONNECT_LIMIT_S):
                    link, resumed = await self._open()
            except TimeoutError:
                self._listener.failed("the broker did not answer in time")
            except (OSError, PeerError) as error:
                self._listener.failed(str(error) or type(error).__name__)
            else:
                await self._serve(link, resumed=resumed)
            if not self._closing:
                await asyncio.sleep(self._options.reconnect_s)

    async def _open(self) -> tuple[Link, bool]:
        options = self._options
        link = Link(options.version, self._take)
        await _connect(link, options)
        try:
            link.write(packets.connect_packet(options))
            resumed = await link.accepted
        except BaseException:
            link.abort()
            raise
        return link, resumed

    async def _serve(self, link: Link, *, resumed: bool) -> None:
        keepalive_s = link.properties.get("serverKeepAlive", self._options.keepalive_s)
        self._session.limit = link.properties.get("receiveMaximum", LARGEST_ID)
        self._link = link
        try:
            link.keep_alive(keepalive_s)
            under_way = tuple(self._session.begin(resumed=resumed))  # not what connected() sends
            self._listener.connected(link.properties)
            for packet in under_way:
                link.write(packet)
            reason = await link.lost
        finally:
            self._link = None
            link.abort()
        self._listener.disconnected(reason)

    def _take(self, link: Link, packet: packets.Packet) -> None:
        step = self._session.take(packet)
        if step.message is not None:
            try:
                self._listener.received(step.message)
            except Exception:
                logger.exception("a listener raised on an MQTT message")
        for reply in step.reply:
            link.write(reply)


async def _connect(link: Link, options: MqttOptions) -> None:
    if options.url:
        session = AiohttpSession()
        try:
            call = SocketCall(
                options.url,
                subprotocols=("mqtt",),
                tls=options.tls,
                server_name=options.server_name,
            )
            opened = await session.open_socket(call)
        except RequestError:
            await session.close()
            raise
        link.connection_made(_SocketTransport(opened, link, session))
        return
    name = options.server_name or options.host if options.tls else None
    await asyncio.get_running_loop().create_connection(
        lambda: link, options.host, options.port, ssl=options.tls, server_hostname=name
    )


class _SocketTransport(asyncio.Transport):
    """A WebSocket in the shape of a transport."""

    def __init__(self, opened: MessageSocket, link: Link, session: AiohttpSession) -> None:
        super().__init__()
        self._opened = opened
        self._session = session
        self._reading = asyncio.get_running_loop().create_task(self._read(link))

    async def _read(self, link: Link) -> None:
        try:
            async for data in self._opened:
                link.data_received(data.encode() if isinstance(data, str) else data)
        finally:
            link.connection_lost(None)
            await self._opened.close()
            await self._session.close()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._opened.send(bytes(data))

    def close(self) -> None:
        asyncio.get_running_loop().call_later(0.1, self._reading.cancel)

    def abort(self) -> None:
        self._reading.cancel()


__all__ = ("CLOSE_LIMIT_S", "CONNECT_LIMIT_S", "OwnMqttConnector", "ReconnectingClient")
