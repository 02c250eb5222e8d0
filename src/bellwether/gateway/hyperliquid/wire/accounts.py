"""Actions about accounts: sub-accounts, names, money between accounts, their mode (§3.3)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, UnsetType

from bellwether.gateway.hyperliquid.wire.types import Action, Amount, Count, ShortText, Small, Usd


class CreateSubAccountAction(Action, frozen=True, tag="createSubAccount"):
    name: ShortText


class SubAccountModifyAction(Action, frozen=True, tag="subAccountModify"):
    sub_account_user: ShortText
    name: ShortText


class SubAccountTransferAction(Action, frozen=True, tag="subAccountTransfer"):
    """Collateral of the main dex; `usd` counts micro-USD."""

    sub_account_user: ShortText
    is_deposit: bool
    usd: Usd


class SetDisplayNameAction(Action, frozen=True, tag="setDisplayName"):
    display_name: ShortText


class TopUpIsolatedOnlyMarginAction(Action, frozen=True, tag="topUpIsolatedOnlyMargin"):
    asset: Small
    leverage: Amount


class UsdSend(Action, frozen=True, tag="usdSend"):
    destination: ShortText
    amount: Amount
    time: Count


class SendAsset(Action, frozen=True, tag="sendAsset"):
    destination: ShortText
    source_dex: ShortText
    destination_dex: ShortText
    token: ShortText
    amount: Amount
    nonce: Count
    from_sub_account: ShortText | None | UnsetType = UNSET


class UsdClassTransfer(Action, frozen=True, tag="usdClassTransfer"):
    """Between spot and perps; a sub-account is named behind the amount."""

    amount: Annotated[
        str,
        Meta(
            pattern=r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,8}0*)?"
            r"( subaccount:(0x)?[0-9a-fA-F]{40})?\Z"
        ),
    ]
    to_perp: bool
    nonce: Count


class UserSetAbstraction(Action, frozen=True, tag="userSetAbstraction"):
    user: ShortText
    abstraction: Literal["disabled", "unifiedAccount", "portfolioMargin"]
    nonce: Count


class UserDexAbstraction(Action, frozen=True, tag="userDexAbstraction"):
    user: ShortText
    enabled: bool
    nonce: Count


class UserPortfolioMargin(Action, frozen=True, tag="userPortfolioMargin"):
    user: ShortText
    enabled: bool
    nonce: Count


class AgentSetAbstraction(Action, frozen=True, tag="agentSetAbstraction"):
    """`i` is disabled, `u` a unified account, `p` portfolio margin."""

    abstraction: Literal["i", "u", "p"]


ACTIONS: Final[dict[str, type[Action]]] = {
    "createSubAccount": CreateSubAccountAction,
    "subAccountModify": SubAccountModifyAction,
    "subAccountTransfer": SubAccountTransferAction,
    "setDisplayName": SetDisplayNameAction,
    "topUpIsolatedOnlyMargin": TopUpIsolatedOnlyMarginAction,
    "usdSend": UsdSend,
    "sendAsset": SendAsset,
    "usdClassTransfer": UsdClassTransfer,
    "userSetAbstraction": UserSetAbstraction,
    "userDexAbstraction": UserDexAbstraction,
    "userPortfolioMargin": UserPortfolioMargin,
    "agentSetAbstraction": AgentSetAbstraction,
}
