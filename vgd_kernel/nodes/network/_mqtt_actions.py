"""``msg.action`` of MQTT nodes: connect and disconnect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vgd_kernel.model import Context, Message
from vgd_kernel.nodes.network._mqtt_broker import Broker


def act(ctx: Context, broker: Broker, msg: Message, allowed: Sequence[str]) -> bool:
    """Connect or disconnect as a message says; return False when the action is another one.

    An action that is not allowed is an error of the message.
    """
    action = msg["action"] if isinstance(msg.get("action"), str) else ""
    if action not in allowed:
        ctx.error(
            f"Invalid action specified: {msg.get('action')!r}; expected {', '.join(allowed)}.", msg
        )
        return True
    if action == "connect":
        _connect(ctx, broker, msg)
    elif action == "disconnect":
        ctx.spawn(_disconnect(ctx, broker, msg))
    else:
        return False
    return True


def _connect(ctx: Context, broker: Broker, msg: Message) -> None:
    given = msg.get("broker") if isinstance(msg.get("broker"), Mapping) else None
    if broker.can_connect:
        broker.connect(given, lambda: ctx.done(msg))
    elif given is None:
        ctx.done(msg)
    elif given.get("force"):
        ctx.spawn(_reconnect(ctx, broker, msg, given))
    else:
        ctx.error("Disconnect from broker before connecting, or set msg.broker.force.", msg)


async def _reconnect(
    ctx: Context, broker: Broker, msg: Message, given: Mapping[str, object]
) -> None:
    await broker.disconnect()
    broker.connect(given, lambda: ctx.done(msg))


async def _disconnect(ctx: Context, broker: Broker, msg: Message) -> None:
    await broker.disconnect()
    ctx.done(msg)


__all__ = ("act",)
