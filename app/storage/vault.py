"""The till's keys and credentials: in the desktop's keyring where there is one, else in a file of mode 0600.

One small JSON object of names and values. The till's own keys (:class:`Key`) are drawn at random when a data directory
is young; they are never drawn anew beside an existing journal, whose chain and sealed cards would not open with them.
A file beside the journal protects against a copied database, not against somebody who copies the whole directory:
:attr:`Vault.warning` says so on the screen.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

import keyring
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import msgspec
from keyring.backend import KeyringBackend

from app.crypto.mac import hmac_sha256
from app.domain.card import Pan
from app.storage.errors import Damaged, KeyMissing, ReadOnly, VaultExposed
from app.storage.files import make_directory, remove_leftovers, translated, write_whole

KEY_BYTES = 32
MAX_FILE = 1 << 20
"""A vault holds a few dozen short values; a larger file is not ours."""

_FILE = "vault"
_SERVICE = "stanchion"
_JOURNAL = "journal.db"


class Key(StrEnum):
    """The till's own keys, 32 random bytes each."""

    JOURNAL = "journal-mac"
    SEAL = "seal"
    CARD = "card-hash"


class VaultWarning(StrEnum):
    """What a person should know about where the keys lie. A sentence on the screen each."""

    NONE = ""
    FILE = "keys-in-file"
    EXPOSED = "keys-readable-by-others"


class Vault:
    """Named secrets. Its ``repr`` tells nothing, and a missing name is an error that tells the name only."""

    __slots__ = ("_backend", "_directory", "_values", "warning")

    def __init__(
        self, directory: Path, values: dict[str, str], backend: KeyringBackend | None, warning: VaultWarning
    ) -> None:
        self._directory = directory
        self._values = values
        self._backend = backend
        self.warning = warning

    def __repr__(self) -> str:
        return "Vault(…)"

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        use_keyring: bool = False,
        production: bool = False,
        backend: KeyringBackend | None = None,
    ) -> Vault:
        """Opens the vault of a data directory; in a young one, makes it.

        Args:
            directory: The data directory.
            use_keyring: Whether to ask the desktop's keyring; without a usable one the file is used.
            production: Whether a key file that others can read is refused instead of warned about.
            backend: A keyring to use instead of the desktop's choice.

        Raises:
            KeyMissing: there is a journal, but not all of the keys it was written with.
            VaultExposed, Damaged, ReadOnly, DiskFull: as they say.
        """
        make_directory(directory)
        remove_leftovers(directory, _FILE)
        chosen = (backend or _desktop_keyring()) if use_keyring else None
        warning = VaultWarning.NONE if chosen else VaultWarning.FILE
        if chosen is None and _exposed(directory / _FILE):
            if production:
                raise VaultExposed(_FILE)
            warning = VaultWarning.EXPOSED
        values = _load(directory, chosen)
        vault = cls(directory, values, chosen, warning)
        missing = [key for key in Key if key not in values]
        if missing and (directory / _JOURNAL).exists():
            raise KeyMissing(", ".join(missing))
        if missing:
            for key in missing:
                values[key] = secrets.token_hex(KEY_BYTES)
            if not vault._save(replace=bool(len(values) > len(missing))):
                vault._values = _load(directory, chosen)  # another till was first; it will have the journal, too
        return vault

    def key(self, name: Key | str) -> bytes:
        """A key's bytes (values of keys are hex).

        Raises:
            KeyMissing: it is not there, or not hex.
        """
        try:
            return bytes.fromhex(self._values[name])
        except (KeyError, ValueError):
            raise KeyMissing(str(name)) from None

    def secret(self, name: str) -> str | None:
        """A credential, or None."""
        return self._values.get(name)

    def names(self) -> tuple[str, ...]:
        """What is in it, for the doctor; names only."""
        return tuple(sorted(self._values))

    def put(self, name: str, value: str) -> None:
        """Keeps a credential or key, durably.

        Raises:
            ValueError: the name is one of the till's own keys, which are never exchanged.
            DiskFull, ReadOnly, DiskFailed: nothing changed.
        """
        if name in set(Key):
            raise ValueError(f"{name} is never exchanged")
        before = dict(self._values)
        self._values[name] = value
        try:
            self._save(replace=True)
        except BaseException:
            self._values = before
            raise

    def card_key(self, pan: Pan) -> str:
        """The keyed hash under which a card is found again: HMAC-SHA256, hex."""
        return hmac_sha256(self.key(Key.CARD), pan.reveal().encode("ascii")).hex()

    def _save(self, *, replace: bool) -> bool:
        content = msgspec.json.encode(dict(sorted(self._values.items())))
        if self._backend is not None:
            try:
                self._backend.set_password(_SERVICE, str(self._directory.absolute()), content.decode())
            except keyring.errors.KeyringError as error:
                raise ReadOnly(type(error).__name__) from None
            return True
        return write_whole(self._directory / _FILE, content, replace=replace)


def _load(directory: Path, backend: KeyringBackend | None) -> dict[str, str]:
    if backend is not None:
        try:
            text = backend.get_password(_SERVICE, str(directory.absolute()))
        except keyring.errors.KeyringError as error:
            raise ReadOnly(type(error).__name__) from None
        content = text.encode() if text else b""
    else:
        content = _read(directory / _FILE)
    if not content:
        return {}
    try:
        return msgspec.json.decode(content, type=dict[str, str])
    except msgspec.MsgspecError:
        raise Damaged(_FILE) from None


def _read(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise translated(error, path) from error
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE or not content:
        raise Damaged(_FILE)  # an empty file would look like a young vault, and lose every key
    return content


def _exposed(path: Path) -> bool:
    with suppress(OSError):
        return bool(path.stat().st_mode & 0o077)
    return False


def _desktop_keyring() -> KeyringBackend | None:
    """The keyring of this desktop, if it is one that keeps anything."""
    found: KeyringBackend = keyring.get_keyring()
    if isinstance(found, keyring.backends.fail.Keyring | keyring.backends.null.Keyring):
        return None
    try:
        return found if found.priority > 0 else None
    except (RuntimeError, keyring.errors.KeyringError):  # a chainer without members has no priority
        return None
