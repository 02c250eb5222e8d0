"""The variants of `perpDeploy` as typed structs, fields in the order in which clients hash them."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

Text = Annotated[str, Meta(max_length=64)]
Decimal = Annotated[str, Meta(min_length=1, max_length=24)]
Whole = Annotated[int, Meta(ge=0, le=2**53)]
Pairs = Annotated[list[tuple[Text, Decimal]], Meta(max_length=100)]
WholePairs = Annotated[list[tuple[Text, Whole]], Meta(max_length=100)]


class Schema(Struct, frozen=True, rename="camel"):
    full_name: Text
    collateral_token: Whole
    oracle_updater: Text | None


class AssetRequest2(Struct, frozen=True, rename="camel"):
    coin: Text
    sz_decimals: Whole
    oracle_px: Decimal
    margin_table_id: Whole
    margin_mode: Text


class RegisterAsset2(Struct, frozen=True, rename="camel"):
    max_gas: Whole | None
    asset_request: AssetRequest2
    dex: Text
    schema: Schema | None


class AssetRequest(Struct, frozen=True, rename="camel"):
    coin: Text
    sz_decimals: Whole
    oracle_px: Decimal
    margin_table_id: Whole
    only_isolated: bool


class RegisterAsset(Struct, frozen=True, rename="camel"):
    max_gas: Whole | None
    asset_request: AssetRequest
    dex: Text
    schema: Schema | None


class SetOracle(Struct, frozen=True, rename="camel"):
    dex: Text
    oracle_pxs: Pairs
    mark_pxs: Annotated[list[Pairs], Meta(max_length=2)]
    external_perp_pxs: Pairs


class HaltTrading(Struct, frozen=True, rename="camel"):
    coin: Text
    is_halted: bool


class Tier(Struct, frozen=True, rename="camel"):
    lower_bound: Whole
    max_leverage: Whole


class Table(Struct, frozen=True, rename="camel"):
    description: Text
    margin_tiers: Annotated[list[Tier], Meta(max_length=50)]


class InsertTable(Struct, frozen=True, rename="camel"):
    dex: Text
    margin_table: Table


class SubDeployer(Struct, frozen=True):
    variant: Text
    user: Text
    allowed: bool


class SubDeployers(Struct, frozen=True, rename="camel"):
    dex: Text
    sub_deployers: Annotated[list[SubDeployer], Meta(max_length=50)]


class FeeRecipient(Struct, frozen=True, rename="camel"):
    dex: Text
    fee_recipient: Text


class Annotation(Struct, frozen=True, rename="camel"):
    coin: Text
    category: Text
    description: Annotated[str, Meta(max_length=2_000)]
    display_name: Text | None = None
    keywords: Annotated[list[Text], Meta(max_length=20)] = []


VARIANTS: Final[dict[str, Any]] = {
    "registerAsset2": RegisterAsset2,
    "registerAsset": RegisterAsset,
    "setOracle": SetOracle,
    "setFundingMultipliers": Pairs,
    "setFundingInterestRates": Pairs,
    "haltTrading": HaltTrading,
    "setMarginTableIds": WholePairs,
    "insertMarginTable": InsertTable,
    "setOpenInterestCaps": WholePairs,
    "setSubDeployers": SubDeployers,
    "setMarginModes": Annotated[list[tuple[Text, Text]], Meta(max_length=100)],
    "setFeeRecipient": FeeRecipient,
    "setGrowthModes": Annotated[list[tuple[Text, bool]], Meta(max_length=100)],
    "setPerpAnnotation": Annotation,
    "disableDex": Text,
}
"""What becomes a command."""

REFUSED: Final[dict[str, str]] = {
    "setFeeScale": "setFeeScale: fees stand in the specification of each market; an operator"
    " proposes changeSpec",
}
"""What this venue can not mean, and what there is instead."""
