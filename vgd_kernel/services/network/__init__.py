"""The network for nodes: HTTP server, HTTP and WebSocket client, MQTT."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.mqtt import MqttConnector
from vgd_kernel.model.network import HttpClient, HttpServer, NetworkTimes
from vgd_kernel.services.network.config import NetworkSettings
from vgd_kernel.services.network.http_client import AiohttpClient
from vgd_kernel.services.network.http_server import FlowHttpServer
from vgd_kernel.services.network.mqtt_client import OwnMqttConnector


def network_services(settings: NetworkSettings) -> Mapping[type, Any]:
    """Return what network nodes ask for: protocol to implementation."""
    return {
        HttpServer: FlowHttpServer(settings),
        HttpClient: AiohttpClient(),
        MqttConnector: OwnMqttConnector(),
        NetworkTimes: settings.times(),
    }


__all__ = ("network_services",)
