"""Why actions of features that are not here are refused, each in a sentence (IFACE-7).

All of them are signed actions whose shape and signer have been checked; nothing of them is
journalled. Texts begin with the words of the dialect where it has words for the case.
"""

from __future__ import annotations

from typing import Final

from bellwether.gateway.hyperliquid.wire import accounts, foreign
from bellwether.gateway.hyperliquid.wire.types import Action

_NO_SPOT: Final = "There is no spot trading on this venue: no tokens are listed or deployed."
_NO_CHAIN: Final = "This venue is no chain: it has no validators."
_NO_STAKING: Final = "There is no staking on this venue."
_NO_EVM: Final = "There is no EVM beside this venue."
_NO_OUTCOMES: Final = "There are no outcome markets on this venue."
_NO_REFERRALS: Final = "There are no referrals on this venue: no code is known."
_NO_LENDING: Final = "Nothing is borrowed or lent on this venue."
_SPOT_BALANCE: Final = (
    "Insufficient balance for token transfer: there are no spot balances here, collateral lies in"
    " the dexes and moves by sendAsset."
)
_ONE_BALANCE: Final = (
    "Action disabled when unified account is active: perps and spot share one balance in each dex"
    " of this venue, and sendAsset moves it from dex to dex."
)
_OWN_COLLATERAL: Final = (
    "Each dex of this venue has its own collateral: only the abstraction `disabled` is available."
)

TEXTS: Final[dict[str, str]] = {
    "activateOutcomeDeployer": _NO_OUTCOMES,
    "agentEnableDexAbstraction": _OWN_COLLATERAL,
    "agentSendAsset": "API wallets move no money on this venue: the account's own key does, with"
    " sendAsset.",
    "agentSetAbstraction": _OWN_COLLATERAL,
    "authorizeAqav2Role": _NO_SPOT,
    "borrowLend": _NO_LENDING,
    "cDeposit": _NO_STAKING,
    "cWithdraw": _NO_STAKING,
    "CSignerAction": _NO_CHAIN,
    "CValidatorAction": _NO_CHAIN,
    "createVault": "Nobody opens vaults on this venue: liquidated positions go to the venue's own.",
    "evmUserModify": _NO_EVM,
    "finalizeEvmContract": _NO_EVM,
    "gossipPriorityBid": "This venue is no chain: its data has no order of peers to bid for.",
    "hip3LiquidatorTransfer": "There is no liquidator's account on this venue: setAssignment says"
    " which liquidated positions an account takes over.",
    "linkStakingUser": _NO_STAKING,
    "registerReferrer": _NO_REFERRALS,
    "reserveRequestWeight": "Requests are not for sale on this venue: the limit grows with what has"
    " been traded.",
    "sendToEvmWithData": _NO_EVM,
    "setReferrer": _NO_REFERRALS,
    "spotDeploy": _NO_SPOT,
    "spotSend": _SPOT_BALANCE,
    "spotUser": _NO_SPOT,
    "stakingLinkDisableTradingUser": _NO_STAKING,
    "subAccountSpotTransfer": _SPOT_BALANCE,
    "tokenDelegate": _NO_STAKING,
    "usdClassTransfer": _ONE_BALANCE,
    "userDexAbstraction": _OWN_COLLATERAL,
    "userOutcome": _NO_OUTCOMES,
    "userPortfolioMargin": _OWN_COLLATERAL,
    "userSetAbstraction": _OWN_COLLATERAL,
    "validatorL1Stream": _NO_CHAIN,
    "vaultDistribute": "Vault not registered: {vault}",
    "vaultModify": "Vault not registered: {vault}",
    "vaultTransfer": "Vault not registered: {vault}",
}
"""Action → text. Those of `wire/accounts.py` are refused for some of what they may ask for only."""


def refusal_of(name: str, action: Action) -> str | None:
    """Why an action is not carried out; None where it is, as far as its kind is concerned."""
    if name not in TEXTS:
        return None
    if isinstance(action, foreign.SpotUser) and isinstance(
        action.class_transfer, foreign.ClassTransfer
    ):
        return _ONE_BALANCE
    if isinstance(action, foreign.SpotSend | foreign.SubAccountSpotTransfer):
        token = action.token
        return _SPOT_BALANCE if token.partition(":")[0] == "USDC" else f"Unknown token {token}"
    if isinstance(action, foreign.VaultTransfer | foreign.VaultModify | foreign.VaultDistribute):
        return TEXTS[name].format(vault=action.vault_address.lower())
    if isinstance(action, accounts.UserSetAbstraction | accounts.AgentSetAbstraction):
        return None if action.abstraction in ("disabled", "i") else TEXTS[name]
    if isinstance(action, accounts.UserDexAbstraction | accounts.UserPortfolioMargin):
        return TEXTS[name] if action.enabled else None
    return TEXTS.get(name)
