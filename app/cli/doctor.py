"""``stanchion doctor``: looks at everything a till needs and says what to do. Sells nothing, repairs nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.backends.base import SettingsFault
from app.bootstrap import open_bare, settings_of
from app.cli import machine_checks as machine
from app.cli import till_checks as till
from app.cli.finding import Finding, State, bad, good
from app.cli.hook_checks import hooks
from app.cli.places import training_issuer
from app.domain.errors import CannotStart
from app.issuer.child import IssuerFailed
from app.paths import data_directory, receipts_directory
from app.settings import Settings, SettingsError, load
from app.storage.errors import StorageError
from app.storage.vault import Vault

Contract = Callable[[], dict[str, Any]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument("--config", type=Path, help="configuration file; without one the training till is looked at")
    parser.add_argument("--data", type=Path, help="data directory (default: this user's)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line: check, state, said, do")


def run(arguments: argparse.Namespace) -> int:
    """0 where a till can sell, 1 where something is bad, 2 where its configuration is, 3 while a till runs."""
    data: Path = arguments.data or data_directory(training=arguments.config is None)
    codes = [_tell(finding, as_json=arguments.json) for finding in _findings(arguments.config, data)]
    return max(codes)


def _tell(finding: Finding, *, as_json: bool) -> int:
    if as_json:
        told = {"check": finding.check, "state": finding.state.value, "said": finding.said, "do": finding.do}
        print(json.dumps(told), flush=True)
    else:
        print(f"{finding.state:<5} {finding.check:<14} {finding.said}", flush=True)
        if finding.do:
            print(f"{'':<20} -> {finding.do}", flush=True)
    return finding.code if finding.state is State.BAD else 0


def _findings(config: Path | None, data: Path) -> Iterator[Finding]:
    yield from machine.interpreter()
    yield from machine.screen()
    yield from machine.disk(data)
    yield from machine.clock(datetime.now(UTC).astimezone())
    # before anything is started: the training issuer belongs to the till that runs
    used = till.in_use(data)
    if used is not None:
        yield used
        yield from _hooks_beside(config, data)
        return
    if config is not None:
        yield from _with_settings(config, None, data)
        return
    child = None
    try:
        child = training_issuer(data)
        yield from _with_settings(None, child.contract, data)
    except CannotStart:
        return  # told by the look at the disk
    except IssuerFailed as error:
        yield bad("issuer", f"The training issuer did not start ({error}).", "Look at what it wrote above.")
    finally:
        if child is not None:
            child.stop()


def _hooks_beside(config: Path | None, data: Path) -> Iterator[Finding]:
    """Hooks come while a till runs: what is to be told of them needs no journal."""
    try:
        settings = load(config) if config is not None else None
        if settings is not None:
            vault = Vault.open(data, use_keyring=not settings.training, production=not settings.training)
            yield from hooks(settings, vault, data, datetime.now(UTC))
    except (SettingsError, StorageError):
        return  # told when the till is closed, by those who look at it


def _with_settings(config: Path | None, contract: Contract | None, data: Path) -> Iterator[Finding]:
    try:
        settings = settings_of(config, contract)
    except SettingsError as error:
        yield till.unusable(error)
        return
    said = f"{config} is good" if config else "None: a training till on the simulated issuer"
    yield good("configuration", f"{said}; terminal {settings.till.terminal_id}, {settings.till.environment}.")
    vault, told = till.keys(settings, data)
    yield from told
    if vault is not None:
        yield till.pin_pad(settings, vault)
        yield from _behind(settings, vault, data)
        yield from hooks(settings, vault, data, datetime.now(UTC))
    folder = Path(settings.printer.folder) if settings.printer.folder else receipts_directory(data)
    yield from machine.printer(folder)
    yield from machine.reader(settings)
    yield from machine.scanner(settings)


def _behind(settings: Settings, vault: Vault, data: Path) -> Iterator[Finding]:
    """Journal and backends: what needs the vault."""
    try:
        bare = open_bare(settings, data)
    except (SettingsError, SettingsFault) as error:
        yield till.unusable(error)
        yield from till.journal(settings, vault, data, None)  # nobody can say whose it should be; it can be read
        return
    except StorageError as error:
        yield till.from_storage("vault", error, data)
        return
    try:
        yield from till.journal(settings, bare.vault, data, bare.stamp)
        for face, backend in bare.backends.items():
            yield till.line(face, backend)
            told = till.host_clock(settings.backend[face])
            if told is not None:
                yield from machine.clock_beside(told, face)
    finally:
        bare.close()
