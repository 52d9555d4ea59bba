"""The tables of the issuer's books, the statements on them, and how rows become what the rules know."""

from datetime import date, datetime

import sqlalchemy as sa

from app.issuer.books import Entry
from app.issuer.ledger import FIRST_FACE, CardAccount, Operation, Reason, Remaining, State

SCHEMA = sa.MetaData()

SETTING = sa.Table(
    "setting",
    SCHEMA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
ACCOUNT = sa.Table(
    "account",
    SCHEMA,
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
    # Books that were begun when there was one face know no other.
    sa.Column("face", sa.String(32), nullable=False, server_default=FIRST_FACE),
)
ENTRY = sa.Table(
    "entry",
    SCHEMA,
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
POSTING = sa.Table(
    "posting",
    SCHEMA,
    sa.Column("entry", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("account", sa.String(300), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
)
BALANCE = sa.Table(
    "balance",
    SCHEMA,
    sa.Column("account", sa.String(300), primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
)
NOTE = sa.Table(
    "note",
    SCHEMA,
    sa.Column("kind", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(255), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

ACCOUNT_BY_ID = sa.select(ACCOUNT).where(ACCOUNT.c.account_id == sa.bindparam("key"))
ACCOUNT_BY_CARD = sa.select(ACCOUNT).where(ACCOUNT.c.card_digest == sa.bindparam("key"))
ENTRY_BY_ID = sa.select(ENTRY).where(ENTRY.c.entry_id == sa.bindparam("key"))
ENTRY_BY_REFERENCE = sa.select(ENTRY).where(
    ENTRY.c.merchant_id == sa.bindparam("merchant"), ENTRY.c.transaction_ref == sa.bindparam("key")
)
BALANCE_OF = sa.select(BALANCE.c.amount).where(BALANCE.c.account == sa.bindparam("key"))
LAST_ENTRY = sa.select(sa.func.max(ENTRY.c.number))
LAST_ACCOUNT = sa.select(sa.func.max(ACCOUNT.c.number))
ADD_TO_BALANCE = (
    sa.update(BALANCE)
    .where(BALANCE.c.account == sa.bindparam("key"))
    .values(amount=BALANCE.c.amount + sa.bindparam("change"))
)
UPDATE_ENTRY = (
    sa.update(ENTRY)
    .where(ENTRY.c.entry_id == sa.bindparam("key"))
    .values({name: sa.bindparam(f"new_{name}") for name in ("state", "updated")})
    .values({f"remaining_{name}": sa.bindparam(f"new_{name}") for name in ("capture", "cancel", "reversal")})
)
ACCOUNT_CHANGES = ("active", "blocked", "pin_digest", "wrong_cvcs", "wrong_pins")
UPDATE_ACCOUNT = (
    sa.update(ACCOUNT)
    .where(ACCOUNT.c.account_id == sa.bindparam("key"))
    .values({name: sa.bindparam(f"new_{name}") for name in ACCOUNT_CHANGES})
)
ENTRIES_AFTER = (
    sa.select(ENTRY).where(ENTRY.c.number > sa.bindparam("after")).order_by(ENTRY.c.number).limit(sa.bindparam("most"))
)
ACCOUNTS_AFTER = (
    sa.select(ACCOUNT)
    .where(ACCOUNT.c.number > sa.bindparam("after"))
    .order_by(ACCOUNT.c.number)
    .limit(sa.bindparam("most"))
)
NOTE_OF = sa.select(NOTE.c.value).where(
    NOTE.c.kind == sa.bindparam("kind"), NOTE.c.owner == sa.bindparam("owner"), NOTE.c.key == sa.bindparam("key")
)
NOTES_OF = (
    sa.select(NOTE.c.key, NOTE.c.value)
    .where(NOTE.c.kind == sa.bindparam("kind"), NOTE.c.owner == sa.bindparam("owner"))
    .where(NOTE.c.key > sa.bindparam("after"))
    .order_by(NOTE.c.key)
    .limit(sa.bindparam("most"))
)
STRIKE_OUT_NOTE = sa.delete(NOTE).where(
    NOTE.c.kind == sa.bindparam("of_kind"),
    NOTE.c.owner == sa.bindparam("of_owner"),
    NOTE.c.key == sa.bindparam("of_key"),
)

# Product ids are 255 characters at most and hold no line feed, so one text column carries the list.
_LIST_SEPARATOR = "\n"


def account_row(account: CardAccount) -> dict[str, object]:
    """A card account as its row."""
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
        "face": account.face,
    }


def read_account(row: sa.Row[tuple[object, ...]]) -> CardAccount:
    """The card account in a row."""
    values = dict(row._mapping)  # noqa: SLF001 - the documented name of a row's mapping
    products = str(values["products"])
    values["expiry"] = date.fromisoformat(values["expiry"])
    values["products"] = tuple(products.split(_LIST_SEPARATOR)) if products else ()
    return CardAccount(**values)


def entry_row(entry: Entry) -> dict[str, object]:
    """An entry as its row."""
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


def read_entry(row: sa.Row[tuple[object, ...]]) -> Entry:
    """The entry in a row."""
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


def complete(connection: sa.Connection) -> None:
    """Makes what the books do not have yet: all of it, or what a younger host knows and an older one did not."""
    SCHEMA.create_all(connection)
    known = {column["name"] for column in sa.inspect(connection).get_columns(ACCOUNT.name)}
    if ACCOUNT.c.face.name not in known:
        made = sa.schema.CreateColumn(ACCOUNT.c.face).compile(dialect=connection.dialect)
        connection.exec_driver_sql(f"ALTER TABLE {ACCOUNT.name} ADD COLUMN {made}")
