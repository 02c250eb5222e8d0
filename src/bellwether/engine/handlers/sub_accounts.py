"""Further accounts of one owner, without keys of their own (RULE-5, MARG-7), and names."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from bellwether.engine.admission import admit
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import User
from bellwether.schema import rejects
from bellwether.schema.commands import CreateSubAccount, NameAccount
from bellwether.schema.events import AccountNamed, CommandRefused, SubAccountCreated

MOST_SUB_ACCOUNTS: Final = 10
LONGEST_NAME: Final = 16
LONGEST_DISPLAY_NAME: Final = 20
_PREFIX: Final = b"bellwether sub-account"
_LOWEST_CHARACTER: Final = " "
_DELETE: Final = "\x7f"


def sub_account_address(master: bytes, number: int) -> bytes:
    """20 bytes of a hash: the address of a master's sub-account, counted from 0; no key has it."""
    return sha256(_PREFIX + master + number.to_bytes(4, "big")).digest()[:20]


def create_sub_account(turn: Turn, command: CreateSubAccount) -> None:
    """Opens an account that has the master's owner, attributes, disclosures and agents.

    Money that somebody has sent to the address before belongs to it.
    """
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, True, True
    )
    if user is None:
        return
    if not _is_name(command.name, LONGEST_NAME):
        turn.emit(CommandRefused(rejects.ACCOUNT_NAME_INVALID))
        return
    if len(user.sub_accounts) >= MOST_SUB_ACCOUNTS:
        turn.emit(CommandRefused(rejects.TOO_MANY_SUB_ACCOUNTS))
        return
    venue = turn.venue
    sub = venue.user(sub_account_address(user.address, len(user.sub_accounts)))
    sub.name = command.name
    venue.adopt(user, sub)
    turn.emit(SubAccountCreated(user.address, sub.address, sub.name))


def name_account(turn: Turn, command: NameAccount) -> None:
    """Names an account of the signer's; its own may lose its name again."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, True, True
    )
    if user is None:
        return
    named = _named(user, command.account)
    if named is None:
        turn.emit(CommandRefused(rejects.SUB_ACCOUNT_UNKNOWN))
        return
    if named is user:
        fits = command.name == "" or _is_name(command.name, LONGEST_DISPLAY_NAME)
    else:
        fits = _is_name(command.name, LONGEST_NAME)
    if not fits:
        turn.emit(CommandRefused(rejects.ACCOUNT_NAME_INVALID))
        return
    named.name = command.name
    turn.emit(AccountNamed(named.address, named.name))


def _named(user: User, address: bytes) -> User | None:
    return user if address == user.address else user.sub_accounts.get(address)


def _is_name(name: str, longest: int) -> bool:
    """Neither empty nor too long, and without control characters and space around it."""
    if not 0 < len(name) <= longest or name[0] == " " or name[len(name) - 1] == " ":
        return False
    return all(character >= _LOWEST_CHARACTER and character != _DELETE for character in name)
