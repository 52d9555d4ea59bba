"""A small till without screens: it opens transactions, pushes them along the table, and commits each push."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain import records as r
from app.domain.card import CardRef, CardSecret, EntryMode, Expiry, IssuedSecret, Pan
from app.domain.effects import Commit
from app.domain.ids import BusinessDay, Fresh, OperatorId, SaleId, Stan, TerminalId, TransactionId
from app.domain.money import Currency, Money
from app.domain.particulars import NONE, Particulars
from app.domain.sale import Sale
from app.domain.transaction import Transaction, apply
from app.domain.verb import Verb
from app.storage.journal import Journal, Stamp
from app.storage.vault import Vault

NOK = Currency.NOK
DAY = BusinessDay("2026-03-02")
TILL = TerminalId("TILL0001")
WHO = OperatorId("anna")
STAMP = Stamp("training", TILL, NOK, ("Demo",), ("swedbankpay:training",))
PAN = "9578123456789012345"
TRACK2 = f"{PAN}=29121011234567890"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def kroner(amount: int) -> Money:
    """Whole kroner."""
    return Money(amount * 100, NOK)


def open_journal(directory: Path, stamp: Stamp | None = STAMP, **options: int) -> Journal:
    """Vault and journal of a directory."""
    return Journal.open(directory, Vault.open(directory), stamp, **options)  # type: ignore[arg-type]  # check_last only


@dataclass
class Till:
    """Drives a journal."""

    journal: Journal
    now: datetime = START
    day: BusinessDay = DAY
    kept: dict[TransactionId, Transaction] = field(default_factory=dict)
    drawn: int = 0

    def tick(self) -> datetime:
        """The next second."""
        self.now += timedelta(seconds=1)
        return self.now

    def fresh(self) -> Fresh:
        """Ids nobody had."""
        self.drawn += 1
        return Fresh(self.drawn.to_bytes(8, "big"), self.tick())

    def opened(
        self,
        amount: int = 100,
        verb: Verb = Verb.REDEEM,
        sale: SaleId | None = None,
        particulars: Particulars = NONE,
    ) -> TransactionId:
        """A new transaction, committed."""
        fresh = self.fresh()
        count = self.journal.last_stan_count() + 1
        body = r.Opened(
            verb, kroner(amount), Stan.from_count(count), fresh.order_ref(), fresh.transaction_ref(), TILL, self.day,
            self.now, WHO, sale, particulars=particulars,
        )  # fmt: skip
        identity = fresh.transaction_id()
        self.push(identity, body)
        return identity

    def push(
        self, identity: TransactionId, *bodies: r.TransactionBody, secret: CardSecret | IssuedSecret | None = None
    ) -> Transaction:
        """Some records of one transaction, in one commit."""
        lines = tuple(r.Record(self.tick(), identity, body) for body in bodies)
        told = self.kept.get(identity) or self.journal.transaction(identity)
        for line in lines:
            told = apply(told, line)
        assert told is not None
        self.journal.commit(Commit(lines, (told,), {identity: secret} if secret else {}))
        self.kept[identity] = told
        return told

    def card(self, identity: TransactionId, last4: str = "2345") -> None:
        """The customer's card, sealed while the transaction is open."""
        card = CardRef("ab" * 31 + last4[:2], last4, "Demo", "swedbankpay", EntryMode.SWIPED, "12/29")
        self.push(identity, r.CardPresented(card), secret=CardSecret(Pan(PAN), Expiry(2029, 12), "123", TRACK2))

    def sent(self, amount: int = 100, verb: Verb = Verb.REDEEM, sale: SaleId | None = None) -> TransactionId:
        """A transaction whose money call is under way."""
        identity = self.opened(amount, verb, sale)
        self.card(identity)
        self.push(identity, r.Ready(pin=False), r.RequestSent())
        return identity

    def approved(self, amount: int = 100, verb: Verb = Verb.REDEEM, sale: SaleId | None = None) -> TransactionId:
        """A transaction that went well."""
        identity = self.sent(amount, verb, sale)
        self.push(identity, r.Approved("host-1", "account-1", kroner(amount)))
        return identity

    def stored(self, amount: int = 100, verb: Verb = Verb.REDEEM) -> TransactionId:
        """A transaction accepted while the line was down."""
        identity = self.opened(amount, verb)
        self.card(identity)
        self.push(identity, r.Ready(pin=False), r.Stored(kroner(500), self.now))
        return identity

    def tell(self, *bodies: r.TillBody, sale: Sale | None = None) -> None:
        """Records of the till itself."""
        lines = tuple(r.Record(self.tick(), None, body) for body in bodies)
        self.journal.commit(Commit(lines, sales=(sale,) if sale else ()))

    def close_day(self, next_day: str) -> None:
        """The Z."""
        number = self.journal.z_number() + 1
        self.tell(r.DayClosed(number, self.day, BusinessDay(next_day), WHO, self.journal.head()))
        self.day = BusinessDay(next_day)
