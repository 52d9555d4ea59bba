"""The books in SQL: SQLAlchemy Core, one connection, one writer, one commit per step.

The statements are portable and built once, so SQLAlchemy compiles each of them once. On SQLite the file is
opened in WAL mode with `synchronous=FULL` (an acknowledged booking survives a power cut) and every step
begins with `BEGIN IMMEDIATE`, so nothing can change between what a rule reads and what it writes, not even
from another process. A process-wide lock stands in front, because waiting for it is cheaper than SQLite's
own busy polling. Rows of `entry` and `posting` are never deleted, and postings are never updated.

No card number, CVC or PIN is stored: `account` holds keyed digests made by `desk.py`.
"""

import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from app.issuer.books import Answer, Books, Changes, Check, DuplicateReference, Entry, Step
from app.issuer.check import examine
from app.issuer.ledger import CardAccount, Operation, Posting, Reason, Remaining, State

_SCHEMA = sa.MetaData()

_SETTING = sa.Table(
    "setting",
    _SCHEMA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
_ACCOUNT = sa.Table(
    "account",
    _SCHEMA,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.String(64), nullable=False, unique=True),
    sa.Column("card_digest", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("last4", sa.String(4), nullable=False),
    sa.Column("expiry", sa.String(10), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("instrument", sa.String(32), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("blocked", sa.Boolean, nullable=False),
    sa.Column("cvc_digest", sa.LargeBinary(32), nullable=False),
    sa.Column("pin_digest", sa.LargeBinary(32), nullable=False),
    sa.Column("wrong_cvcs", sa.Integer, nullable=False),
    sa.Column("wrong_pins", sa.Integer, nullable=False),
    sa.Column("products", sa.Text, nullable=False),
)
_ENTRY = sa.Table(
    "entry",
    _SCHEMA,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("entry_id", sa.String(64), nullable=False, unique=True),
    sa.Column("payment_id", sa.String(64), nullable=False),
    sa.Column("related", sa.String(64), nullable=False),
    sa.Column("account_id", sa.String(64), nullable=False),
    sa.Column("merchant_id", sa.String(255), nullable=False),
    sa.Column("operation", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(32), nullable=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("remaining_capture", sa.BigInteger, nullable=False),
    sa.Column("remaining_cancel", sa.BigInteger, nullable=False),
    sa.Column("remaining_reversal", sa.BigInteger, nullable=False),
    sa.Column("order_ref", sa.String(255), nullable=False),
    sa.Column("transaction_ref", sa.String(255), nullable=True),
    sa.Column("stan", sa.String(255), nullable=False),
    sa.Column("terminal_id", sa.String(255), nullable=False),
    sa.Column("merchant_name", sa.String(255), nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("basket", sa.Text, nullable=False),
    sa.Column("created", sa.String(40), nullable=False),
    sa.Column("updated", sa.String(40), nullable=False),
    sa.UniqueConstraint("merchant_id", "transaction_ref", name="one_reference_per_merchant"),
)
_POSTING = sa.Table(
    "posting",
    _SCHEMA,
    sa.Column("entry", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("account", sa.String(300), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
)
_BALANCE = sa.Table(
    "balance",
    _SCHEMA,
    sa.Column("account", sa.String(300), primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
)

_ACCOUNT_BY_ID = sa.select(_ACCOUNT).where(_ACCOUNT.c.account_id == sa.bindparam("key"))
_ACCOUNT_BY_CARD = sa.select(_ACCOUNT).where(_ACCOUNT.c.card_digest == sa.bindparam("key"))
_ENTRY_BY_ID = sa.select(_ENTRY).where(_ENTRY.c.entry_id == sa.bindparam("key"))
_ENTRY_BY_REFERENCE = sa.select(_ENTRY).where(
    _ENTRY.c.merchant_id == sa.bindparam("merchant"), _ENTRY.c.transaction_ref == sa.bindparam("key")
)
_BALANCE_OF = sa.select(_BALANCE.c.amount).where(_BALANCE.c.account == sa.bindparam("key"))
_LAST_ENTRY = sa.select(sa.func.max(_ENTRY.c.number))
_LAST_ACCOUNT = sa.select(sa.func.max(_ACCOUNT.c.number))
_ADD_TO_BALANCE = (
    sa.update(_BALANCE)
    .where(_BALANCE.c.account == sa.bindparam("key"))
    .values(amount=_BALANCE.c.amount + sa.bindparam("change"))
)
_UPDATE_ENTRY = (
    sa.update(_ENTRY)
    .where(_ENTRY.c.entry_id == sa.bindparam("key"))
    .values({name: sa.bindparam(f"new_{name}") for name in ("state", "updated")})
    .values({f"remaining_{name}": sa.bindparam(f"new_{name}") for name in ("capture", "cancel", "reversal")})
)
_ACCOUNT_CHANGES = ("active", "blocked", "wrong_cvcs", "wrong_pins")
_UPDATE_ACCOUNT = (
    sa.update(_ACCOUNT)
    .where(_ACCOUNT.c.account_id == sa.bindparam("key"))
    .values({name: sa.bindparam(f"new_{name}") for name in _ACCOUNT_CHANGES})
)
_ENTRIES_AFTER = (
    sa.select(_ENTRY)
    .where(_ENTRY.c.number > sa.bindparam("after"))
    .order_by(_ENTRY.c.number)
    .limit(sa.bindparam("most"))
)
_ACCOUNTS_AFTER = (
    sa.select(_ACCOUNT)
    .where(_ACCOUNT.c.number > sa.bindparam("after"))
    .order_by(_ACCOUNT.c.number)
    .limit(sa.bindparam("most"))
)

# Product ids are 255 characters at most and hold no line feed, so one text column carries the list.
_LIST_SEPARATOR = "\n"


def _account_row(account: CardAccount) -> dict[str, object]:
    return {
        "number": account.number,
        "account_id": account.account_id,
        "card_digest": account.card_digest,
        "last4": account.last4,
        "expiry": account.expiry.isoformat(),
        "currency": account.currency,
        "instrument": account.instrument,
        "active": account.active,
        "blocked": account.blocked,
        "cvc_digest": account.cvc_digest,
        "pin_digest": account.pin_digest,
        "wrong_cvcs": account.wrong_cvcs,
        "wrong_pins": account.wrong_pins,
        "products": _LIST_SEPARATOR.join(account.products),
    }


def _account(row: sa.Row[tuple[object, ...]]) -> CardAccount:
    values = dict(row._mapping)  # noqa: SLF001 - the documented name of a row's mapping
    products = str(values["products"])
    values["expiry"] = date.fromisoformat(values["expiry"])
    values["products"] = tuple(products.split(_LIST_SEPARATOR)) if products else ()
    return CardAccount(**values)


def _entry_row(entry: Entry) -> dict[str, object]:
    return {
        "number": entry.number,
        "entry_id": entry.entry_id,
        "payment_id": entry.payment_id,
        "related": entry.related,
        "account_id": entry.account_id,
        "merchant_id": entry.merchant_id,
        "operation": entry.operation.value,
        "state": entry.state.value,
        "reason": None if entry.reason is None else entry.reason.value,
        "amount": entry.amount,
        "currency": entry.currency,
        "remaining_capture": entry.remaining.capture,
        "remaining_cancel": entry.remaining.cancel,
        "remaining_reversal": entry.remaining.reversal,
        "order_ref": entry.order_ref,
        "transaction_ref": entry.transaction_ref or None,
        "stan": entry.stan,
        "terminal_id": entry.terminal_id,
        "merchant_name": entry.merchant_name,
        "description": entry.description,
        "basket": entry.basket,
        "created": entry.created.isoformat(),
        "updated": entry.updated.isoformat(),
    }


def _entry(row: sa.Row[tuple[object, ...]]) -> Entry:
    values = dict(row._mapping)  # noqa: SLF001 - the documented name of a row's mapping
    remaining = Remaining(*(values.pop(f"remaining_{name}") for name in ("capture", "cancel", "reversal")))
    reason = values.pop("reason")
    return Entry(
        operation=Operation(values.pop("operation")),
        state=State(values.pop("state")),
        reason=None if reason is None else Reason(reason),
        remaining=remaining,
        transaction_ref=values.pop("transaction_ref") or "",
        created=datetime.fromisoformat(values.pop("created")),
        updated=datetime.fromisoformat(values.pop("updated")),
        **values,
    )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # this module says BEGIN and COMMIT itself
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _open_engine(url: str, *, must_exist: bool) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return sa.create_engine(parsed, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        raise ValueError("the database must be 'memory' or a URL such as sqlite:///issuer.db") from error
    path = parsed.database
    if path not in (None, "", ":memory:"):
        # The file holds this host's credentials, so nobody else may read it from the first byte on.
        if must_exist and not Path(path).exists():
            raise FileNotFoundError("there is no such database")
        Path(path).touch(mode=stat.S_IRUSR | stat.S_IWUSR)
    # One connection serves every thread; the lock in `SqlStore` keeps them apart.
    engine = sa.create_engine(
        parsed, hide_parameters=True, poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_immediate)
    return engine


class _SqlBooks:
    """The books as one open transaction sees them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def account(self, account_id: str) -> CardAccount | None:
        row = self._connection.execute(_ACCOUNT_BY_ID, {"key": account_id}).one_or_none()
        return None if row is None else _account(row)

    def account_of_card(self, card_digest: bytes) -> CardAccount | None:
        row = self._connection.execute(_ACCOUNT_BY_CARD, {"key": card_digest}).one_or_none()
        return None if row is None else _account(row)

    def balance(self, ledger_account: str) -> int:
        return self._connection.execute(_BALANCE_OF, {"key": ledger_account}).scalar_one_or_none() or 0

    def entry(self, entry_id: str) -> Entry | None:
        row = self._connection.execute(_ENTRY_BY_ID, {"key": entry_id}).one_or_none()
        return None if row is None else _entry(row)

    def entry_of_reference(self, merchant_id: str, transaction_ref: str) -> Entry | None:
        keys = {"merchant": merchant_id, "key": transaction_ref}
        row = self._connection.execute(_ENTRY_BY_REFERENCE, keys).one_or_none()
        return None if row is None else _entry(row)

    def next_entry(self) -> int:
        return (self._connection.execute(_LAST_ENTRY).scalar_one_or_none() or 0) + 1

    def next_account(self) -> int:
        return (self._connection.execute(_LAST_ACCOUNT).scalar_one_or_none() or 0) + 1


class SqlStore:
    """The books in a database; see the module's docstring for its promises.

    Raises:
        ValueError: the URL is not one this host can serve.
        OSError: the database cannot be opened.
    """

    def __init__(self, url: str, *, must_exist: bool = False) -> None:
        self._lock = threading.Lock()
        self._engine = _open_engine(url, must_exist=must_exist)
        try:
            _SCHEMA.create_all(self._engine)
            self._connection = self._engine.connect()
        except DBAPIError as error:
            self._engine.dispose()
            raise OSError("the issuer's database cannot be opened") from error

    @contextmanager
    def _unit(self) -> Iterator[None]:
        """One transaction, alone. A refused commit is unknown to the caller, never "no"."""
        with self._lock:
            try:
                with self._connection.begin():
                    yield
            except DBAPIError as error:
                raise OSError("the issuer's database cannot be read or written") from error

    def run(self, work: Callable[[Books], Step[Answer]]) -> Answer:
        """See `Store`."""
        with self._unit():
            step = work(_SqlBooks(self._connection))
            self._apply(step.changes)
            return step.answer

    def _apply(self, changes: Changes) -> None:
        if changes.entry is not None:
            try:
                self._connection.execute(sa.insert(_ENTRY), _entry_row(changes.entry))
            except IntegrityError as error:
                raise DuplicateReference from error
            self._post(changes.entry.number, changes.postings)
        for entry in changes.updated:
            new = {
                "key": entry.entry_id,
                "new_state": entry.state.value,
                "new_updated": entry.updated.isoformat(),
                "new_capture": entry.remaining.capture,
                "new_cancel": entry.remaining.cancel,
                "new_reversal": entry.remaining.reversal,
            }
            self._connection.execute(_UPDATE_ENTRY, new)
        if changes.account is not None:
            row = _account_row(changes.account)
            values = {f"new_{name}": row[name] for name in _ACCOUNT_CHANGES} | {"key": row["account_id"]}
            if self._connection.execute(_UPDATE_ACCOUNT, values).rowcount == 0:
                self._connection.execute(sa.insert(_ACCOUNT), row)

    def _post(self, number: int, postings: tuple[Posting, ...]) -> None:
        if not postings:
            return
        lines = [
            {"entry": number, "line": line, "account": posting.account, "amount": posting.amount}
            for line, posting in enumerate(postings)
        ]
        self._connection.execute(sa.insert(_POSTING), lines)
        for posting in postings:
            change = {"key": posting.account, "change": posting.amount}
            if self._connection.execute(_ADD_TO_BALANCE, change).rowcount == 0:
                row = {"account": posting.account, "amount": posting.amount}
                self._connection.execute(sa.insert(_BALANCE), row)

    def entries(self, after: int, limit: int) -> Sequence[Entry]:
        """See `Store`."""
        with self._unit():
            rows = self._connection.execute(_ENTRIES_AFTER, {"after": after, "most": limit})
            return [_entry(row) for row in rows]

    def accounts(self, after: int, limit: int) -> Sequence[CardAccount]:
        """See `Store`."""
        with self._unit():
            rows = self._connection.execute(_ACCOUNTS_AFTER, {"after": after, "most": limit})
            return [_account(row) for row in rows]

    def balances(self, names: Sequence[str]) -> dict[str, int]:
        """See `Store`."""
        with self._unit():
            books = _SqlBooks(self._connection)
            return {name: books.balance(name) for name in names}

    def check(self) -> Check:
        """See `Store`."""
        with self._unit():
            entries = [_entry(row) for row in self._connection.execute(sa.select(_ENTRY))]
            lines = self._connection.execute(sa.select(_POSTING.c.entry, _POSTING.c.account, _POSTING.c.amount))
            postings = [(number, Posting(account, amount)) for number, account, amount in lines]
            kept = self._connection.execute(sa.select(_BALANCE.c.account, _BALANCE.c.amount))
            return examine(entries, postings, dict(kept.all()))

    def settings(self) -> dict[str, str]:
        """See `Store`."""
        with self._unit():
            return dict(self._connection.execute(sa.select(_SETTING.c.name, _SETTING.c.value)).all())

    def keep_settings(self, values: dict[str, str]) -> None:
        """See `Store`."""
        with self._unit():
            known = set(self._connection.execute(sa.select(_SETTING.c.name)).scalars())
            rows = [{"name": name, "value": value} for name, value in values.items() if name not in known]
            if rows:
                self._connection.execute(sa.insert(_SETTING), rows)

    def close(self) -> None:
        """See `Store`."""
        with self._lock:
            self._connection.close()
            self._engine.dispose()
