"""A deployer's actions as commands (chapter 10): the same two keys, the same journal.

Each action is about one market: a proposal is approved or not, as a whole. Amounts are whole USD.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

from bellwether.engine.state.dex import Dex
from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused
from bellwether.gateway.hyperliquid.decode import PerpDeploy, address_of
from bellwether.gateway.hyperliquid.deploy import wire
from bellwether.gateway.operators.markets import change_command, refuse_listing
from bellwether.gateway.operators.specification import MARGIN_MODES, differing
from bellwether.gateway.operators.texts import disable_text, list_text
from bellwether.schema import codes
from bellwether.schema.commands import (
    AnnotateMarket,
    AnyCommand,
    DisableDex,
    InsertMarginTable,
    ListMarket,
    SetFeeRecipient,
    SetSubDeployers,
    SetTradingStatus,
    SubmitExternalPrice,
)
from bellwether.schema.instrument import InstrumentSpec, MarginTier
from bellwether.schema.presets import PRESETS
from bellwether.units.clock_text import format_time_ns
from bellwether.units.quantities import FRACTION_ONE, PRICE_AND_SIZE_DECIMALS, USD
from bellwether.units.text import DecimalError, format_decimal, parse_decimal

FIRST_INSERTED_TABLE: Final = 20_000
"""Numbers of the tables that deployers insert; smaller than 50 is one tier of that leverage."""
FIRST_TIERED_TABLE: Final = 50
PRESET: Final = "ipop"
_MODES: Final = {**MARGIN_MODES, "normal": codes.CROSS}


class Asked(NamedTuple):
    """Who asks for what: `path` is the variant in the request."""

    variant: str
    signer: bytes
    nonce: int
    venue: Venue

    @property
    def path(self) -> str:
        return f"action.{self.variant}"


def deployed(action: PerpDeploy, signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """The command of a deployer's action. Raises Refused and WrongShape."""
    if action.variant in wire.REFUSED:
        raise Refused(wire.REFUSED[action.variant])
    asked = Asked(action.variant, signer, nonce, venue)
    return _BUILDERS[action.variant](action.content, asked)


def _register(
    asked: Asked, request: wire.RegisterAsset | wire.RegisterAsset2, margin_mode: int
) -> AnyCommand:
    dex = _dex(request.dex, asked)
    if request.schema is not None:
        raise Refused(f"{asked.path}.schema: the dex {dex.name} is there; expected null")
    asset = request.asset_request
    coin = asset.coin if asset.coin.startswith(f"{dex.name}:") else f"{dex.name}:{asset.coin}"
    given: dict[str, Any] = {
        "symbol": coin,
        "dex": dex.name,
        "size_decimals": asset.sz_decimals,
        "reference": asset.oracle_px,
        "margin_mode": margin_mode,
        **_tiers(asset.margin_table_id, dex, asked),
    }
    spec = differing(PRESETS[PRESET], given, asked.path, is_listing=True)
    refuse_listing(spec, asked.venue, asked.path)
    day = format_time_ns(asked.venue.time_ns)
    basis = f"{asset.oracle_px} USD, as the deployer 0x{asked.signer.hex()} states on {day}."
    return ListMarket(asked.signer, asked.nonce, spec, basis, list_text(spec), asked.variant)


def _register_2(content: wire.RegisterAsset2, asked: Asked) -> AnyCommand:
    mode = content.asset_request.margin_mode
    if mode not in _MODES:
        raise Refused(f"{asked.path}.assetRequest.marginMode: expected one of {_known(_MODES)}")
    return _register(asked, content, _MODES[mode])


def _register_1(content: wire.RegisterAsset, asked: Asked) -> AnyCommand:
    isolated = content.asset_request.only_isolated
    return _register(asked, content, codes.STRICT_ISOLATED if isolated else codes.CROSS)


def _set_oracle(content: wire.SetOracle, asked: Asked) -> AnyCommand:
    """An observation of the deployer's source, as good as any other: nobody sets a price."""
    dex = _dex(content.dex, asked)
    if any(content.mark_pxs):
        raise Refused(f"{asked.path}.markPxs: nobody sets a mark here (RULE-3); expected none")
    coin, price = _only(content.oracle_pxs, f"{asked.path}.oraclePxs")
    market = _market(coin, asked, dex)
    atoms = _units(price, PRICE_AND_SIZE_DECIMALS - market.size_decimals, f"{asked.path}.oraclePxs")
    _check_external(content.external_perp_pxs, market, atoms, asked)
    source = _source(asked, dex)
    return SubmitExternalPrice(
        asked.signer,
        asked.nonce,
        market.asset,
        source,
        atoms,
        asked.venue.time_ns,
        codes.REGULAR_SESSION,
        asked.variant,
    )


