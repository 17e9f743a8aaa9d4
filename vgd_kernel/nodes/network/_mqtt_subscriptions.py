"""Subscriptions that come by messages, of one mqtt in node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vgd_kernel.model import Context, Message
from vgd_kernel.model.javascript_values import parse_float
from vgd_kernel.model.mqtt import MqttSubscription
from vgd_kernel.nodes.network._mqtt_actions import act
from vgd_kernel.nodes.network._mqtt_broker import Broker, Take
from vgd_kernel.nodes.network._mqtt_values import can_subscribe

ACTIONS = ("connect", "disconnect", "subscribe", "unsubscribe", "getSubscriptions")


def subscription_of(topic: str, given: Mapping[str, Any]) -> MqttSubscription:
    """Return the subscription that a node or a message describes."""
    return MqttSubscription(
        topic,
        _number(given.get("qos"), 2),
        given.get("nl") in (True, "true"),
        given.get("rap", True) in (True, "true"),
        _number(given.get("rh"), 0),
    )


def _number(value: Any, default: int) -> int:
    number = parse_float(value) if value is not None else default
    return int(number) if number in (0, 1, 2) else default


class Subscriptions:
    """The subscriptions of one node that messages made."""

    def __init__(
        self, ctx: Context, broker: Broker, taker: Callable[[Context, Broker, str], Take]
    ) -> None:
        """Take the node, its broker, and what makes the function that takes messages."""
        self._ctx = ctx
        self._broker = broker
        self._taker = taker
        self._known: dict[str, dict[str, Any]] = {}

    def act(self, msg: Message) -> None:
        """Do what ``msg.action`` says."""
        if act(self._ctx, self._broker, msg, ACTIONS):
            return
        if msg["action"] == "getSubscriptions":
            msg["topic"] = "subscriptions"
            msg["payload"] = list(self._known.values())
            self._ctx.send(msg)
            self._ctx.done(msg)
            return
        wanted = self._wanted(msg)
        if wanted is None:
            return
        change = self._subscribe if msg["action"] == "subscribe" else self._unsubscribe
        for item in wanted:
            change(item)
        msg["subscriptions"] = list(self._known.values())
        self._ctx.done(msg)

    def _wanted(self, msg: Message) -> list[dict[str, Any]] | None:
        """Return the subscriptions that a message names, None when that is an error."""
        topic = msg.get("topic")
        if msg["action"] == "unsubscribe" and topic is True:
            return list(self._known.values())
        if not isinstance(topic, (str, list, dict)):
            self._ctx.error(
                "msg.topic is missing or invalid; expected a topic, an object with one, or a list.",
                msg,
            )
            return None
        wanted = []
        for item in topic if isinstance(topic, list) else [topic]:
            found = dict(item) if isinstance(item, dict) else {"topic": item}
            name = found.get("topic")
            if not isinstance(name, str) or not name or not can_subscribe(name):
                self._ctx.error(
                    f"Invalid topic specified: {name!r}; expected one such as a/+/b or a/#.", msg
                )
                return None
            wanted.append(found)
        return wanted

    def _subscribe(self, item: dict[str, Any]) -> None:
        self._unsubscribe(item)
        wanted = subscription_of(item["topic"], item)
        item["qos"] = wanted.qos
        if self._broker.version == 5:
            item["rh"], item["rap"] = wanted.retain_handling, wanted.retain_as_published
            if item.get("nl") in (True, False, "true", "false"):
                item["nl"] = wanted.no_local
            else:
                item.pop("nl", None)
        take = self._taker(self._ctx, self._broker, str(item.get("datatype") or ""))
        self._broker.subscribe(wanted, self._ctx.id, take)
        self._known[item["topic"]] = item

    def _unsubscribe(self, item: dict[str, Any]) -> None:
        if self._known.pop(item["topic"], None) is not None:
            self._broker.unsubscribe(item["topic"], self._ctx.id)


__all__ = ("ACTIONS", "Subscriptions", "subscription_of")
