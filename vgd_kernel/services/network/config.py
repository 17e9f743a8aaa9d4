"""Settings of the network service."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from vgd_kernel.model.network import NetworkTimes


class NetworkSettings(BaseModel):
    """Where flows are reached over HTTP, and how long network nodes wait."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    http_host: str = "127.0.0.1"
    """Address that http in and WebSocket nodes listen on; ``0.0.0.0`` for all of the machine."""
    http_port: int = Field(default=1880, ge=0, le=65535)
    """Port that http in and WebSocket nodes listen on; Node-RED has the same."""
    http_node_root: str = "/"
    """Path that all http in and WebSocket nodes are below; ``/`` for none."""
    http_body_limit_bytes: int = Field(default=5 * 1024 * 1024, gt=0)
    """Largest JSON or form body of a request, in bytes; Node-RED's ``apiMaxLength``."""
    socket_reconnect_s: float = Field(default=10.0, gt=0)
    """Seconds before a TCP client connects again."""
    mqtt_reconnect_s: float = Field(default=5.0, gt=0)
    """Seconds before an MQTT client connects again."""
    socket_timeout_s: float | None = Field(default=None, gt=0)
    """Seconds without traffic after which a TCP connection is closed; never when absent."""
    http_request_timeout_s: float = Field(default=120.0, gt=0)
    """Longest HTTP request in seconds, unless its message says otherwise."""

    def times(self) -> NetworkTimes:
        """Return the waits, as nodes ask for them."""
        return NetworkTimes(
            socket_reconnect_s=self.socket_reconnect_s,
            mqtt_reconnect_s=self.mqtt_reconnect_s,
            socket_timeout_s=self.socket_timeout_s,
            http_request_timeout_s=self.http_request_timeout_s,
        )


__all__ = ("NetworkSettings",)
