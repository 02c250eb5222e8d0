"""Actions of features that this venue does not have (§3.3): their shape, to check signatures by.

Nothing of them is carried out; `refused` says why.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from bellwether.gateway.hyperliquid.wire.types import (
    Action,
    Amount,
    Count,
    Money,
    Percentage,
    ShortText,
    Small,
    Usd,
)

Text = Annotated[str, Meta(max_length=4_096)]
Supply = Annotated[str, Meta(pattern=r"^[0-9]{1,40}(\.[0-9]{1,40})?\Z")]
"""Tokens, of which there may be more than of any amount here."""
Keywords = list[tuple[Text, Text]]


class Foreign(Action, frozen=True):
    """Base of what is decoded, checked and refused."""


class Variants(Foreign, frozen=True):
    """Exactly one of its fields is given; which one is the variant."""


class Part(Struct, frozen=True, rename="camel", omit_defaults=True):
    """Base of what stands inside an action."""


# -- vaults -----------------------------------------------------------------------------------
class CreateVault(Foreign, frozen=True, tag="createVault"):
    name: Text
    description: Text
    initial_usd: Usd
    nonce: Count


class VaultTransfer(Foreign, frozen=True, tag="vaultTransfer"):
    vault_address: ShortText
    is_deposit: bool
    usd: Usd


class VaultModify(Foreign, frozen=True, tag="vaultModify"):
    vault_address: ShortText
    allow_deposits: bool | None | UnsetType = UNSET
    always_close_on_withdraw: bool | None | UnsetType = UNSET


class VaultDistribute(Foreign, frozen=True, tag="vaultDistribute"):
    vault_address: ShortText
    usd: Usd


# -- referrals, request weight, agents ----------------------------------------------------------
class SetReferrer(Foreign, frozen=True, tag="setReferrer"):
    code: ShortText


class RegisterReferrer(Foreign, frozen=True, tag="registerReferrer"):
    code: ShortText


class ReserveRequestWeight(Foreign, frozen=True, tag="reserveRequestWeight"):
    weight: Count
    destination: ShortText | UnsetType = UNSET


class AgentEnableDexAbstraction(Foreign, frozen=True, tag="agentEnableDexAbstraction"):
    pass


class AgentSendAsset(Foreign, frozen=True, kw_only=True, tag="agentSendAsset"):
    destination: ShortText
    source_dex: ShortText
    destination_dex: ShortText
    token: ShortText
    amount: Amount
    from_sub_account: ShortText | None | UnsetType = UNSET
    nonce: Count


# -- spot, tokens, lending ------------------------------------------------------------------------
class SpotSend(Foreign, frozen=True, tag="spotSend"):
    destination: ShortText
    token: ShortText
    amount: Amount
    time: Count


class SubAccountSpotTransfer(Foreign, frozen=True, tag="subAccountSpotTransfer"):
    sub_account_user: ShortText
    is_deposit: bool
    token: ShortText
    amount: Amount


class Dusting(Part, frozen=True):
    opt_out: bool


class ClassTransfer(Part, frozen=True):
    usdc: Usd
    to_perp: bool


class SpotUser(Variants, frozen=True, tag="spotUser"):
    toggle_spot_dusting: Dusting | UnsetType = UNSET
    class_transfer: ClassTransfer | UnsetType = UNSET


class BorrowLend(Foreign, frozen=True, tag="borrowLend"):
    operation: Literal["supply", "withdraw", "repay", "borrow"]
    token: Small
    amount: Amount | None


class AuthorizeAqav2Role(Foreign, frozen=True, tag="authorizeAqav2Role"):
    token: Small
    role: Literal["technical", "treasury"]


class TokenSpec(Part, frozen=True):
    name: Text
    sz_decimals: Small
    wei_decimals: Small


class RegisterToken2(Part, frozen=True):
    spec: TokenSpec
    max_gas: Count
    full_name: Text | UnsetType = UNSET


class UserGenesis(Part, frozen=True):
    token: Small
    user_and_wei: list[tuple[ShortText, Supply]]
    existing_token_and_wei: list[tuple[Small, Any]]
    blacklist_users: list[tuple[ShortText, bool]] | UnsetType = UNSET


class TokenGenesis(Part, frozen=True):
    token: Small
    max_supply: Supply
    no_hyperliquidity: bool | UnsetType = UNSET


class RegisterSpot(Part, frozen=True):
    tokens: tuple[Small, Small]


class RegisterHyperliquidity(Part, frozen=True):
    spot: Small
    start_px: Amount
    order_sz: Amount
    n_orders: Small
    n_seeded_levels: Small | UnsetType = UNSET


class FeeShare(Part, frozen=True):
    token: Small
    share: Percentage


class Token(Part, frozen=True):
    token: Small


class FrozenUser(Part, frozen=True):
    token: Small
    user: ShortText
    freeze: bool


class EvmContract(Part, frozen=True):
    token: Small
    address: ShortText
    evm_extra_wei_decimals: Money


class Template(Part, frozen=True):
    id: Text
    keyword_to_value: Keywords


class QuestionTemplate(Part, frozen=True):
    question_template_instance: Template
    named_outcome_template_instances: list[Template]


class SettledOutcome(Part, frozen=True):
    outcome: Count
    settle_fraction: Amount
    details: Text
    name_and_description: tuple[Text, Text]
    side_names: tuple[Text, Text]


class SettledQuestion(Part, frozen=True):
    question: Count
    outcome_settlements: list[SettledOutcome]
    name_and_description: tuple[Text, Text]


class Outcome(Part, frozen=True):
    register_standalone_outcome_from_template: Template | UnsetType = UNSET
    register_question_from_template: QuestionTemplate | UnsetType = UNSET
    settle_outcome: SettledOutcome | UnsetType = UNSET
    settle_question2: SettledQuestion | UnsetType = UNSET


class SpotDeploy(Variants, frozen=True, tag="spotDeploy"):
    register_token2: RegisterToken2 | UnsetType = UNSET
    user_genesis: UserGenesis | UnsetType = UNSET
    genesis: TokenGenesis | UnsetType = UNSET
    register_spot: RegisterSpot | UnsetType = UNSET
    register_hyperliquidity: RegisterHyperliquidity | UnsetType = UNSET
    set_deployer_trading_fee_share: FeeShare | UnsetType = UNSET
    enable_quote_token: Token | UnsetType = UNSET
    disable_quote_token: Token | UnsetType = UNSET
    request_evm_contract: EvmContract | UnsetType = UNSET
    enable_freeze_privilege: Token | UnsetType = UNSET
    freeze_user: FrozenUser | UnsetType = UNSET
    revoke_freeze_privilege: Token | UnsetType = UNSET
    outcome: Outcome | UnsetType = UNSET


# -- outcome markets --------------------------------------------------------------------------
class ActivateOutcomeDeployer(Foreign, frozen=True, tag="activateOutcomeDeployer"):
    is_deactivate: bool


class OutcomeAmount(Part, frozen=True):
    outcome: Count
    amount: Amount | None


class QuestionAmount(Part, frozen=True):
    question: Count
    amount: Amount | None


class NegatedOutcome(Part, frozen=True):
    question: Count
    outcome: Count
    amount: Amount


class UserOutcome(Variants, frozen=True, tag="userOutcome"):
    split_outcome: OutcomeAmount | UnsetType = UNSET
    merge_outcome: OutcomeAmount | UnsetType = UNSET
    merge_question: QuestionAmount | UnsetType = UNSET
    negate_outcome: NegatedOutcome | UnsetType = UNSET


# -- a chain: its contracts, validators, stakes, peers -----------------------------------------
class EvmUserModify(Foreign, frozen=True, tag="evmUserModify"):
    using_big_blocks: bool


class CreatedAt(Part, frozen=True):
    nonce: Count


class CreatedContract(Part, frozen=True):
    create: CreatedAt


class FinalizeEvmContract(Foreign, frozen=True, tag="finalizeEvmContract"):
    token: Small
    input: CreatedContract | Literal["firstStorageSlot", "customStorageSlot"]


class SendToEvmWithData(Foreign, frozen=True, tag="sendToEvmWithData"):
    token: ShortText
    amount: Amount
    source_dex: ShortText
    destination_recipient: ShortText
    address_encoding: Literal["hex", "base58"]
    destination_chain_id: Count
    gas_limit: Count
    data: Annotated[str, Meta(pattern=r"^0[xX]([0-9a-fA-F][0-9a-fA-F])*\Z")]
    nonce: Count


class CSignerAction(Variants, frozen=True, tag="CSignerAction"):
    jail_self: None | UnsetType = UNSET
    unjail_self: None | UnsetType = UNSET


class NodeAddress(Struct, frozen=True):
    ip: ShortText = field(name="Ip")


class ChangedProfile(Struct, frozen=True):
    node_ip: NodeAddress | None
    name: Text | None
    description: Text | None
    unjailed: bool
    disable_delegations: bool | None
    commission_bps: Small | None
    signer: ShortText | None


class NewProfile(Struct, frozen=True):
    node_ip: NodeAddress
    name: Text
    description: Text
    delegations_disabled: bool
    commission_bps: Small
    signer: ShortText


class NewValidator(Struct, frozen=True):
    profile: NewProfile
    unjailed: bool
    initial_wei: Count


class CValidatorAction(Variants, frozen=True, tag="CValidatorAction"):
    change_profile: ChangedProfile | UnsetType = UNSET
    register: NewValidator | UnsetType = UNSET
    unregister: None | UnsetType = UNSET


class ValidatorL1Stream(Foreign, frozen=True, tag="validatorL1Stream"):
    risk_free_rate: Amount


class GossipPriorityBid(Foreign, frozen=True, tag="gossipPriorityBid"):
    slot_id: Small
    ip: ShortText
    max_gas: Count


class Hip3LiquidatorTransfer(Foreign, frozen=True, tag="hip3LiquidatorTransfer"):
    dex: ShortText
    ntl: Usd
    is_deposit: bool


class CDeposit(Foreign, frozen=True, tag="cDeposit"):
    wei: Count
    nonce: Count


class CWithdraw(Foreign, frozen=True, tag="cWithdraw"):
    wei: Count
    nonce: Count


class TokenDelegate(Foreign, frozen=True, tag="tokenDelegate"):
    validator: ShortText
    wei: Count
    is_undelegate: bool
    nonce: Count


class LinkStakingUser(Foreign, frozen=True, tag="linkStakingUser"):
    user: ShortText
    is_finalize: bool
    nonce: Count


class StakingLinkDisableTradingUser(Foreign, frozen=True, tag="stakingLinkDisableTradingUser"):
    trading_user: ShortText
    nonce: Count


KINDS: Final[tuple[type[Foreign], ...]] = (
    CreateVault,
    VaultTransfer,
    VaultModify,
    VaultDistribute,
    SetReferrer,
    RegisterReferrer,
    ReserveRequestWeight,
    AgentEnableDexAbstraction,
    AgentSendAsset,
    SpotSend,
    SubAccountSpotTransfer,
    SpotUser,
    BorrowLend,
    AuthorizeAqav2Role,
    SpotDeploy,
    ActivateOutcomeDeployer,
    UserOutcome,
    EvmUserModify,
    FinalizeEvmContract,
    SendToEvmWithData,
    CSignerAction,
    CValidatorAction,
    ValidatorL1Stream,
    GossipPriorityBid,
    Hip3LiquidatorTransfer,
    CDeposit,
    CWithdraw,
    TokenDelegate,
    LinkStakingUser,
    StakingLinkDisableTradingUser,
)
ACTIONS: Final[dict[str, type[Action]]] = {str(kind.__struct_config__.tag): kind for kind in KINDS}
