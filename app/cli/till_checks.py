"""The doctor on the till: configuration, vault, journal, PIN key, backends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import date, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path

from app.backends.base import Backend, Deadline, HostError, SettingsFault, Surroundings
from app.backends.client import Call, HttpClient
from app.backends.registry import PROVIDERS
from app.bootstrap import about_storage, pin_key, read_journal
from app.cli.finding import UNUSABLE, Finding, State, bad, good, warn
from app.domain import transaction as txn
from app.domain.host import Cause
from app.service.pin_session import PinKeyRefused
from app.settings import HOOK_SECRETS, SECRET_FIELDS, Settings, SettingsError
from app.storage.errors import InUse, StorageError
from app.storage.journal import Journal, Stamp
from app.storage.vault import Vault, VaultWarning

CLOCK_SECONDS = 5.0
"""How long to wait for a host's clock."""


def from_storage(check: str, error: StorageError, data: Path) -> Finding:
    """What the store says, in the till's own sentence: what is wrong, then what to do."""
    sentence = about_storage(error, data)
    what, _, do = sentence.partition(". ")
    return Finding(check, State.BAD, f"{what.rstrip('.')}.", do, error.exit_code)


def in_use(data: Path) -> Finding | None:
    """Whether a till has this directory open now; all other troubles are for :func:`journal` to tell."""
    if not (data / "journal.db").exists():
        return None
    try:
        read_journal(data).close()
    except InUse as error:
        return from_storage("journal", error, data)
    except StorageError:
        return None
    return None


def keys(settings: Settings, data: Path) -> tuple[Vault | None, list[Finding]]:
    """The vault and what it lacks."""
    if not data.exists() and not settings.training:  # opening would make it, where perhaps only --data was mistyped
        do = f"Put the backend's secrets in with `stanchion vault set NAME --data {data}`."
        return None, [bad("vault", f"There is no vault yet: {data} is not there.", do, UNUSABLE)]
    try:
        vault = Vault.open(data, use_keyring=not settings.training, production=not settings.training)
    except StorageError as error:
        return None, [from_storage("vault", error, data)]
    told = {
        VaultWarning.NONE: good("vault", "The keys lie in the desktop's key store."),
        VaultWarning.FILE: good("vault", f"The keys lie in {data / 'vault'}, readable by its owner alone.")
        if settings.training
        else warn(
            "vault",
            f"The keys lie in {data / 'vault'}: who copies the whole directory can read the queue's cards.",
            "Use a desktop with a key store, or keep the directory on an encrypted disk.",
        ),
        VaultWarning.EXPOSED: warn(
            "vault", f"{data / 'vault'} can be read by other users.", f"chmod 600 {data / 'vault'}"
        ),
    }
    return vault, [told[vault.warning], *_secrets(settings, vault)]


def _secrets(settings: Settings, vault: Vault) -> Iterator[Finding]:
    for face, table in settings.backend.items():
        provider = PROVIDERS.get(face)
        if provider is None:
            continue  # told by the backend's own check
        wanted = [
            field.name
            for field in fields(provider.settings)
            # the secret of a client this till is not given is not missed
            if field.name in SECRET_FIELDS and (field.default is MISSING or table.get(_client_of(field.name)))
        ]
        wanted += HOOK_SECRETS[:1] if face in settings.hooks.faces else ()
        lacking = [name for name in wanted if not table.get(name) and vault.secret(f"{face}.{name}") is None]
        for name in lacking:
            said = f"The vault has no {face}.{name}."
            yield bad("secrets", said, f"Run: stanchion vault set {face}.{name}", UNUSABLE)
        if not lacking:
            yield good("secrets", f"All {len(wanted)} secrets of {face} are there.")


def _client_of(secret: str) -> str:
    return secret.removesuffix("_secret") + "_id"


def pin_pad(settings: Settings, vault: Vault) -> Finding:
    """The key under which PINs leave the window."""
    try:
        kind, _ = pin_key(settings, vault)
    except PinKeyRefused:
        return bad(
            "pin-key",
            "The PIN key is a published test key, and this is no training till.",
            "Ask the backend for a working key, and run: stanchion vault set pin.key",
            UNUSABLE,
        )
    except SettingsError as error:
        return bad("pin-key", f"The PIN key can't be used: {error}.", "Run: stanchion vault set pin.key", UNUSABLE)
    if not settings.pin.key and vault.secret("pin.key") is None:
        do = "Where a backend wants PINs encrypted, ask it for the key and run: stanchion vault set pin.key"
        return warn("pin-key", "There is no PIN key: no PIN can be entered for a backend that wants it encrypted.", do)
    return good("pin-key", f"The PIN key is there (block format {int(kind)}).")


