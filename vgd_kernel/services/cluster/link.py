"""The server's end of a link to a worker: requests, pushes, and the moment it is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Self

from vgd_kernel.model import errors
from vgd_kernel.model.errors import FlowError, VgdError, WorkerLostError
from vgd_kernel.services.cluster.card import WorkerCard
from vgd_kernel.services.cluster.channel import Channel
from vgd_kernel.services.cluster.pulse import listen_to_pulse

CONNECT_LIMIT_S = 2.0
"""Time for a worker to take a connection and show its card."""

REQUEST_LIMIT_S = 30.0
"""Time for an answer; a flow of 25,000 nodes starts in a few seconds."""

OnPush = Callable[[dict[str, Any]], None]


class Link:
    """An open link.

    Attributes:
        card: The worker at the other end.
        hosted: What ran there when the link was opened (see ``FlowHost.hosted``).
    """

    def __init__(self, channel: Channel, card: WorkerCard, hosted: list[dict[str, Any]]) -> None:
        """Wrap an open channel; see `connect`."""
        self.card = card
        self.hosted = hosted
        self._channel = channel
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._last_id = 0
        self._lost = False

    @classmethod
    async def connect(cls, card: WorkerCard) -> Self:
        """Open a link.

        Raises:
            WorkerLostError: Nobody listens there, or it is another worker.
        """
        try:
            async with asyncio.timeout(CONNECT_LIMIT_S):
                channel = Channel(*await asyncio.open_connection(card.host, card.port))
                hello = await _greet(channel, card.token)
        except (OSError, TimeoutError) as error:
            raise WorkerLostError(
                f"the worker {card.name} does not answer at {card.address}: {error or 'timeout'}; "
                "expected its flow host there. Is the port reachable from the server?"
            ) from None
        if hello is None:
            await channel.drop()
            raise WorkerLostError(
                f"{card.address} closed the connection; expected the worker {card.name}. "
                "It has probably ended and something else uses its port."
            )
        return cls(channel, WorkerCard.from_json(hello["card"]), hello["hosted"])

    async def run(self, on_push: OnPush, *, silent_after_s: float) -> str:
        """Read until the link is lost; return why. Requests work while this runs."""
        reading = asyncio.ensure_future(self._read(on_push))
        pulse = asyncio.ensure_future(
            listen_to_pulse(self.card.host, self.card.pulse_port, silent_after_s=silent_after_s)
        )
        try:
            done, _ = await asyncio.wait({reading, pulse}, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for task in (reading, pulse):
                task.cancel()
            self.abort()
            await asyncio.gather(reading, pulse, return_exceptions=True)
            await self._channel.drop()

    async def _read(self, on_push: OnPush) -> str:
        while (data := await self._channel.read()) is not None:
            if "push" in data:
                on_push(data)
                continue
            future = self._waiting.pop(data.get("id", 0), None)
            if future is None or future.done():
                continue
            if "error" in data:
                future.set_exception(_rebuild(data["error"]))
            else:
                future.set_result(data.get("result"))
        return "its connection closed"

    async def request(self, op: str, **fields: Any) -> Any:
        """Ask the worker and return its answer.

        Raises:
            WorkerLostError: It went away, or did not answer in time.
            VgdError: What the worker raised.
        """
        if self._lost:
            raise self._lost_error()
        self._last_id += 1
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[self._last_id] = future
        id = self._last_id
        try:
            self._channel.write({"id": id, "op": op, **fields})
            async with asyncio.timeout(REQUEST_LIMIT_S):
                return await future
        except TimeoutError:
            raise WorkerLostError(
                f"the worker {self.card.name} did not answer {op!r} within {REQUEST_LIMIT_S:g} s; "
                "expected an answer. A node may block its event loop."
            ) from None
        finally:
            self._waiting.pop(id, None)

    def abort(self) -> None:
        """Close at once; open requests fail."""
        self._lost = True
        self._channel.abort()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(self._lost_error())

    def _lost_error(self) -> WorkerLostError:
        return WorkerLostError(
            f"the worker {self.card.name} went away; its deployments are being moved. Try again."
        )


async def _greet(channel: Channel, token: str) -> dict[str, Any] | None:
    """Show the token and return the worker's hello, None when it does not want us."""
    try:
        channel.write({"token": token})
        return await channel.read()
    except asyncio.CancelledError:
        channel.abort()
        raise


def _rebuild(error: dict[str, Any]) -> VgdError:
    """Return the error that a worker described, of the same class where a text makes one."""
    found = getattr(errors, str(error.get("kind")), None)
    text = str(error.get("text"))
    if isinstance(found, type) and issubclass(found, VgdError) and "__init__" not in vars(found):
        return found(text)
    return FlowError(text)


__all__ = ("CONNECT_LIMIT_S", "REQUEST_LIMIT_S", "Link", "OnPush")
