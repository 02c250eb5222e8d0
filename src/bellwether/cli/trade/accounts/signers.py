"""`bellwether trade signers`: accounts that several keys sign for (RULE-10)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.access.venue import checked_address
from bellwether.cli.refusal import refuse
from bellwether.cli.trade.accounts import proposal as files
from bellwether.cli.trade.accounts.proposal import Approval, Proposal
from bellwether.cli.trade.draft import DRAFT, DraftApi, Drafted
from bellwether.cli.trade.seat import Onlooker, Seat
from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.lab.traders.venue_api import VenueApi

MOST_SIGNERS = 10

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="That signers pass on.")]

signers = typer.Typer(
    no_args_is_help=True,
    help="Accounts that several keys sign for: who does, and signing together through a file.",
)


@signers.command("show")
@with_options_of(Onlooker)
def show(onlooker: Onlooker) -> None:
    """Who signs for an account, and how many of them must."""
    with onlooker.look() as (api, user):
        found = api.info("userToMultiSigSigners", user=user)
    if found is None:
        onlooker.tell(found, f"{user} signs with its own key")
        return
    keys = found["authorizedUsers"]
    onlooker.tell(
        found, "\n".join([f"{found['threshold']} of {len(keys)} sign for {user}:", *keys])
    )


@signers.command("set")
@with_options_of(Seat)
def set_signers(
    seat: Seat,
    addresses: Annotated[
        list[str], typer.Argument(metavar="ADDRESS...", help="Accounts whose keys will sign.")
    ],
    threshold: Annotated[
        int, typer.Option(min=1, max=MOST_SIGNERS, help="How many of them must sign.")
    ],
) -> None:
    """Let several keys sign for the account from now on; its own key and agents do nothing then.

    Keep more keys than the threshold: nobody can replace them. Exit codes: 0 done, 1 refused or no
    answer, 2 usage.
    """
    keys = [checked_address(each, "ADDRESS") for each in addresses]
    if len(set(keys)) < len(keys):
        refuse("ADDRESS: expected each signer once")
    if len(keys) > MOST_SIGNERS:
        refuse(f"ADDRESS: expected at most {MOST_SIGNERS} signers, got {len(keys)}")
    if threshold > len(keys):
        refuse(f"--threshold: expected at most {len(keys)}, as many as there are signers")
    wanted = json.dumps({"authorizedUsers": keys, "threshold": threshold})
    with seat.sign_in() as api:
        reply = api.user_signed({"type": "convertToMultiSigUser", "signers": wanted})
    seat.tell(reply, f"from now on {threshold} of {len(keys)} sign")


@signers.command("end")
@with_options_of(Seat)
def end(seat: Seat) -> None:
    """Give the account back to its own key; several signers `propose` it."""
    with seat.sign_in() as api:
        reply = api.user_signed({"type": "convertToMultiSigUser", "signers": "null"})
    seat.tell(reply, "from now on the account's own key signs")


@signers.command("propose", context_settings={"ignore_unknown_options": True})
@with_options_of(Seat)
def propose(
    seat: Seat,
    context: typer.Context,
    file: FileArgument,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Several sign for it.")],
    words: Annotated[
        list[str],
        typer.Argument(metavar="COMMAND...", help="As after `bellwether trade`, without a key."),
    ],
) -> None:
    """Write to FILE what a command would do for ACCOUNT, with the first signature.

    Whoever proposes sends it later, with the same key. Exit codes: 0 written, 1 refused or no
    answer, 2 usage.
    """
    wallet, user = Wallet(seat.key()), checked_address(account, "ACCOUNT")
    if file.exists():
        refuse(f"FILE: {file} is there already")
    with seat.reach() as api:
        threshold = _threshold(api, user, wallet)
    drafted = _draft(context, DraftApi(seat.url, user), words)
    wanted = Proposal(user, wallet.hex_address, drafted.nonce, drafted.action, [])
    _approve(wanted, wallet, file)
    files.write(file, wanted, is_new=True)
    _tell(seat, wanted, threshold, file)


@signers.command("sign")
@with_options_of(Seat)
def sign(seat: Seat, file: FileArgument) -> None:
    """Show what FILE asks for and add a signature; it counts once the file is passed on.

    Exit codes: 0 signed, 1 refused or no answer, 2 usage.
    """
    wanted, wallet = files.read(file), Wallet(seat.key())
    if wallet.hex_address in [approval.signer for approval in wanted.approvals]:
        refuse(f"{file}: {wallet.hex_address} has signed it already")
    with seat.reach() as api:
        threshold = _threshold(api, wanted.account, wallet)
        named = _named_assets(api, wanted)
    _approve(wanted, wallet, file)
    files.write(file, wanted)
    if not seat.as_json:
        print("\n".join([wanted.shown(), *named]))
    _tell(seat, wanted, threshold, file)


@signers.command("send")
@with_options_of(Seat)
def send(seat: Seat, file: FileArgument) -> None:
    """Send what enough have signed, with the key that proposed it.

    Exit codes: 0 carried out, 1 refused or no answer, 2 usage.
    """
    wanted, key = files.read(file), seat.key()
    if Wallet(key).hex_address != wanted.sender:
        refuse(f"{file}: sender: it is sent with the key of {wanted.sender}")
    signatures = [approval.signature for approval in wanted.approvals]
    with seat.reach(key) as api:
        reply = api.together(wanted.action, wanted.nonce, wanted.account, signatures)
    outcome = reply.get("data")
    if (refusal := _refusal(outcome)) is not None:
        refuse(f"the venue refused: {refusal}", 1)
    more = "" if outcome is None else f": {json.dumps(outcome)}"
    seat.tell(reply, f"{wanted.action['type']} of {wanted.account} is carried out{more}")


def _threshold(api: VenueApi, account: str, wallet: Wallet) -> int:
    """How many must sign; ends the command where the key is none of the account's signers."""
    found = api.info("userToMultiSigSigners", user=account)
    if found is None:
        refuse(f"ACCOUNT: {account} signs with its own key", 1)
    if wallet.hex_address not in found["authorizedUsers"]:
        refuse(f"{wallet.hex_address} is no signer of {account}", 1)
    return int(found["threshold"])


