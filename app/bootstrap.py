"""Puts the till together: the one room that knows every room but the window.

The window imports this after its first picture, so nothing slow stands between a double click and something to see.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import logs, paths
from app.backends.base import Backend, SettingsFault, Surroundings
from app.backends.registry import open_backend
from app.crypto.kcv import is_public_test_key
from app.crypto.pinblock import PinBlockFormat
from app.domain.card import Issued
from app.domain.codes import misplaced
from app.domain.errors import CannotStart
from app.domain.ids import TerminalId
from app.domain.receipt import Receipt
from app.domain.records import Record, StanSkipped
from app.domain.report import DayReport
from app.domain.till import Setup
from app.domain.view import TillView
from app.issuer.child import IssuerFailed
from app.service.clock import Clock, SystemClock
from app.service.devices import ready
from app.service.line_switch import LineSwitch
from app.service.peripherals import READER, SCANNER
from app.service.pin_session import PinKeyRefused
from app.service.printing import FilePrinter, Renderer
from app.service.running import RunningTill
from app.service.sign_in import Gate
from app.settings import HOOK_SECRETS, PRODUCTION, SECRET_FIELDS, TRAINING, Settings, SettingsError, load
from app.storage.errors import (
    Absent,
    Damaged,
    DiskFull,
    InUse,
    KeyMissing,
    Mismatch,
    NewerSchema,
    ReadOnly,
    StorageError,
    VaultExposed,
)
from app.storage.journal import Journal, Stamp
from app.storage.vault import Vault, VaultWarning
from app.training import DEMO_PINS, training_settings
from hardware.errors import OptionError, UnknownDriver

Paper = tuple[
    Callable[[Receipt], list[str]],
    Callable[[Issued], list[str]],
    Callable[[DayReport, str, str], list[str]],
]

DIFFERENCE = 1
WRONG = 2
"""Exit codes: 1 for what lies there, 2 for how it was called or configured."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one till lives.

    Attributes:
        data: Its data directory.
        reader, scanner: Device path or pyserial URL from the command line; empty takes the configured one.
        resume: A person has seen that the journal is older than its witness, and goes on.
    """

    data: Path
    reader: str = ""
    resume: bool = False
    scanner: str = ""

    @property
    def receipts(self) -> Path:
        """Where slips go when the configuration names no folder."""
        return paths.receipts_directory(self.data)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller wants of a till, and where its pictures and faults go.

    Attributes:
        place: Where it lives.
        config: Its configuration; None for training.
        contract: Waits for the training issuer's contract line; None where there is a configuration.
        paper: Words for paper: a receipt, a new card, a report (with its shop and till) as lines.
        show: Takes each picture, from the terminal's thread.
        failed: Told when a thread ended by a fault.
        clock: The machine's own; tests and the simulator bring others.
    """

    place: Place
    config: Path | None
    contract: Callable[[], dict[str, Any]] | None
    paper: Paper
    show: Callable[[TillView], None]
    failed: Callable[[BaseException], None]
    clock: Clock = field(default_factory=SystemClock)


@dataclass(frozen=True, slots=True)
class Bare:
    """The parts below the threads: for commands that need no window."""

    settings: Settings
    vault: Vault
    stamp: Stamp
    setup: Setup
    backends: dict[str, Backend]
    line: LineSwitch

    def close(self) -> None:
        """Drops connections."""
        for backend in self.backends.values():
            backend.close()


class RolledBackJournal(Exception):
    """The journal is older than what its witness saw: numbers may have been used that it does not know."""