def _check_external(pairs: list[tuple[str, str]], market: Market, atoms: int, asked: Asked) -> None:
    """What the share's perpetual trades at elsewhere bounds the price that may be sent.

    The bound is that of two sources which disagree. Raises Refused.
    """
    if not pairs:
        return
    path = f"{asked.path}.externalPerpPxs"
    coin, price = _only(pairs, path)
    if coin != market.name:
        raise Refused(f"{path}: expected the market of oraclePxs, {market.name}")
    elsewhere = _units(price, PRICE_AND_SIZE_DECIMALS - market.size_decimals, path)
    most = market.spec.conversion.max_deviation_e6
    if elsewhere <= 0 or abs(atoms - elsewhere) * FRACTION_ONE > most * elsewhere:
        share = format_decimal(most, 4)
        raise Refused(f"{path}: the oracle price is further than {share} % from {price}")


def _annotation(content: wire.Annotation, asked: Asked) -> AnyCommand:
    market = _market(content.coin, asked)
    return AnnotateMarket(
        asked.signer,
        asked.nonce,
        market.asset,
        content.category,
        content.description,
        content.display_name or "",
        tuple(content.keywords),
        asked.variant,
    )


def _disable(content: str, asked: Asked) -> AnyCommand:
    dex = _dex(content, asked)
    grounds = f"disableDex of the deployer 0x{asked.signer.hex()}"
    text = disable_text(dex.name, grounds)
    return DisableDex(asked.signer, asked.nonce, dex.name, grounds, text, asked.variant)


def _source(asked: Asked, dex: Dex) -> str:
    """The source that the key speaks for: that of the dex's name, or its first one."""
    bound = [name for name, key in asked.venue.sources.items() if key == asked.signer]
    if dex.name in bound:
        return dex.name
    if not bound:
        raise Refused(
            f"{asked.path}: nobody sets a price here (RULE-3), and no price source is bound to"
            f" 0x{asked.signer.hex()}"
        )
    return bound[0]


def _halt(content: wire.HaltTrading, asked: Asked) -> AnyCommand:
    market = _market(content.coin, asked)
    status = codes.HALTED if content.is_halted else codes.OPEN
    grounds = f"haltTrading of the deployer 0x{asked.signer.hex()}"
    return SetTradingStatus(asked.signer, asked.nonce, market.asset, status, grounds, asked.variant)


def _multiplier(content: list[tuple[str, str]], asked: Asked) -> AnyCommand:
    market, text = _pair(content, asked)
    value = _units(text, 6, asked.path)
    funding = msgspec.structs.replace(market.spec.funding, multiplier_e6=value)
    return _change(market, msgspec.structs.replace(market.spec, funding=funding), asked)


def _interest(content: list[tuple[str, str]], asked: Asked) -> AnyCommand:
    market, text = _pair(content, asked)
    value = _units(text, 12, asked.path)
    funding = msgspec.structs.replace(market.spec.funding, interest_e12=value)
    return _change(market, msgspec.structs.replace(market.spec, funding=funding), asked)


def _open_interest(content: list[tuple[str, int]], asked: Asked) -> AnyCommand:
    market, cap = _pair(content, asked)
    spec = msgspec.structs.replace(market.spec, open_interest_cap_e6=cap * USD)
    return _change(market, spec, asked)


def _table_of_market(content: list[tuple[str, int]], asked: Asked) -> AnyCommand:
    market, number = _pair(content, asked)
    spec = differing(market.spec, _tiers(number, market.dex, asked), asked.path)
    return _change(market, spec, asked)


def _mode(content: list[tuple[str, str]], asked: Asked) -> AnyCommand:
    market, mode = _pair(content, asked)
    if mode not in _MODES:
        raise Refused(f"{asked.path}: expected one of {_known(_MODES)}")
    return _change(market, msgspec.structs.replace(market.spec, margin_mode=_MODES[mode]), asked)


def _growth(content: list[tuple[str, bool]], asked: Asked) -> AnyCommand:
    market, on = _pair(content, asked)
    return _change(market, msgspec.structs.replace(market.spec, growth_mode=on), asked)


