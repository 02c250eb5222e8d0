"""An action of an account that several sign for: caught before it is sent (RULE-10)."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Final, NoReturn

from bellwether.gateway.hyperliquid.wallet import NETWORK
from bellwether.lab.traders.venue_api import VenueApi


class Drafted(Exception):
    """What a command would have sent; user-signed actions have the nonce in them, too."""

    def __init__(self, action: dict[str, Any], nonce: int) -> None:
        super().__init__(action["type"])
        self.action = action
        self.nonce = nonce


class DraftApi(VenueApi):
    """The venue as `account` sees it. Nothing is sent: actions are raised as Drafted."""

    def __init__(self, url: str, account: str) -> None:
        super().__init__(url)
        self.account = account

    def exchange(self, action: dict[str, Any], **options: Any) -> NoReturn:
        raise Drafted(action, self.new_nonce())

    def user_signed(self, action: dict[str, Any], nonce_field: str = "nonce") -> NoReturn:
        nonce = self.new_nonce()
        raise Drafted({**NETWORK, **action, nonce_field: nonce}, nonce)


DRAFT: Final[ContextVar[DraftApi | None]] = ContextVar("DRAFT", default=None)
"""Set while a command of `bellwether trade` runs for `trade signers propose`."""
