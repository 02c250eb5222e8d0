"""A file with an ext4 file system in it, mounted by a loop device, whose power can be cut.

After the cut the file system takes no more writes and nothing that lies in memory reaches the
device, its own log included (`FS_IOC_SHUTDOWN` without a flush of the log). Mounted again it
replays what the device has. What a drive holds in a cache of its own is not lost: the device is a
file.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, Never, final

IMAGE_BYTES: Final = 64 << 20
_SHUTDOWN: Final = 0x8004587D
_NO_LOG_FLUSH: Final = 2
_TOOLS: Final = ("mkfs.ext4", "mount", "umount")
_LOOP: Final = Path("/dev/loop-control")
_TOOL_S: Final = 60
_BUSY_ATTEMPTS: Final = 200
_BUSY_PAUSE_S: Final = 0.05


class NoPowerToCut(Exception):
    """What is missing here: root, loop devices, ext4, or its tools."""


@final
class Image:
    """`place` is where the file system is while it is mounted."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "place"
        self._file = folder / "image"

    @property
    def is_mounted(self) -> bool:
        """Asked of the system: what interrupts a mount or its end leaves nobody time to note it."""
        return self.place.is_mount()

    def make(self) -> None:
        """Raises NoPowerToCut."""
        self.place.mkdir()
        self.renew()

    def renew(self) -> None:
        """An empty file system instead of what there was; it is not mounted."""
        assert not self.is_mounted, "what is mounted stays as it is"
        self._file.unlink(missing_ok=True)
        with self._file.open("wb") as file:
            file.truncate(IMAGE_BYTES)
        _run("mkfs.ext4", "-q", "-F", str(self._file))

    def mount(self) -> None:
        """Raises NoPowerToCut."""
        _run("mount", "-o", "loop", str(self._file), str(self.place))

    def cut(self) -> None:
        """The power goes. Raises OSError where the file system can not be stopped so."""
        place = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(place, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(place)

    def unmount(self) -> None:
        """Waits for processes that were killed and still have a file open. The loop device goes
        with the mount."""
        if not self.is_mounted:
            return
        for _ in range(_BUSY_ATTEMPTS):
            done = _tool("umount", str(self.place))
            if done.returncode == 0:
                return
            time.sleep(_BUSY_PAUSE_S)
        raise OSError(f"{self.place} can not be unmounted: {done.stderr.decode()}")


@contextmanager
def image() -> Iterator[Image]:
    """An image that is gone afterwards, whatever ends the work, SIGTERM too.

    Raises NoPowerToCut.
    """
    _check()
    folder = Path(tempfile.mkdtemp(prefix="bellwether-power-"))
    found = Image(folder)
    with _ended_in_order():
        try:
            found.make()
            yield found
        finally:
            try:
                found.unmount()
            finally:
                if not found.is_mounted:
                    shutil.rmtree(folder)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM raises, so that what must be undone is."""

    def end(number: int, frame: FrameType | None) -> Never:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _check() -> None:
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        raise NoPowerToCut(f"{' and '.join(missing)} can not be found")
    if os.geteuid() != 0:
        raise NoPowerToCut("only root can mount a file system")
    if not _LOOP.exists():
        raise NoPowerToCut("there are no loop devices")


def _run(*command: str) -> None:
    done = _tool(*command)
    if done.returncode != 0:
        raise NoPowerToCut(f"{command[0]}: {done.stderr.decode(errors='replace').strip()}")


def _tool(*command: str) -> subprocess.CompletedProcess[bytes]:
    """In a session of its own, so that Ctrl-C does not end it half way."""
    return subprocess.run(
        command, capture_output=True, check=False, timeout=_TOOL_S, start_new_session=True
    )
