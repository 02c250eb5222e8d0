"""A market's fund, vault and providers in a snapshot."""

from __future__ import annotations

from typing import Any

from bellwether.engine.liquidation.state import LossBook, Provider
from bellwether.engine.state.account import Account


def dump_losses(losses: LossBook) -> list[Any]:
    return [
        losses.fund.balance,
        -1 if losses.vault is None else losses.vault.number,
        losses.vault_capital_e6,
        losses.sold_ns,
        losses.quiet_price,
        losses.quiet_until_ns,
        [
            [
                number,
                provider.accepts_long,
                provider.accepts_short,
                provider.most_lots,
                provider.most_position_lots,
                provider.edge_bp,
                provider.days,
            ]
            for number, provider in losses.providers.items()
        ],
    ]


def restore_losses(losses: LossBook, accounts: list[Account], row: list[Any]) -> None:
    losses.fund.balance = row[0]
    losses.vault = None if row[1] < 0 else accounts[row[1]]
    losses.vault_capital_e6 = row[2]
    losses.sold_ns = row[3]
    losses.quiet_price = row[4]
    losses.quiet_until_ns = row[5]
    for fields in row[6]:
        losses.providers[fields[0]] = Provider(
            fields[1], fields[2], fields[3], fields[4], fields[5], fields[6]
        )
