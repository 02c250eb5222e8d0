"""The family of `bellwether operator` commands (chapter 10, RULE-1, RULE-2)."""

from __future__ import annotations

import typer

from bellwether.cli.operator import (
    accounts,
    decisions,
    life,
    listing,
    markets,
    record,
    trading,
    withdrawals,
)

operator = typer.Typer(
    no_args_is_help=True,
    help="Operate a running venue: money, accounts, halts, the life of markets. "
    "Every act is journalled.",
)
operator.command("credit")(accounts.credit)
operator.command("debit")(accounts.debit)
operator.command("pay-in")(accounts.pay_in)
operator.command("withdrawals")(withdrawals.withdrawals)
operator.command("approve-withdrawal")(withdrawals.approve_withdrawal)
operator.command("release")(withdrawals.release)
operator.command("refuse")(withdrawals.refuse)
operator.command("pause-withdrawals")(withdrawals.pause_withdrawals)
operator.command("resume-withdrawals")(withdrawals.resume_withdrawals)
operator.command("withdrawal-terms")(withdrawals.withdrawal_terms)
operator.command("set-account")(accounts.set_account)
operator.command("halt")(trading.halt)
operator.command("resume")(trading.resume)
operator.command("disable-dex")(trading.disable_dex)
operator.command("external-price")(life.external_price)
operator.command("indicative-auction")(life.indicative_auction)
operator.command("observe")(life.observe)
operator.command("confirm-listing")(listing.confirm_listing)
operator.command("declare-event")(listing.declare_event)
operator.command("settle")(life.settle)
operator.command("rebase")(life.rebase)
operator.command("list")(markets.list_market)
operator.command("change")(markets.change)
operator.command("set-phase")(markets.set_phase)
operator.command("event-phase")(markets.event_phase)
operator.command("resolve-input")(markets.resolve_input)
operator.command("announce")(decisions.announce)
operator.command("publish-disclosure")(decisions.publish_disclosure)
operator.command("proposals")(decisions.proposals)
operator.command("acts")(record.acts)
operator.command("approve")(decisions.approve)
operator.command("reject")(decisions.reject)
