"""The books in memory, and how a database URL becomes a store.

`MemoryStore` is the default of the issuer host: quick, and gone when the process ends. `SqlStore`
(`sql_store.py`) keeps the same contract on disk; `tests/issuer/test_store.py` runs both side by side.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence

from app.issuer.books import MAX_NOTES, Answer, Books, Changes, Check, DuplicateReference, Entry, Step, Store
from app.issuer.check import examine
from app.issuer.ledger import CardAccount, Posting
from app.issuer.sql_store import SqlStore


class MemoryStore:
    """The books as dictionaries behind one lock. Entries and postings are only ever appended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._accounts: dict[str, CardAccount] = {}
        self._cards: dict[bytes, str] = {}
        self._entries: dict[str, Entry] = {}
        self._references: dict[tuple[str, str], str] = {}
        self._postings: list[tuple[int, Posting]] = []
        self._balances: defaultdict[str, int] = defaultdict(int)
        self._settings: dict[str, str] = {}
        self._notes: dict[tuple[str, str], dict[str, str]] = {}

    def account(self, account_id: str) -> CardAccount | None:
        """See `Books`."""
        return self._accounts.get(account_id)

    def account_of_card(self, card_digest: bytes) -> CardAccount | None:
        """See `Books`."""
        account_id = self._cards.get(card_digest)
        return None if account_id is None else self._accounts[account_id]

    def balance(self, ledger_account: str) -> int:
        """See `Books`."""
        return self._balances.get(ledger_account, 0)

    def entry(self, entry_id: str) -> Entry | None:
        """See `Books`."""
        return self._entries.get(entry_id)

    def entry_of_reference(self, merchant_id: str, transaction_ref: str) -> Entry | None:
        """See `Books`."""
        entry_id = self._references.get((merchant_id, transaction_ref))
        return None if entry_id is None else self._entries[entry_id]

    def note(self, kind: str, owner: str, key: str) -> str | None:
        """See `Books`."""
        return self._notes.get((kind, owner), {}).get(key)

    def notes(self, kind: str, owner: str, after: str = "", limit: int = MAX_NOTES) -> list[tuple[str, str]]:
        """See `Books`."""
        kept = self._notes.get((kind, owner), {})
        return sorted(item for item in kept.items() if item[0] > after)[:limit]

    def next_entry(self) -> int:
        """See `Books`."""
        return len(self._entries) + 1

    def next_account(self) -> int:
        """See `Books`."""
        return len(self._accounts) + 1

    def run(self, work: Callable[[Books], Step[Answer]]) -> Answer:
        """See `Store`."""
        with self._lock:
            step = work(self)
            self._apply(step.changes)
            return step.answer

    def _apply(self, changes: Changes) -> None:
        entry = changes.entry
        if entry is not None:
            reference = (entry.merchant_id, entry.transaction_ref)
            if entry.transaction_ref and reference in self._references:
                raise DuplicateReference
            self._entries[entry.entry_id] = entry
            if entry.transaction_ref:
                self._references[reference] = entry.entry_id
            for posting in changes.postings:
                self._postings.append((entry.number, posting))
                self._balances[posting.account] += posting.amount
        for updated in changes.updated:
            self._entries[updated.entry_id] = updated
        for account in changes.cards:
            self._accounts[account.account_id] = account
            self._cards[account.card_digest] = account.account_id
        for note in changes.notes:
            kept = self._notes.setdefault((note.kind, note.owner), {})
            if note.value is None:
                kept.pop(note.key, None)
            else:
                kept[note.key] = note.value

    def entries(self, after: int, limit: int) -> Sequence[Entry]:
        """See `Store`."""
        with self._lock:
            found = [entry for entry in self._entries.values() if entry.number > after]
        return sorted(found, key=lambda entry: entry.number)[:limit]

    def accounts(self, after: int, limit: int) -> Sequence[CardAccount]:
        """See `Store`."""
        with self._lock:
            found = [account for account in self._accounts.values() if account.number > after]
        return sorted(found, key=lambda account: account.number)[:limit]

    def balances(self, names: Sequence[str]) -> dict[str, int]:
        """See `Store`."""
        with self._lock:
            return {name: self.balance(name) for name in names}

    def check(self) -> Check:
        """See `Store`."""
        with self._lock:
            return examine(self._entries.values(), self._postings, dict(self._balances))

    def settings(self) -> dict[str, str]:
        """See `Store`."""
        with self._lock:
            return dict(self._settings)

    def keep_settings(self, values: dict[str, str]) -> None:
        """See `Store`."""
        with self._lock:
            self._settings = values | self._settings

    def close(self) -> None:
        """See `Store`."""


def open_store(database: str, *, must_exist: bool = False) -> Store:
    """Opens the books: "memory", or a database URL such as `sqlite:////var/lib/issuer.db`.

    With `must_exist` a database that is not there yet is an error, instead of an empty one made on the spot.

    Raises:
        ValueError: the URL is not one this host can serve.
        OSError: the database cannot be opened.
    """
    if database in ("", "memory") and not must_exist:
        return MemoryStore()
    return SqlStore(database, must_exist=must_exist)
