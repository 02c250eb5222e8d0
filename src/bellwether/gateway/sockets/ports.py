"""The two ends of a session: what it writes to, and what hears the client."""

from __future__ import annotations

from typing import Protocol

EVENT = 0
"""The number of what is no state: nothing sent later takes its place."""


class Outlet(Protocol):
    """One client's socket. Nothing here blocks; after the end everything is passed over."""

    @property
    def is_open(self) -> bool:
        """May anything be sent yet?"""

    def send(self, payload: bytes) -> None:
        """One text message."""

    def send_framed(self, frame: bytes, state: int) -> None:
        """One message, framed already. Of those with one number that is not EVENT only the newest
        is kept for a client that is slow."""


class HeldOutlet(Outlet, Protocol):
    """A client's socket that this process holds."""

    def hold_up(self) -> None:
        """Nothing more is read from the client for now."""

    def go_on(self) -> None:
        """Reads from the client again."""


class Listener(Protocol):
    """Hears one client."""

    def frame(self, data: bytes) -> None:
        """A text message in whole."""

    def end(self, cut_off: bool) -> None:
        """The client has gone, or has been cut off for not reading. Called once."""
