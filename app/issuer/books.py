"""What the issuer's books hold, and the one way to read and change them.

A piece of work reads the books through `Books` and answers with a `Step`: an answer for the caller and the
`Changes` to write. A store applies the changes in one commit or not at all, and lets no other work in
between, so a rule decides on exactly what it read. `memory_store.py` and `sql_store.py` keep this contract.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from app.issuer.ledger import CardAccount, Operation, Posting, Reason, Remaining, State

Answer = TypeVar("Answer")

# A customer with more saved cards than this is a test; whoever needs them all reads page by page.
MAX_NOTES = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One attempt as the books hold it: a payment, or a capture, cancel or reversal of one.

    `payment_id` is the entry's own id for a payment and the payment's id for what follows it. `related` is
    the id a follow-up named. `state` FAILED entries carry a `reason` and no postings. Empty text means the
    request did not carry the field; only `transaction_ref` is unique, per merchant, and only when present.
    """

    number: int
    entry_id: str
    payment_id: str
    related: str
    account_id: str
    merchant_id: str
    operation: Operation
    state: State
    reason: Reason | None
    amount: int
    currency: str
    remaining: Remaining
    order_ref: str
    transaction_ref: str
    stan: str
    terminal_id: str
    merchant_name: str
    description: str
    basket: str
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """What one face wants remembered beside the money: a saved card, who may use it. No secret, ever.

    `kind` says what it is ("<face>.saved"), `owner` and `key` find it again; `value` None strikes it out. Keys come
    back in the order of their characters, so ASCII keys keep both stores in step.
    """

    kind: str
    owner: str
    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything one step writes. `postings` belong to `entry`; `updated` are entries already there.

    `account` and `accounts` are cards that are new or have changed; one step may touch several.
    """

    account: CardAccount | None = None
    entry: Entry | None = None
    postings: tuple[Posting, ...] = ()
    updated: tuple[Entry, ...] = ()
    accounts: tuple[CardAccount, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def cards(self) -> tuple[CardAccount, ...]:
        """Every card this step writes."""
        return self.accounts if self.account is None else (self.account, *self.accounts)


NOTHING = Changes()


@dataclass(frozen=True, slots=True)
class Step(Generic[Answer]):
    """What a piece of work answers, and what it changes."""

    answer: Answer
    changes: Changes = NOTHING


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict on the books: how many postings there are and every rule that does not hold."""

    postings: int
    faults: tuple[str, ...]

    @property
    def balanced(self) -> bool:
        """Whether every rule holds."""
        return not self.faults


class DuplicateReference(Exception):
    """Two entries of one merchant would share a transaction reference; nothing was written."""


class Books(Protocol):
    """What a piece of work may read. Absent things are None, and an unknown ledger account holds 0."""

    def account(self, account_id: str) -> CardAccount | None:
        """The card account with this id."""

    def account_of_card(self, card_digest: bytes) -> CardAccount | None:
        """The card account of the card with this keyed digest."""

    def balance(self, ledger_account: str) -> int:
        """The balance of a ledger account."""

    def entry(self, entry_id: str) -> Entry | None:
        """The entry with this id."""

    def entry_of_reference(self, merchant_id: str, transaction_ref: str) -> Entry | None:
        """The entry that carries this reference."""

    def note(self, kind: str, owner: str, key: str) -> str | None:
        """The value of one note."""

    def notes(self, kind: str, owner: str, after: str = "", limit: int = MAX_NOTES) -> list[tuple[str, str]]:
        """Key and value of at most `limit` notes of a kind and owner with a key behind `after`, in their order."""

    def next_entry(self) -> int:
        """The number the next entry gets."""

    def next_account(self) -> int:
        """The number the next card account gets."""


class Store(Protocol):
    """The books on their medium. Safe to call from any thread."""

    def run(self, work: Callable[[Books], Step[Answer]]) -> Answer:
        """Runs a piece of work alone and writes its changes in one commit.

        Raises:
            DuplicateReference: the changes reuse a reference; nothing was written.
        """

    def entries(self, after: int, limit: int) -> Sequence[Entry]:
        """At most `limit` entries with a number above `after`, in order."""

    def accounts(self, after: int, limit: int) -> Sequence[CardAccount]:
        """At most `limit` card accounts with a number above `after`, in order."""

    def balances(self, names: Sequence[str]) -> dict[str, int]:
        """The balances of these ledger accounts (0 where nothing was ever posted)."""

    def check(self) -> Check:
        """Adds everything up again from the postings."""

    def settings(self) -> dict[str, str]:
        """The host's own settings kept with the books (credentials, keys)."""

    def keep_settings(self, values: dict[str, str]) -> None:
        """Writes settings that are not there yet; what is there stays."""

    def close(self) -> None:
        """Releases the medium."""
