"""The family of `bellwether trade` commands."""

from __future__ import annotations

import typer

from bellwether.cli.trade import account, book, funds, holder, orders, withdrawals, worked
from bellwether.cli.trade.accounts.signers import signers
from bellwether.cli.trade.accounts.sub_accounts import sub_account

trade = typer.Typer(
    no_args_is_help=True,
    help="Trade on a running venue: orders, positions, fills, balances, transfers, statements.",
)
trade.command("place")(orders.place)
trade.command("cancel")(orders.cancel)
trade.command("modify")(orders.modify)
trade.command("scale")(worked.scale)
trade.command("twap")(worked.twap)
trade.command("cancel-twap")(worked.cancel_twap)
trade.command("trail")(worked.trail)
trade.command("trigger")(worked.trigger)
trade.command("orders")(account.orders)
trade.command("positions")(account.positions)
trade.command("fills")(account.fills)
trade.command("balance")(account.balance)
trade.command("book")(book.book)
trade.command("leverage")(funds.leverage)
trade.command("transfer")(funds.transfer)
trade.command("withdraw")(withdrawals.withdraw)
trade.command("withdrawals")(withdrawals.withdrawals)
trade.command("disclosure")(holder.disclosure)
trade.command("statement")(holder.statement)
trade.command("preview")(holder.preview)
trade.add_typer(sub_account, name="sub-account")
trade.add_typer(signers, name="signers")
