"""Fills a journal fast, by the journal's own commit: what waits in a queue after a long time without a line."""

from __future__ import annotations

import secrets
from datetime import timedelta

from app.backends.providers.swedbankpay_settings import FACE
from app.domain import records as r
from app.domain.card import CardRef, CardSecret, EntryMode, Expiry, Pan
from app.domain.effects import Commit
from app.domain.ids import BusinessDay, Fresh, OperatorId, Stan, TransactionId
from app.domain.policy import CardMemory
from app.domain.transaction import Transaction, apply
from app.domain.verb import Verb
from app.service.clock import SystemClock
from app.storage.journal import Journal
from app.storage.vault import Vault
from tests.benchmarks.shop import AMOUNT, ROOM, TILL, WHO, today

CHUNK = 500


def queue(journal: Journal, vault: Vault, accounts: dict[str, str], count: int) -> None:
    """``count`` payments accepted offline on cards the till has seen before, by turns."""
    clock = SystemClock()
    now, local = clock.now() - timedelta(hours=1), clock.local() - timedelta(hours=1)
    day: BusinessDay = journal.business_day() or today()
    drawn = journal.last_stan_count()
    cards = [
        (CardRef(vault.card_key(Pan(number)), number[-4:], "Here", FACE, EntryMode.SWIPED, "12/31", account), number)
        for number, account in accounts.items()
    ]
    memories = tuple(CardMemory(ref.key, ref.last4, "Here", FACE, ref.account_id, ROOM, now) for ref, _ in cards)
    journal.commit(Commit(memories=memories))
    for start in range(0, count, CHUNK):
        lines: list[r.Record] = []
        rows: list[Transaction] = []
        kept: dict[TransactionId, CardSecret] = {}
        for index in range(start, min(start + CHUNK, count)):
            ref, number = cards[index % len(cards)]
            at = now + timedelta(milliseconds=index)
            fresh = Fresh(secrets.token_bytes(8), at)
            identity = fresh.transaction_id()
            opened = r.Opened(
                Verb.REDEEM,
                AMOUNT,
                Stan.from_count(drawn + index + 1),
                fresh.order_ref(),
                fresh.transaction_ref(),
                TILL,
                day,
                local,
                OperatorId(WHO.id),
                None,
            )
            row: Transaction | None = None
            for body in (opened, r.CardPresented(ref), r.Ready(pin=False), r.Stored(ROOM, now)):
                line = r.Record(at, identity, body)
                lines.append(line)
                row = apply(row, line)
            assert row is not None
            rows.append(row)
            kept[identity] = CardSecret(Pan(number), Expiry(2031, 12))
        journal.commit(Commit(tuple(lines), tuple(rows), kept))