def _insert_table(content: wire.InsertTable, asked: Asked) -> AnyCommand:
    dex = _dex(content.dex, asked)
    table = content.margin_table
    tiers = tuple(MarginTier(t.lower_bound * USD, t.max_leverage) for t in table.margin_tiers)
    return InsertMarginTable(asked.signer, asked.nonce, dex.name, table.description, tiers)


def _sub_deployers(content: wire.SubDeployers, asked: Asked) -> AnyCommand:
    dex = _dex(content.dex, asked)
    changes: list[tuple[str, bytes, bool]] = []
    for number, entry in enumerate(content.sub_deployers):
        path = f"{asked.path}.subDeployers[{number}]"
        if entry.variant not in wire.VARIANTS or entry.variant == asked.variant:
            raise Refused(f"{path}.variant: expected one of {_known(wire.VARIANTS)}")
        changes.append((entry.variant, address_of(entry.user, f"{path}.user"), entry.allowed))
    return SetSubDeployers(asked.signer, asked.nonce, dex.name, tuple(changes))


def _fee_recipient(content: wire.FeeRecipient, asked: Asked) -> AnyCommand:
    dex = _dex(content.dex, asked)
    recipient = address_of(content.fee_recipient, f"{asked.path}.feeRecipient")
    return SetFeeRecipient(asked.signer, asked.nonce, dex.name, recipient)


def _change(market: Market, spec: InstrumentSpec, asked: Asked) -> AnyCommand:
    spec = differing(spec, {}, asked.path)
    grounds = f"{asked.variant} of the deployer 0x{asked.signer.hex()}"
    return change_command(
        market, spec, asked.signer, asked.nonce, 0, grounds, "", asked.variant, asked.path
    )


def _tiers(number: int, dex: Dex, asked: Asked) -> dict[str, Any]:
    """Tiers and leverage of a margin table. Raises Refused."""
    place = number - FIRST_INSERTED_TABLE
    if 0 < number < FIRST_TIERED_TABLE:
        tiers: tuple[MarginTier, ...] = (MarginTier(0, number),)
    elif 0 <= place < len(dex.margin_tables):
        tiers = dex.margin_tables[place][1]
    else:
        raise Refused(f"{asked.path}: the dex {dex.name} has no margin table {number}")
    rows = [{"lower_bound_e6": t.lower_bound_e6, "max_leverage": t.max_leverage} for t in tiers]
    return {"tiers": rows, "max_leverage": tiers[0].max_leverage}


def _dex(name: str, asked: Asked) -> Dex:
    dex = asked.venue.dex_by_name.get(name)
    if dex is None or not name:
        raise Refused(f"{asked.path}.dex: there is no dex `{name}`; dexes are founded with a venue")
    return dex


def _market(coin: str, asked: Asked, dex: Dex | None = None) -> Market:
    market = asked.venue.market_by_name.get(coin)
    if market is None or (dex is not None and market.dex is not dex):
        raise Refused(f"{asked.path}: there is no market `{coin}`")
    return market


def _pair(content: list[tuple[str, Any]], asked: Asked) -> tuple[Market, Any]:
    coin, value = _only(content, asked.path)
    return _market(coin, asked), value


def _only(content: list[tuple[str, Any]], path: str) -> tuple[str, Any]:
    if len(content) != 1:
        raise Refused(f"{path}: expected one market; each change is a proposal of its own")
    return content[0]


def _units(text: str, decimals: int, path: str) -> int:
    try:
        return parse_decimal(text, decimals)
    except DecimalError as error:
        raise Refused(f"{path}: {error}") from None


def _known(names: dict[str, Any]) -> str:
    return ", ".join(names)


_BUILDERS: Final[dict[str, Callable[[Any, Asked], AnyCommand]]] = {
    "registerAsset2": _register_2,
    "registerAsset": _register_1,
    "setOracle": _set_oracle,
    "setFundingMultipliers": _multiplier,
    "setFundingInterestRates": _interest,
    "haltTrading": _halt,
    "setMarginTableIds": _table_of_market,
    "insertMarginTable": _insert_table,
    "setOpenInterestCaps": _open_interest,
    "setSubDeployers": _sub_deployers,
    "setMarginModes": _mode,
    "setGrowthModes": _growth,
    "setFeeRecipient": _fee_recipient,
    "setPerpAnnotation": _annotation,
    "disableDex": _disable,
}
