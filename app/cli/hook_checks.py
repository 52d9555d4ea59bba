"""Hooks as they are configured: what verifies them, and what the doctor has to say of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from app.backends.base import SettingsFault
from app.backends.hooks.base import Verifier
from app.backends.hooks.registry import verifier_of
from app.cli.finding import UNUSABLE, Finding, bad, good, warn
from app.domain.freshness import POLL_EVERY
from app.settings import HOOK_SECRETS, Settings
from app.storage.errors import Absent, Damaged, DiskFull, NewerSchema, ReadOnly, StorageError
from app.storage.hook_store import FILE, HookStore, News
from app.storage.vault import Vault


def verifier(face: str, settings: Settings, vault: Vault) -> Verifier:
    """The verifier of a configured backend, with its secrets from the vault (or inline, in training).

    Raises:
        SettingsFault: it has no hooks, or something is missing.
    """
    table = settings.backend[face]
    given = [table.get(name) or vault.secret(f"{face}.{name}") for name in HOOK_SECRETS]
    if not given[0]:
        raise SettingsFault(face, HOOK_SECRETS[0], f"is missing: run stanchion vault set {face}.{HOOK_SECRETS[0]}")
    return verifier_of(face, table, tuple(str(secret) for secret in given if secret))


def about_hooks(error: StorageError, data: Path) -> str:
    """What the store of hooks says, as sentences. Nothing in it is needed to settle anything."""
    match error:
        case ReadOnly():
            return f"The hooks' store in {data} can't be written to. Nothing was changed. Give this user the right to."
        case DiskFull():
            return f"The disk of {data} is full. Hooks can't be kept; their senders are asked to come again. Make room."
        case Damaged():
            return f"{data / FILE} is damaged or not a store of hooks. No money depends on it. Move it away."
        case NewerSchema():
            return f"{data / FILE} was written by a newer version of Stanchion. Install that version."
        case _:
            return f"The hooks' store in {data} can't be used ({error}). Try again."


def hooks(settings: Settings, vault: Vault, data: Path, now: datetime) -> Iterator[Finding]:
    """Whether hooks are configured, received, and believed; and when the last came."""
    faces = settings.hooks.faces
    if not faces:
        often = int(POLL_EVERY.total_seconds())
        yield good("hooks", f"None are configured: a backend is asked every {often} s while a card's sheet is open.")
        return
    try:
        for face in faces:
            verifier(face, settings, vault)
    except SettingsFault as error:
        yield bad("hooks", f"Hooks can't be verified: {error}.", "Correct [hooks], or the vault.", UNUSABLE)
        return
    try:
        with closing(HookStore.look(data)) as store:
            received, address = store.receiver(now)
            came = {news.face: news for news in store.news()}
    except Absent:
        received, address, came = (), "", {}
    except StorageError as error:
        what, _, do = about_hooks(error, data).partition(". ")
        yield warn("hooks", f"{what}.", do)
        return
    for face in faces:
        yield _about(face, came.get(face), f"{address}/hooks/{face}" if face in received else "")


def _about(face: str, news: News | None, address: str) -> Finding:
    last = f"the last came {news.came:%Y-%m-%d %H:%M} UTC ({news.event})" if news and news.came else "none came yet"
    if not address:
        do = "Start the receiver: stanchion hooks --config F --data DIR, as the till is started."
        return warn("hooks", f"No receiver runs for {face}; {last}.", do)
    refused = news.refused_at if news is not None else None
    if news is not None and refused is not None and (news.came is None or refused > news.came):
        said = f"{face}: {last}; the last of {news.refused} that were not believed was {news.why}."
        return warn(
            "hooks", said, f"If it was the vendor's, look at {face}.hook_secret in the vault, and at the clock."
        )
    if news is None or news.came is None:
        return warn("hooks", f"{face}: {last}.", f"Does the vendor's subscription lead to {address}?")
    return good("hooks", f"{face}: {last}; {news.taken} in all.")