def open_bare(settings: Settings, data: Path) -> Bare:
    """Vault, backends and the domain's setup.

    Raises:
        SettingsError, StorageError, SettingsFault: as they say; nothing was changed.
    """
    vault = Vault.open(data, use_keyring=not settings.training, production=not settings.training)
    line = LineSwitch()
    backends = {
        face: open_backend(face, _with_secrets(face, table, vault), Surroundings(cut=line.is_cut))
        for face, table in settings.backend.items()
    }
    programmes = settings.programmes()
    # The training issuer comes with the till: its port changes with every start and its faces with every release, and
    # a trainee's folder stays the same one. There the name of the first must do.
    known = 1 if settings.training else None
    stamp = Stamp(
        environment=TRAINING if settings.training else PRODUCTION,
        terminal_id=TerminalId(settings.till.terminal_id),
        currency=settings.till.currency,
        programmes=tuple(programme.name for programme in programmes)[:known],
        base_urls=tuple(
            face if settings.training else str(table.get("base_url", face)) for face, table in settings.backend.items()
        )[:known],
    )
    setup = Setup(
        terminal_id=TerminalId(settings.till.terminal_id),
        store=settings.till.store,
        currency=settings.till.currency,
        programmes=programmes,
        capabilities={face: backend.capabilities for face, backend in backends.items()},
        operators=settings.operators(),
        training=settings.training,
        catalogue=settings.catalogue(),
        demo_pins=DEMO_PINS if settings.training else (),
        cash_out_up_to=settings.money(settings.till.cash_out_up_to),
        keys_in_file=vault.warning is not VaultWarning.NONE and not settings.training,
    )
    bare = Bare(settings, vault, stamp, setup, backends, line)
    wrong = misplaced(programmes, setup.capabilities)
    if wrong:
        bare.close()
        raise SettingsError(f"programme {wrong[0].name} has code_prefixes, but {wrong[0].face} has no codes")
    return bare


def _with_secrets(face: str, table: dict[str, bool | str], vault: Vault) -> dict[str, object]:
    found: dict[str, object] = {name: value for name, value in table.items() if name not in HOOK_SECRETS}
    for name in SECRET_FIELDS - {"key", *HOOK_SECRETS}:
        if name not in found:
            value = vault.secret(f"{face}.{name}")
            if value is not None:
                found[name] = value
    return found


def pin_key(settings: Settings, vault: Vault) -> tuple[PinBlockFormat, bytes]:
    """Format and working key of the on-screen PIN pad; a random key where none is set (PINs then never match).

    Raises:
        SettingsError: the key is not hex, or not as long as its cipher wants.
        PinKeyRefused: a published test key, outside training.
    """
    kind = PinBlockFormat(settings.pin.format)
    try:
        key = bytes.fromhex(settings.pin.key or vault.secret("pin.key") or secrets.token_hex(16))
    except ValueError:
        raise SettingsError("pin.key is not hexadecimal") from None
    lengths = (16, 24, 32) if kind is PinBlockFormat.ISO_4 else (16, 24)
    if len(key) not in lengths:
        raise SettingsError(f"pin.key has {len(key)} bytes; format {settings.pin.format} takes {lengths}")
    if not settings.training and is_public_test_key(key):
        raise PinKeyRefused
    return kind, key


def open_journal(bare: Bare, place: Place, clock: Clock) -> Journal:
    """The till's journal.

    Raises:
        StorageError: as it says.
        RolledBackJournal: a person must look first.
    """
    journal = _journal(bare, place)
    if journal.rolled_back is not None:
        if not place.resume:
            journal.close()
            raise RolledBackJournal
        journal.resume(Record(clock.now(), None, StanSkipped(journal.rolled_back.skip)))
    return journal


def _journal(bare: Bare, place: Place) -> Journal:
    escrow = Path(bare.settings.till.escrow) if bare.settings.till.escrow else None
    return Journal.open(place.data, bare.vault, bare.stamp, escrow=escrow)


def keep_log(data: Path) -> str:
    """Starts the till's log; what is wrong with its file, or nothing."""
    try:
        logs.set_up(paths.log_file(data))
    except OSError as error:
        return f"{paths.log_file(data)}: {error.strerror}"
    return ""


def read_journal(data: Path, *, escrow: str = "") -> Journal:
    """The journal that lies in a directory, whoever's it is, for a command that only reads.

    Args:
        data: The directory.
        escrow: Where its witness lies; empty for beside it.

    Raises:
        StorageError: as it says; a running till is ``InUse``.
    """
    if not (data / "journal.db").exists():
        raise Absent
    vault = Vault.open(data, use_keyring=not (data / "vault").exists())
    return Journal.open(data, vault, None, escrow=Path(escrow) if escrow else None)


@dataclass(frozen=True, slots=True)
class Opened:
    """A till that is ready to start, and the gate of its operators."""

    till: RunningTill
    gate: Gate


def _renderer(paper: Paper, setup: Setup) -> Renderer:
    """Words for paper; a report says of which shop and till it is, as it does on the screen."""
    receipt, card, report = paper
    return Renderer(receipt, card, lambda day: report(day, setup.store, setup.terminal_id))


