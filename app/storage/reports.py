"""X and Z, computed from the journal: a walk over one day's stretch of records, never over more.

The figures are sums over records, so they add up over stretches: the open day's are kept, and only what was appended
since is walked. A closed day is computed as it stood at its ``DayClosed``, whatever happened since: amounts come from
the records, and open items are folded again up to there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from app.domain.ids import BusinessDay, TransactionId
from app.domain.money import Currency, Money, zero
from app.domain.records import DayClosed, Settlement, TenderKind
from app.domain.report import CarriedItem, DayReport, Line
from app.domain.transaction import IN_DOUBT, WAITING, State, Transaction, fold
from app.domain.verb import LOADS, SPENDS, Verb
from app.domain.view import HourBar
from app.storage.codec import decode_body, decode_record, decode_row
from app.storage.database import Store
from app.storage.errors import Damaged

_SALES = (SPENDS | {Verb.CAPTURE}) - {Verb.AUTHORIZE, Verb.CASH_OUT}
"""Turnover. A reservation counts by its capture; a cash-out buys nothing: its money leaves the drawer."""
_GIVEN_AWAY = "given-away"
"""A gift of a card that was there before: it moves no money, and is no load."""
_DOUBT = IN_DOUBT - WAITING
_OWED = IN_DOUBT | WAITING | {State.DISPUTED}


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


# What each record adds. An amount is what the record itself says, or what was asked for: never what a row says today.
_MOVED = """
    SELECT CASE r.kind
             WHEN 'Undone' THEN 'back'
             WHEN 'Refunded' THEN 'back'
             WHEN 'Closed' THEN 'settled'
             WHEN 'Voided' THEN CASE WHEN t.state = 'CANCELLED' THEN 'back' END
             WHEN 'Declined' THEN CASE WHEN t.offline = 1 THEN 'back' ELSE 'declined' END
             ELSE CASE WHEN NOT EXISTS (
                    SELECT 1 FROM record AS earlier INDEXED BY record_txn
                    WHERE earlier.txn = r.txn AND earlier.seq < r.seq AND earlier.kind IN ('Stored', 'Approved')
                  ) THEN 'booked' END
           END AS what,
           CASE
             WHEN r.kind = 'Closed' THEN json_extract(r.body, '$.how')
             WHEN t.verb = 'gift' AND json_extract(t.body, '$.asked.minor') = 0 THEN 'given-away'
             ELSE t.verb
           END AS name,
           count(*),
           sum(CASE
             WHEN r.kind IN ('Approved', 'Refunded') THEN json_extract(r.body, '$.amount.minor')
             WHEN r.kind IN ('Stored', 'Declined', 'Voided') THEN json_extract(t.body, '$.asked.minor')
             ELSE t.amount
           END)
    FROM record AS r NOT INDEXED CROSS JOIN txn AS t ON t.seq = (
      SELECT first.seq FROM record AS first INDEXED BY record_txn WHERE first.txn = r.txn ORDER BY first.seq LIMIT 1
    )
    WHERE r.seq > :after AND r.seq <= :last AND t.currency = :currency AND r.kind IN
      ('Stored', 'Approved', 'Declined', 'Voided', 'Undone', 'Refunded', 'Closed')
    GROUP BY 1, 2
"""
_TENDERED = """
    SELECT 'tender', json_extract(body, '$.kind'), count(*), sum(json_extract(body, '$.amount.minor'))
    FROM record NOT INDEXED
    WHERE seq > :after AND seq <= :last AND kind = 'TenderTaken'
      AND json_extract(body, '$.amount.currency') = :currency
    GROUP BY 2
"""
_HOURS = f"""
    SELECT CAST(substr(json_extract(body, '$.local_time'), 12, 2) AS INTEGER),
           coalesce(sum(amount) FILTER (WHERE verb IN ({_quoted(_SALES)})), 0),
           coalesce(sum(amount) FILTER (WHERE verb IN ({_quoted(LOADS)})), 0)
    FROM txn NOT INDEXED
    WHERE seq > ? AND seq <= ? AND business_day = ? AND currency = ? AND state IN ('APPROVED', 'STORED', 'FORWARDING')
      AND verb IN ({_quoted(_SALES | LOADS)})
    GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - constant text


