"""Small files that must be whole or absent, and seen by their owner only."""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from app.storage.errors import DiskFailed, DiskFull, ReadOnly, StorageError

LEFTOVER_SECONDS = 60


def write_whole(path: Path, content: bytes, *, replace: bool) -> bool:
    """Writes a file of mode 0600 that is complete and durable under its name, or not there.

    Args:
        path: The name it gets.
        content: All of it.
        replace: Whether an existing file gives way. If not, the first of two writers wins.

    Returns:
        False if ``replace`` is off and the file was there already.

    Raises:
        DiskFull, ReadOnly, DiskFailed: nothing changed under the name.
    """
    temporary = path.with_name(f".{path.name}.{token_hex(8)}")
    try:
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if replace:
                temporary.replace(path)
            else:
                try:
                    os.link(temporary, path)
                except FileExistsError:
                    return False
        finally:
            temporary.unlink(missing_ok=True)
        sync_directory(path.parent)
    except OSError as error:
        raise translated(error, path) from error
    return True


def sync_directory(directory: Path) -> None:
    """Makes names in a directory durable."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_directory(directory: Path) -> None:
    """A directory for the till alone (mode 0700), with its parents.

    Raises:
        ReadOnly, DiskFull, DiskFailed: it can't be made.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise translated(error, directory) from error


def remove_leftovers(directory: Path, name: str) -> None:
    """Clears temporary files of a writer that died between writing and renaming; a living one is done in a minute."""
    for leftover in directory.glob(f".{name}.*"):
        with suppress(OSError):
            if time.time() - leftover.stat().st_mtime > LEFTOVER_SECONDS:
                leftover.unlink()


def translated(error: OSError, path: Path) -> StorageError:
    """The system's error in the store's words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(path.name)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.EEXIST):
        return ReadOnly(path.name)
    return DiskFailed(f"{path.name}: {error.strerror}")
