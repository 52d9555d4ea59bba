"""A shelf in memory: applies commits as the journal does, and answers what a step and a picture may look up."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain import records as r
from app.domain import view as v
from app.domain.card import CardSecret, Issued
from app.domain.effects import Commit
from app.domain.ids import BusinessDay, SaleId, Stan, TransactionId
from app.domain.job_bodies import StopEntry
from app.domain.money import Currency, Money, total
from app.domain.policy import CardExposure, CardMemory
from app.domain.report import DayReport, Line
from app.domain.sale import Sale
from app.domain.transaction import FINAL, TAKES_BACK, WAITING, State, Transaction
from app.domain.verb import BETWEEN, LOADS, SPENDS, Verb


class MemoryArchive:
    """What is "on disk". Secrets rest as the seal would leave them: without CVC, erased when they are done with."""

    def __init__(self, currency: Currency) -> None:
        self.currency = currency
        self.records: list[r.Record] = []
        self.rows: dict[TransactionId, Transaction] = {}
        self.sales: dict[SaleId, Sale] = {}
        self.memories: dict[str, CardMemory] = {}
        self.accounts: dict[tuple[str, str], str] = {}
        self.stops: dict[str, StopEntry] = {}
        self.sealed: dict[TransactionId, CardSecret | Issued] = {}
        self.stan_count = 0

    def apply(self, commit: Commit) -> None:
        self.records.extend(commit.records)
        self.stan_count += sum(isinstance(record.body, r.Opened) for record in commit.records)
        for transaction_id, secret in commit.secrets.items():
            self.sealed[transaction_id] = secret.for_sealing() if isinstance(secret, CardSecret) else secret
        for row in commit.transactions:
            self.rows[row.id] = row
            if row.state in FINAL and not row.secret_open:
                self.sealed.pop(row.id, None)
        self.sales.update({sale.id: sale for sale in commit.sales})
        self.memories.update({memory.key: memory for memory in commit.memories})
        named = [memory for memory in commit.memories if memory.account_id]
        self.accounts.update({(memory.face, memory.account_id): memory.key for memory in named})
        for change in commit.stops:
            self.stops.pop(change.key, None)
            if change.entry is not None:
                self.stops[change.key] = change.entry

    def life_of(self, transaction_id: TransactionId) -> list[r.Record]:
        return [record for record in self.records if record.transaction_id == transaction_id]

    def open_rows(self) -> tuple[Transaction, ...]:
        return tuple(row for row in self.rows.values() if row.is_open)

    # --- Shelf

    def transaction(self, transaction_id: TransactionId) -> Transaction | None:
        return self.rows.get(transaction_id)

    def by_stan(self, stan: Stan) -> Transaction | None:
        return next((row for row in reversed(self.rows.values()) if row.stan == stan), None)

    def last_undoable(self, day: BusinessDay) -> Transaction | None:
        moved = (State.APPROVED, State.STORED, State.FORWARDING, State.REVERSING, State.REVERSED)
        no_way_back = BETWEEN | {Verb.GIFT}
        mine = [
            row
            for row in self.rows.values()
            if row.business_day == day and (row.verb in TAKES_BACK | no_way_back or row.particulars.standing)
        ]
        last = next((row for row in reversed(mine) if row.state in moved), None)
        if last is None or last.verb not in TAKES_BACK - no_way_back:
            return None
        return last if last.counts and not last.refunded else None

    def card_memory(self, key: str) -> CardMemory | None:
        return self.memories.get(key)

    def stopped(self, key: str) -> StopEntry | None:
        return self.stops.get(key)

    def stop_list(self) -> tuple[StopEntry, ...]:
        return tuple(self.stops.values())

    def memory_of_account(self, face: str, account_id: str) -> CardMemory | None:
        return self.memories.get(self.accounts.get((face, account_id), ""))

    def made_here(self, key: str, reference: str) -> bool:
        mine = [row for row in self.rows.values() if row.card is not None and row.card.key == key]
        return any(row.transaction_ref.lower() == reference.lower() for row in mine)

    def card_exposure(self, key: str, day: BusinessDay, currency: Currency) -> CardExposure:
        mine = [
            row
            for row in self.rows.values()
            if row.card is not None and row.card.key == key and row.offline and row.verb in SPENDS | LOADS
        ]
        unsent = [row.amount for row in mine if row.state in WAITING and row.verb in SPENDS]
        gone = (State.CANCELLED, State.DECLINED)
        today = [row.amount for row in mine if row.business_day == day and row.state not in gone]
        return CardExposure(total(unsent, currency), total(today, currency), len(today))

    def sale(self, sale_id: SaleId) -> Sale | None:
        return self.sales.get(sale_id)

    def legs_of(self, sale_id: SaleId) -> tuple[Transaction, ...]:
        return tuple(row for row in self.rows.values() if row.sale_id == sale_id)

    def open_sales(self) -> tuple[Sale, ...]:
        return tuple(sale for sale in self.sales.values() if not sale.closed)

    def unsealed(self, transaction_id: TransactionId) -> CardSecret | Issued | None:
        return self.sealed.get(transaction_id)

    def head(self) -> str:
        return f"{len(self.records):064x}"

    def z_number(self) -> int:
        return sum(isinstance(record.body, r.DayClosed) for record in self.records)

    # --- Archive

    def day_report(self) -> DayReport:
        sales = [
            row.amount for row in self.rows.values() if row.counts and row.verb in TAKES_BACK - LOADS - {Verb.CASH_OUT}
        ]
        none = Line(0, Money(0, self.currency))
        return DayReport(
            number=0,
            business_day=BusinessDay("2026-03-02"),
            verbs=(),
            sales=self._line(sales),
            loads=none,
            tenders=(),
            given_back=none,
            loads_back=none,
            paid_out=none,
            paid_out_back=none,
            settled=(),
            unsent=none,
            unknown=none,
            disputed=none,
            declined=none,
            carried=(),
            first_seq=0,
            last_seq=len(self.records),
            head=self.head(),
            training=True,
        )

    def sales_today(self) -> Line:
        return self.day_report().sales

    def _line(self, amounts: Iterable[Money]) -> Line:
        listed = list(amounts)
        return Line(len(listed), total(listed, self.currency))

    def closed_report(self, number: int) -> DayReport | None:
        return self.day_report() if number <= self.z_number() else None

    def hours(self, day: BusinessDay) -> tuple[v.HourBar, ...]:
        return ()

    def page(self, before: int | None, limit: int) -> tuple[tuple[Transaction, ...], int | None]:
        return tuple(reversed(self.rows.values()))[:limit], None