def journal(settings: Settings, vault: Vault, data: Path, stamp: Stamp | None) -> Iterator[Finding]:
    """Opens the journal as the till does, and tells how it is and what is open in it."""
    if not (data / "journal.db").exists():
        yield good("journal", "There is no journal yet; the first start makes it.")
        return
    escrow = Path(settings.till.escrow) if settings.till.escrow else None
    try:
        kept = Journal.open(data, vault, stamp, escrow=escrow)
    except StorageError as error:
        yield from_storage("journal", error, data)
        return
    try:
        yield from _about(kept)
        yield from _waiting(kept)
    finally:
        kept.close()


def _about(kept: Journal) -> Iterator[Finding]:
    if kept.rolled_back is not None:
        yield bad(
            "journal",
            f"The journal is older than its witness: {kept.seq} of {kept.rolled_back.witness.seq} records.",
            "It was restored from a copy, or the disk lost writes. Compare with the backend, then start with --resume.",
        )
    else:
        day = kept.business_day()
        yield good(
            "journal",
            f"{kept.seq} records, the chain holds at its end; business day {day or 'not begun'}, Z {kept.z_number()}.",
        )
        today = date.today()  # noqa: DTZ011 - the shop's own day
        if day is not None and day < today.isoformat():
            yield warn("day", f"Business day {day} is not closed.", "Let a manager print the Z (F9).")
    if kept.witness_problem:
        yield warn(
            "witness",
            f"The witness can't be used ({kept.witness_problem}): an old copy of the journal would not be noticed.",
            "Look at [till] escrow; the next Z writes it anew.",
        )
    if kept.low_on_space:
        yield bad("journal", "There is no room for the journal's reserve.", "Make room on that disk.")


def _waiting(kept: Journal) -> Iterator[Finding]:
    waiting = kept.open_transactions()
    at_desk = sum(item.state in (txn.State.ATTENTION, txn.State.DISPUTED) for item in waiting)
    if not waiting:
        yield good("queue", "Nothing waits to be sent.")
        return
    currency = waiting[0].amount.currency
    amount = Decimal(sum(item.amount.minor for item in waiting)).scaleb(-currency.exponent)
    said = f"{len(waiting)} open items ({amount} {currency})"
    if at_desk:
        yield warn("queue", f"{said}; {at_desk} wait for a person.", "Open the queue in the till (F8) and decide.")
    else:
        yield warn("queue", f"{said}.", "Start the till with the line up, or run `stanchion sync`.")


_CAUSES = {
    Cause.CONNECT: "Look at the network and at the base_url.",
    Cause.TLS: "Its certificate is not accepted: look at the clock, at base_url and at ca_file.",
    Cause.TOKEN: "It gave no token: look at token_url, client_id and the client_secret in the vault.",
    Cause.CONFIGURATION: "It does not take our credentials: look at hmac_user, merchant_id and the hmac_secret.",
    Cause.TIMEOUT: "It is too slow to sell with: look at the network.",
}


def line(face: str, backend: Backend) -> Finding:
    """Token and ping: whether a backend answers and takes our credentials, and how fast."""
    health = backend.ping()
    if health.up:
        return good("backend", f"{face} answers in {health.milliseconds} ms and takes our credentials.")
    cause = health.cause or Cause.UNREADABLE
    do = _CAUSES.get(cause, "Ask whoever runs the backend.")
    return bad("backend", f"{face} can't be used ({cause}).", do)


def host_clock(table: dict[str, bool | str]) -> datetime | None:
    """What time a backend thinks it is: the Date of whatever it answers. None where it can't be asked."""
    url, ca_file = str(table.get("base_url", "")), str(table.get("ca_file", ""))
    try:
        client = HttpClient(Surroundings(), encrypted=url.startswith("https:"), ca_file=ca_file)
    except OSError:
        return None
    try:
        answer = client.send(Call("GET", url), Deadline(CLOCK_SECONDS, time.monotonic))
        return parsedate_to_datetime(answer.date)
    except (HostError, ValueError):
        return None
    finally:
        client.close()


def unusable(error: SettingsError | SettingsFault) -> Finding:
    """A configuration that no till starts with."""
    return bad(
        "configuration",
        f"The configuration can't be used: {error}.",
        "Correct it; see settings.example.toml.",
        UNUSABLE,
    )