def _names(verb: Verb) -> tuple[str, ...]:
    """Under which names a verb's figures are kept."""
    return (verb, _GIVEN_AWAY) if verb is Verb.GIFT else (verb,)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Records with ``after < seq <= last``. ``number`` 0: the day is open."""

    business_day: BusinessDay
    number: int
    after: int
    last: int


@dataclass(slots=True)
class _Figures:
    """Counts and sums of a stretch by (what, name), up to a record."""

    after: int
    upto: int
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    sums: Counter[tuple[str, str]] = field(default_factory=Counter)


class Reports:
    """The days of one journal. Belongs to the connection it reads with."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: _Figures | None = None
        self._shown: DayReport | None = None
        self._charted: tuple[tuple[BusinessDay, int], tuple[HourBar, ...]] | None = None

    def since_last_z(self) -> DayReport:
        """An X."""
        stretch = self._open_stretch()
        if self._shown is None or (self._shown.first_seq, self._shown.last_seq) != (stretch.after + 1, stretch.last):
            self._shown = self._report(stretch, self._figures(stretch), self._standing_now())
        return self._shown

    def sales_today(self) -> Line:
        """The open day's turnover: how many payments, and what they brought less what was given back."""
        figures = self._figures(self._open_stretch())
        paid = self._line(figures, "booked", _SALES)
        return Line(paid.count, paid.amount - self._line(figures, "back", _SALES).amount)

    def closed(self, number: int) -> DayReport | None:
        """A Z."""
        closing = self._closing(lambda body: body.number == number)
        if closing is None:
            return None
        figures = _Figures(closing.after, closing.after)
        self._add(figures, closing.last)
        return self._report(closing, figures, self._standing_at(closing.last))

    def hours(self, day: BusinessDay) -> tuple[HourBar, ...]:
        """The chart of one day."""
        stretch: _Stretch | None = self._open_stretch()
        if stretch is not None and stretch.business_day != day:
            stretch = self._closing(lambda body: body.business_day == day)
        if stretch is None:
            return ()
        currency, place = self._currency, (day, stretch.last)
        if self._charted is None or self._charted[0] != place:
            rows = self._store.all(_HOURS, (stretch.after, stretch.last, day, currency.value))
            bars = tuple(HourBar(hour, Money(paid, currency), Money(loaded, currency)) for hour, paid, loaded in rows)
            self._charted = (place, bars)
        return self._charted[1]

    # --- stretches

    def _open_stretch(self) -> _Stretch:
        row = self._store.one("SELECT business_day, day_start, (SELECT max(seq) FROM record) FROM till")
        day, start, last = row or (None, 0, 0)
        return _Stretch(BusinessDay(day or date.min.isoformat()), 0, start, last or 0)

    def _closing(self, wanted: Callable[[DayClosed], bool]) -> _Stretch | None:
        rows = self._store.all(
            "SELECT seq, body FROM record INDEXED BY record_day WHERE kind = 'DayClosed' ORDER BY seq DESC"
        )
        for place, (seq, text) in enumerate(rows):
            body = decode_body(DayClosed.__name__, text)
            if isinstance(body, DayClosed) and wanted(body):
                before = rows[place + 1][0] if place + 1 < len(rows) else 0
                return _Stretch(body.business_day, body.number, before, seq)
        return None

    # --- figures

    def _figures(self, stretch: _Stretch) -> _Figures:
        """The open day's figures, with what was appended since they were last asked for."""
        if self._open is None or self._open.after != stretch.after:
            self._open = _Figures(stretch.after, stretch.after)
        if self._open.upto < stretch.last:
            self._add(self._open, stretch.last)
        return self._open

    def _add(self, figures: _Figures, last: int) -> None:
        values = {"after": figures.upto, "last": last, "currency": self._currency.value}
        for what, name, count, amount in self._store.all(_MOVED, values) + self._store.all(_TENDERED, values):
            if what is not None:
                figures.counts[what, name] += count
                figures.sums[what, name] += amount
        figures.upto = last

    def _line(self, figures: _Figures, what: str, names: Iterable[str]) -> Line:
        keys = [(what, str(name)) for name in names]
        return Line(
            sum(figures.counts[key] for key in keys), Money(sum(figures.sums[key] for key in keys), self._currency)
        )

    @property
    def _currency(self) -> Currency:
        return Currency(self._stamped("currency"))

    def _stamped(self, name: str) -> str:
        row = self._store.one("SELECT value FROM stamp WHERE name = ?", (name,))
        if row is None:
            raise Damaged("the journal has no stamp")
        return str(row[0])

    def _report(self, stretch: _Stretch, figures: _Figures, standing: list[Transaction]) -> DayReport:
        kinds = [(verb, self._line(figures, "booked", _names(verb))) for verb in Verb]
        row = self._store.one("SELECT mac FROM record WHERE seq = ?", (stretch.last,))
        return DayReport(
            number=stretch.number,
            business_day=stretch.business_day,
            verbs=tuple((verb, line) for verb, line in kinds if line.count),
            sales=self._line(figures, "booked", _SALES),
            loads=self._line(figures, "booked", LOADS),
            tenders=tuple(
                (kind, self._line(figures, "tender", [kind])) for kind in TenderKind if figures.counts["tender", kind]
            ),
            given_back=self._line(figures, "back", _SALES),
            loads_back=self._line(figures, "back", LOADS),
            paid_out=self._line(figures, "booked", [Verb.CASH_OUT]),
            paid_out_back=self._line(figures, "back", [Verb.CASH_OUT]),
            unsent=self._sum(standing, WAITING),
            unknown=self._sum(standing, _DOUBT),
            disputed=self._sum(standing, {State.DISPUTED}),
            declined=self._line(figures, "declined", [name for verb in Verb for name in _names(verb)]),
            settled=tuple(
                (how, self._line(figures, "settled", [how])) for how in Settlement if figures.counts["settled", how]
            ),
            carried=tuple(
                CarriedItem(told.stan.digits, told.business_day, told.verb, told.state.value, told.amount)
                for told in standing
                if told.state in _OWED or told.at_desk or told.is_reservation
            ),
            first_seq=stretch.after + 1,
            last_seq=stretch.last,
            head=row[0].hex() if row else "",
            training=self._stamped("environment") == "training",
        )

    def _sum(self, standing: list[Transaction], states: Iterable[State]) -> Line:
        amounts = [told.amount.minor for told in standing if told.state in states]
        return Line(len(amounts), Money(sum(amounts), self._currency) if amounts else zero(self._currency))

    # --- open items

    def _standing_now(self) -> list[Transaction]:
        rows = self._store.all("SELECT body FROM txn INDEXED BY txn_open WHERE open = 1 ORDER BY seq")
        return [decode_row(Transaction, body) for (body,) in rows]

    def _standing_at(self, last: int) -> list[Transaction]:
        """Open transactions at an earlier place: those still open, and those that had records after it."""
        rows = self._store.all(
            """
            SELECT seq, id FROM txn INDEXED BY txn_open WHERE open = 1 AND seq <= :last
            UNION SELECT first.seq, r.txn FROM record AS r NOT INDEXED CROSS JOIN record AS first INDEXED BY record_txn
            ON first.txn = r.txn WHERE r.seq > :last AND first.seq <= :last AND first.kind = 'Opened' ORDER BY 1
            """,
            {"last": last},
        )
        standing = []
        for _, txn in rows:
            lines = self._store.all(
                "SELECT at, txn, kind, body FROM record INDEXED BY record_txn WHERE txn = ? AND seq <= ? ORDER BY seq",
                (TransactionId(txn), last),
            )
            told = fold([decode_record(*line) for line in lines])
            if told.is_open:
                standing.append(told)
        return standing
