"""What can go wrong with the store, split by whose fault it is.

SQLite's own exceptions are translated once, in :mod:`app.storage.database`. Every error carries a code for the screen's
sentence, the exit code of the command line, and whether the disk's content is known: only after :class:`CommitUnknown`
it is not.
"""

from __future__ import annotations

from typing import ClassVar


class StorageError(Exception):
    """The store can't do what was asked.

    Attributes:
        code: Stable name; the sentence for it is in the window's texts.
        exit_code: What a command ends with.
        ours: Whether it is a mistake of this program (else of the machine, the disk or the configuration).
        detail: Names and numbers for the log and the sentence; never a secret.
    """

    code: ClassVar[str] = "storage"
    exit_code: ClassVar[int] = 1
    ours: ClassVar[bool] = False

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.code}: {detail}" if detail else self.code)
        self.detail = detail


# --- the world ----------------------------------------------------------------------------------------------------


class InUse(StorageError):
    """Another till has this data directory open."""

    code = "in-use"
    exit_code = 3


class ReadOnly(StorageError):
    """The data directory can't be written to, or not be reached."""

    code = "read-only"
    exit_code = 2


class Absent(StorageError):
    """There is no journal here, and the command does not make one."""

    code = "absent"
    exit_code = 2


class DiskFull(StorageError):
    """Nothing was written: the disk has no room. The reserve, where there was one, is used up."""

    code = "disk-full"


class DiskFailed(StorageError):
    """The disk answered with an error while reading, or before anything was committed."""

    code = "disk-failed"


class Damaged(StorageError):
    """What lies there is not what was written: a broken page, a foreign file, a chain that does not hold.

    Nothing is repaired or overwritten; a person decides (restore a copy, or set the folder aside).
    """

    code = "damaged"


class NewerSchema(StorageError):
    """A newer version of the program wrote this journal."""

    code = "newer-schema"
    exit_code = 2


class Mismatch(StorageError):
    """The journal belongs to another environment, terminal, set of programmes or backend than configured.

    Attributes:
        field: Which of them.
        stamped: What the journal says.
        configured: What the configuration says.
    """

    code = "mismatch"
    exit_code = 2

    def __init__(self, field: str, stamped: str, configured: str) -> None:
        super().__init__(field)
        self.field = field
        self.stamped = stamped
        self.configured = configured


class KeyMissing(StorageError):
    """The vault lacks a key this journal was written with."""

    code = "key-missing"
    exit_code = 2


class VaultExposed(StorageError):
    """The key file can be read by others, which production does not accept."""

    code = "vault-exposed"
    exit_code = 2


class CommitUnknown(StorageError):
    """A commit was refused half-way: its rows may be there or not.

    The journal takes no more commits. Close it, open it again, and ask :meth:`Journal.holds`.

    Attributes:
        last_seq: The last record that is certain.
    """

    code = "commit-unknown"

    def __init__(self, detail: str, last_seq: int) -> None:
        super().__init__(detail)
        self.last_seq = last_seq


# --- our own mistakes ---------------------------------------------------------------------------------------------


class Misuse(StorageError):
    """The commit contradicts itself; nothing was written."""

    code = "misuse"
    ours = True


class SecretRefused(Misuse):
    """Something secret was put where records are encoded. Names the type, never the value."""

    code = "secret-refused"


class StanRefused(Misuse):
    """The STAN is out of order, or an open or same-day transaction still holds it."""

    code = "stan-refused"