def open_till(settings: Settings, wish: Wish) -> Opened:
    """A whole till, not yet started.

    Raises:
        SettingsError, SettingsFault, StorageError, RolledBackJournal, PinKeyRefused, HardwareError: each names what
            is wrong; nothing was changed.
    """
    place = wish.place
    clock = wish.clock
    # what is wrong with a device's settings is told before a journal is made
    devices = [
        ready(name, told.driver, url or told.url, told.options)
        for name, told, url in (
            (READER, settings.reader, place.reader),
            (SCANNER, settings.scanner, place.scanner),
        )
    ]
    bare = open_bare(settings, place.data)
    try:
        key = pin_key(settings, bare.vault)
        journal = open_journal(bare, place, clock)
    except BaseException:
        bare.close()
        raise
    folder = Path(settings.printer.folder) if settings.printer.folder else place.receipts
    till = RunningTill(
        journal=journal,
        reopen=lambda: _journal(bare, place),
        setup=bare.setup,
        limits=settings.limits(),
        backends=bare.backends,
        printer=lambda post, broken: FilePrinter(folder, _renderer(wish.paper, bare.setup), post, broken),
        pin_key=key,
        cut=bare.line.set,
        show=wish.show,
        clock=clock,
        card_key=bare.vault.card_key,
        operator=bare.setup.operators[0] if settings.training and bare.setup.operators else None,
        failed=wish.failed,
        hooks=place.data if settings.hooks.faces else None,
    )
    for device in filter(None, devices):
        till.add_device(device)
    hashes = {operator.id: operator.pin_hash for operator in settings.operator}
    return Opened(till, Gate(bare.setup.operators, hashes, till.post, clock.ticks))


def start(wish: Wish) -> Opened:
    """:func:`open_till` with everything that may be wrong told in one sentence.

    Raises:
        CannotStart: nothing was changed.
    """
    with told_in_words(wish.place.data):
        return open_till(settings_of(wish.config, wish.contract), wish)


def settings_of(config: Path | None, contract: Callable[[], dict[str, Any]] | None) -> Settings:
    """The configured settings, or those of a training till on the issuer whose contract this is."""
    if config is not None:
        return load(config)
    if contract is None:
        raise SettingsError("neither a configuration nor a training issuer")
    return training_settings(contract())


@contextmanager
def told_in_words(data: Path) -> Iterator[None]:
    """Turns what may be wrong before a till runs into a sentence and an exit code."""
    try:
        yield
    except (SettingsError, SettingsFault) as error:
        raise CannotStart(f"The configuration can't be used: {error}", WRONG) from None
    except IssuerFailed as error:
        raise CannotStart(f"The training issuer did not start: {error}", DIFFERENCE) from None
    except RolledBackJournal:
        raise CannotStart(
            f"The journal in {data} is older than its witness: it was restored from a copy, or the disk lost writes. "
            "Numbers may have been used that it does not know. Compare with the backend, then start with --resume.",
            DIFFERENCE,
        ) from None
    except PinKeyRefused:
        raise CannotStart("The PIN key is a published test key: it is refused outside training.", WRONG) from None
    except (OptionError, UnknownDriver) as error:
        raise CannotStart(f"The settings of reader or scanner can't be used: {error}", WRONG) from None
    except StorageError as error:
        raise CannotStart(about_storage(error, data), error.exit_code) from None


def about_storage(error: StorageError, data: Path) -> str:
    """What the store says, as sentences: what is wrong, what happened to the data, what to do."""
    match error:
        case InUse():
            return f"Another till is using {data}. Close it first, or give this one a data directory of its own."
        case ReadOnly():
            return f"The data directory {data} can't be written to. Nothing was changed. Give this user the right to."
        case Absent():
            return f"There is no journal in {data}."
        case DiskFull():
            return f"The disk of {data} is full. Nothing was lost. Make room, then start again."
        case Damaged():
            return (
                f"The journal in {data} is damaged ({error.detail}). Nothing was changed. "
                "Keep the folder, restore a copy into another, and run `stanchion journal verify`."
            )
        case NewerSchema():
            return f"The journal in {data} was written by a newer version of Stanchion. Install that version."
        case Mismatch():
            return (
                f"The journal in {data} belongs to another {error.field} ({error.stamped}) than configured "
                f"({error.configured}). Nothing was changed. Use the right configuration or another folder."
            )
        case KeyMissing():
            return f"The vault lacks a key of the journal in {data} ({error.detail}). Restore the vault beside it."
        case VaultExposed():
            return f"The key file in {data} can be read by others. Make it private (chmod 600), then start again."
        case _:
            return f"The store in {data} can't be used ({error})."
