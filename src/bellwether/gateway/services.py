"""What the routes and the WebSocket share."""

from __future__ import annotations

from typing import final

from bellwether.gateway.hyperliquid.exchange import Authenticator, Exchange
from bellwether.gateway.hyperliquid.recovery import Recoverer
from bellwether.gateway.limits import Limits
from bellwether.gateway.metrics import Metrics
from bellwether.gateway.operators.desk import OperatorDesk
from bellwether.gateway.ports import NodePort, Settings


@final
class Services:
    """Built once for a node; nothing in it outlives the process."""

    def __init__(self, node: NodePort, settings: Settings, recoverer: Recoverer) -> None:
        self.metrics = Metrics(node)
        self.limits = Limits(settings.limits)
        self.authenticator = Authenticator(node, settings, self.metrics, recoverer)
        self.exchange = Exchange(node, self.authenticator, self.limits, self.metrics)
        self.operators = OperatorDesk(node, self.authenticator)
