"""A venue's public API over one kept-alive HTTP connection; what a trader in this room speaks."""

from __future__ import annotations

import http.client
import time
from typing import Any
from urllib.parse import urlsplit

import msgspec

from bellwether.gateway.hyperliquid.wallet import Wallet

_JSON = {"Content-Type": "application/json"}


class VenueUnreachable(Exception):
    """Nobody answers at the address; nothing was sent, or what was sent may have arrived."""


class VenueRefused(Exception):
    """The venue answered with an error; the text is the venue's own."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class VenueApi:
    """Reads without a key and acts with one. Not to be shared between threads."""

    def __init__(self, url: str, wallet: Wallet | None = None, timeout_s: float = 30.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ValueError(f"address: http://HOST:PORT expected, got {url!r}")
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self.url = url.rstrip("/")
        self.wallet = wallet
        self._connection = kind(parts.hostname, parts.port, timeout=timeout_s)
        self.sub_account: str | None = None
        """Whom `exchange` acts for, if not for whom the key stands."""
        self._last_nonce = 0

    def info(self, kind: str, **fields: Any) -> Any:
        """Answer of `POST /info` with this `type`; raises VenueRefused, VenueUnreachable."""
        return self._post("/info", {"type": kind, **fields})

    def exchange(self, action: dict[str, Any], **options: Any) -> Any:
        """Sign an L1 action with the next nonce and send it; the venue's `response`."""
        assert self.wallet is not None, "an action needs a key"
        options.setdefault("vault", self.sub_account)
        return self._accepted("/exchange", self.wallet.l1(action, self.new_nonce(), **options))

    def user_signed(self, action: dict[str, Any], nonce_field: str = "nonce") -> Any:
        """Sign an action's own fields and send it; `nonce_field` is where the nonce stands."""
        assert self.wallet is not None, "an action needs a key"
        nonce = self.new_nonce()
        envelope = self.wallet.user_signed({**action, nonce_field: nonce}, nonce)
        return self._accepted("/exchange", envelope)

    def operate(self, act: dict[str, Any], nonce: int | None = None) -> Any:
        """Send an operator's act; the reply's data. A `nonce` of its own makes a second try safe:
        the venue takes each nonce once."""
        assert self.wallet is not None, "an act needs a key"
        used = self.new_nonce() if nonce is None else nonce
        return self._accepted("/operator", self.wallet.l1({"type": "operator", "act": act}, used))

    def together(self, action: dict[str, Any], nonce: int, account: str, signatures: Any) -> Any:
        """Send what enough signers of `account` have approved; the venue's `response`."""
        assert self.wallet is not None, "an action needs a key"
        envelope = self.wallet.together(action, nonce, account, signatures)
        return self._accepted("/exchange", envelope)

    def asset_of(self, coin: str) -> int:
        """Return the asset number that orders in `coin` carry; ValueError if there is none.

        The main dex counts from 0; dex n (n ≥ 1) from 100,000 + 10,000·n.
        """
        dex_name = coin.partition(":")[0] if ":" in coin else ""
        names = [""] + [dex["name"] for dex in self.info("perpDexs") if dex is not None]
        if dex_name not in names:
            raise ValueError(f"coin: no dex is named {dex_name!r}")
        number = names.index(dex_name)
        base = 0 if number == 0 else 100_000 + 10_000 * number
        universe = self.info("meta", dex=dex_name)["universe"]
        for index, market in enumerate(universe):
            if market["name"] == coin:
                return base + index
        known = ", ".join(market["name"] for market in universe)
        raise ValueError(f"coin: {coin!r} is not traded here; there are {known}")

    def coin_of(self, asset: int) -> str:
        """The market that an asset number stands for; ValueError if there is none."""
        number, index = (0, asset) if asset < 100_000 else divmod(asset - 100_000, 10_000)
        names = [""] + [dex["name"] for dex in self.info("perpDexs") if dex is not None]
        if number >= len(names) or (number == 0) != (asset < 100_000):
            raise ValueError(f"asset: no dex has {asset}")
        universe = self.info("meta", dex=names[number])["universe"]
        if not 0 <= index < len(universe):
            raise ValueError(f"asset: no market has {asset}")
        return str(universe[index]["name"])

    def close(self) -> None:
        self._connection.close()

    def new_nonce(self) -> int:
        """The present millisecond, or one more than the last."""
        self._last_nonce = max(self._last_nonce + 1, time.time_ns() // 1_000_000)
        return self._last_nonce

    def _accepted(self, path: str, envelope: dict[str, Any]) -> Any:
        reply = self._post(path, envelope)
        if reply.get("status") != "ok":
            raise VenueRefused(200, str(reply.get("response")))
        return reply["response"]

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        try:
            self._connection.request("POST", path, msgspec.json.encode(body), _JSON)
            reply = self._connection.getresponse()
            content = reply.read()
        except (OSError, http.client.HTTPException) as fault:
            self._connection.close()
            raise VenueUnreachable(f"no answer from {self.url}: {fault}") from fault
        if reply.status != 200:
            raise VenueRefused(reply.status, content.decode("utf-8", "replace"))
        return msgspec.json.decode(content)