def _draft(context: typer.Context, api: DraftApi, words: list[str]) -> Drafted:
    """Runs a command of the family, with its action caught; ends where it asks for none."""
    family = context.parent and context.parent.parent
    assert family is not None, "`signers` stands within `trade`"
    token = DRAFT.set(api)
    try:
        code = family.command.main(words, prog_name="bellwether trade", standalone_mode=False)
        if code:
            raise typer.Exit(code)
        refuse(f"COMMAND: `{words[0]}` asks for nothing that is signed")
    except Drafted as drafted:
        return drafted
    finally:
        DRAFT.reset(token)


def _approve(wanted: Proposal, wallet: Wallet, file: Path) -> None:
    try:
        signature = wallet.approve(wanted.action, wanted.nonce, wanted.account, wanted.sender)
    except WrongShape as fault:
        refuse(f"{file}: action: {fault.detail}")
    wanted.approvals.append(Approval(wallet.hex_address, **signature))


def _named_assets(api: VenueApi, wanted: Proposal) -> list[str]:
    try:
        return [f"asset {number} is {api.coin_of(number)}" for number in wanted.assets()]
    except ValueError as error:
        refuse(f"action: {error}", 1)


def _refusal(outcome: Any) -> str | None:
    """Why the venue did not do what was asked for, or a part of it."""
    if not isinstance(outcome, dict):
        return None
    for status in [outcome.get("status"), *outcome.get("statuses", ())]:
        if isinstance(status, dict) and "error" in status:
            return str(status["error"])
    return None


def _tell(seat: Seat, wanted: Proposal, threshold: int, file: Path) -> None:
    count = len(wanted.approvals)
    todo = f"bellwether trade signers {'sign' if count < threshold else 'send'} {file}"
    whose = "another signer" if count < threshold else wanted.sender
    what = f"{wanted.action['type']} is signed by {count} of {threshold} that are needed"
    seat.tell(msgspec.to_builtins(wanted), f"{what}; {whose} goes on: {todo}")
