"""The two stores are one store: the same work gives the same answers, side by side and after a restart."""

import random
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.issuer import sql_schema
from app.issuer.books import Books, Changes, DuplicateReference, Entry, Note, Step, Store
from app.issuer.desk import Desk
from app.issuer.ledger import FIRST_FACE, CardAccount, Operation, PaymentOrder, Posting, Remaining, State
from app.issuer.orders import CardData, Labels, NewCard, Outcome, Posted, Target, Unknown
from app.issuer.sql_store import SqlStore
from app.issuer.store import MemoryStore, open_store

NOW = datetime(2026, 6, 15, 12, 0, 0, 123_000, tzinfo=UTC)
MERCHANTS = ("M1", "M2")


def desk_on(store: Store, seed: int = 1) -> Desk:
    """A desk whose draws are the same for each store. A PIN block is the PIN itself here."""
    draw = random.Random(seed)
    return Desk(
        store,
        b"card key",
        lambda _pan, block: bytearray(block) if block.isdigit() else None,
        lambda: NOW,
        lambda count: "".join(str(draw.randrange(10)) for _ in range(count)),
    )


def test_every_table_can_be_made_in_postgresql() -> None:
    """It is not served yet; nothing in the books may stand in its way."""
    dialect = sa.make_url("postgresql+psycopg://books").get_dialect()()
    tables = sql_schema.SCHEMA.sorted_tables
    assert len(tables) >= 6
    for table in tables:
        made = str(sa.schema.CreateTable(table).compile(dialect=dialect))
        made += "".join(str(sa.schema.CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)
        assert table.name in made


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, database: str) -> Iterator[Store]:
    with closing(open_store("memory" if request.param == "memory" else database)) as opened:
        yield opened


def entry(number: int, reference: str = "") -> Entry:
    return Entry(
        number, str(number), str(number), "", "PP-1", "M1", Operation.DEPOSIT, State.OK, None, 5, "NOK",
        Remaining(0, 0, 5), "order", reference, "000001", "7", "shop", "æøå", "[]", NOW, NOW,
    )  # fmt: skip


def write(store: Store, changes: Changes) -> None:
    store.run(lambda _books: Step(None, changes))


DEPOSIT = (Posting("funds:M1", -5), Posting("card:PP-1", 5))


def test_an_entry_comes_back_as_it_went_in(store: Store) -> None:
    write(store, Changes(entry=entry(1, "ref"), postings=DEPOSIT))

    def read(books: Books) -> Step[tuple[Entry | None, Entry | None, Entry | None, int, int, int]]:
        return Step(
            (
                books.entry("1"),
                books.entry_of_reference("M1", "ref"),
                books.entry_of_reference("M2", "ref"),
                books.balance("card:PP-1"),
                books.balance("nothing"),
                books.next_entry(),
            )
        )

    assert store.run(read) == (entry(1, "ref"), entry(1, "ref"), None, 5, 0, 2)
    assert list(store.entries(0, 10)) == [entry(1, "ref")]
    assert list(store.entries(1, 10)) == []
    assert store.check().postings == 2
    assert store.check().balanced


def test_a_reference_stands_once_per_merchant_and_a_refusal_writes_nothing(store: Store) -> None:
    write(store, Changes(entry=entry(1, "ref"), postings=DEPOSIT))
    with pytest.raises(DuplicateReference):
        write(store, Changes(entry=entry(2, "ref"), postings=DEPOSIT))
    write(store, Changes(entry=entry(2), postings=DEPOSIT))
    write(store, Changes(entry=entry(3), postings=DEPOSIT))  # no reference is no duplicate
    assert store.balances(["card:PP-1", "funds:M1"]) == {"card:PP-1": 15, "funds:M1": -15}
    assert store.check().balanced


def test_work_that_fails_writes_nothing(store: Store) -> None:
    def broken(_books: Books) -> Step[None]:
        raise KeyError("lost")

    with pytest.raises(KeyError):
        store.run(broken)
    write(store, Changes(entry=entry(1), postings=DEPOSIT))
    assert len(store.entries(0, 10)) == 1


def test_settings_stay_as_first_written(store: Store) -> None:
    store.keep_settings({"a": "1"})
    store.keep_settings({"a": "2", "b": "3"})
    assert store.settings() == {"a": "1", "b": "3"}


def test_notes_are_found_by_kind_owner_and_key_until_they_are_struck_out(store: Store) -> None:
    kept = [Note("saved", "anna", "b", "2"), Note("saved", "anna", "a", "1"), Note("saved", "Anna", "a", "3")]
    write(store, Changes(notes=(*kept, Note("shared", "anna", "a", "4"))))
    write(store, Changes(notes=(Note("saved", "anna", "b", "5"), Note("saved", "Anna", "a", None))))

    def read(books: Books) -> Step[tuple[object, ...]]:
        every, first = books.notes("saved", "anna"), books.notes("saved", "anna", "", 1)
        behind = books.notes("saved", "anna", "a")
        return Step((every, first, behind, books.notes("saved", "Anna"), books.note("shared", "anna", "a")))

    assert store.run(read) == ([("a", "1"), ("b", "5")], [("a", "1")], [("b", "5")], [], "4")
    assert store.run(lambda books: Step(books.note("saved", "Anna", "a"))) is None


def card(number: int, *, face: str, expiry: date = date(2030, 1, 31)) -> CardAccount:
    return CardAccount(f"A-{number}", number, bytes([number]), "0000", expiry, "NOK", face=face)


def test_one_step_writes_several_cards_and_each_keeps_its_face(store: Store) -> None:
    cards = (card(1, face="one"), card(2, face="two"))
    write(store, Changes(account=cards[0], accounts=cards[1:]))
    assert list(store.accounts(0, 10)) == list(cards)


def test_a_card_of_another_face_is_not_known_here(store: Store) -> None:
    desk = desk_on(store)
    number = desk.fresh_number("701336")
    stranger = replace(card(1, face="another"), card_digest=desk.digest("card", number))
    write(store, Changes(account=stranger))
    assert desk.look_up(CardData(pan=number)) == Unknown("account")
    assert desk.look_up(CardData(account_id="A-1", pan=number)) == Unknown("account")
    order = PaymentOrder(Operation.DEPOSIT, "M1", 5, "NOK")
    assert desk.pay(order, CardData(account_id="A-1"), Labels()) == Unknown("account")
    assert desk.knows(number)  # a number is given out once, whichever face asks


def test_books_begun_before_there_were_faces_belong_to_the_first(database: str) -> None:
    with closing(SqlStore(database)) as store:
        desk_on(store).issue(NewCard("7013360000000000001", "1", date(2030, 1, 31), "NOK"), "M1", Labels())
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        connection.execute("ALTER TABLE account DROP COLUMN face")
        connection.execute("DROP TABLE note")
    with closing(SqlStore(database)) as store:
        assert [account.face for account in store.accounts(0, 10)] == [FIRST_FACE]
        write(store, Changes(notes=(Note("k", "o", "k", "v"),)))


def test_the_check_finds_what_does_not_add_up(store: Store) -> None:
    write(store, Changes(entry=entry(1), postings=(Posting("funds:M1", -5), Posting("card:PP-1", 4))))
    assert store.check().faults == ("entry 1 is out of balance by -1", "entry 1 of 5 moved 4")
    assert not store.check().balanced


def test_the_check_finds_a_balance_changed_behind_the_books(database: str) -> None:
    with closing(SqlStore(database)) as store:
        write(store, Changes(entry=entry(1), postings=DEPOSIT))
    path = database.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE balance SET amount = 6 WHERE account = 'card:PP-1'")
        connection.commit()
    with closing(SqlStore(database)) as store:
        assert store.check().faults == ("card:PP-1 says 6, its postings say 5",)


def test_two_hosts_on_one_database_do_not_spend_twice(database: str) -> None:
    with closing(SqlStore(database)) as one, closing(SqlStore(database)) as two:
        desks = (desk_on(one), desk_on(two))
        number = desks[0].fresh_number("701336")
        card = NewCard(number, "123", date(2030, 1, 31), "NOK", 10_000)
        desks[0].issue(card, "M1", Labels())
        order = PaymentOrder(Operation.PURCHASE, "M1", 10_000, "NOK")

        def buy(copy: int) -> State:
            labels = Labels(transaction_ref=str(copy))
            posted = desks[copy % 2].pay(order, CardData(pan=number), labels)
            assert isinstance(posted, Posted)
            return posted.entry.state

        with ThreadPoolExecutor(8) as pool:
            states = sorted(pool.map(buy, range(20)))
        assert states == [State.FAILED] * 19 + [State.OK]
        assert one.check().balanced
        assert len(two.entries(0, 100)) == 21


def test_the_file_is_for_its_owner_only(database: str) -> None:
    with closing(SqlStore(database)):
        assert Path(database.removeprefix("sqlite:///")).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("url", ["nonsense", "mysql://x", "sqlite://host:port:x/", "oracle:///x"])
def test_a_database_that_cannot_be_served_is_a_value_error(url: str) -> None:
    with pytest.raises(ValueError, match="database"):
        open_store(url)


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        open_store(f"sqlite:///{tmp_path / 'missing' / 'x.db'}")


def test_a_file_that_is_no_database_is_an_os_error(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(OSError):
        open_store(f"sqlite:///{path}")


REFERENCES = st.sampled_from(["", "r1", "r2", "r3", "r4", "r5", "r6"])
AMOUNTS = st.sampled_from([1, 50, 100, 101, 5_000])


class SideBySide(RuleBasedStateMachine):
    """Gives both stores the same orders and compares every answer and, after each, all the books."""

    cards: Bundle[str] = Bundle("cards")
    payments: Bundle[Target] = Bundle("payments")

    def __init__(self) -> None:
        super().__init__()
        self.stores: tuple[Store, Store] = (MemoryStore(), SqlStore("sqlite://"))
        self.desks = [desk_on(store) for store in self.stores]

    def teardown(self) -> None:
        for store in self.stores:
            store.close()

    def same(self, answers: list[Outcome]) -> Outcome:
        assert answers[0] == answers[1]
        return answers[0]

    @rule(
        target=cards,
        amount=st.sampled_from([0, 100, 10_000]),
        pin=st.sampled_from(["", "1234"]),
        blocked=st.sampled_from([False, False, True]),
        products=st.sampled_from([(), ("001", "002")]),
    )
    def issue(self, amount: int, pin: str, blocked: bool, products: tuple[str, ...]) -> str:
        numbers = [desk.fresh_number("701336") for desk in self.desks]
        assert numbers[0] == numbers[1]
        card = NewCard(numbers[0], "123", date(2030, 1, 31), "NOK", amount, pin=pin, blocked=blocked, products=products)
        posted = [desk.issue(card, "M1", Labels()) for desk in self.desks]
        assert posted[0] == posted[1]
        return numbers[0]

    @rule(
        target=payments,
        card=cards,
        operation=st.sampled_from([Operation.PURCHASE, Operation.AUTHORIZE, Operation.DEPOSIT, Operation.CREDIT]),
        amount=AMOUNTS,
        reference=REFERENCES,
        merchant=st.sampled_from(MERCHANTS),
        cvc=st.sampled_from(["", "", "123", "999"]),
        pin=st.sampled_from([b"", b"1234", b"1234", b"0000", b"junk"]),
        products=st.sampled_from([None, ("001",), ("003",)]),
    )
    def pay(
        self,
        card: str,
        operation: Operation,
        amount: int,
        reference: str,
        merchant: str,
        cvc: str,
        pin: bytes,
        products: tuple[str, ...] | None,
    ) -> Target:
        order = PaymentOrder(operation, merchant, amount, "NOK", products)
        data = CardData(pan=card, cvc=cvc, pin_block=pin)
        labels = Labels(transaction_ref=reference)
        outcome = self.same([desk.pay(order, data, labels) for desk in self.desks])
        if isinstance(outcome, Posted):
            return Target(merchant, outcome.account.account_id, outcome.entry.entry_id)
        return Target(merchant, "PP-0", "0")

    @rule(target=payments, payment=payments, amount=AMOUNTS, rest=st.booleans(), reference=REFERENCES)
    def capture(self, payment: Target, amount: int, rest: bool, reference: str) -> Target:
        labels = Labels(transaction_ref=reference)
        outcome = self.same([desk.capture(payment, amount, rest, labels) for desk in self.desks])
        if isinstance(outcome, Posted):
            return Target(payment.merchant_id, payment.account_id, outcome.entry.entry_id)
        return payment

    @rule(payment=payments, reference=REFERENCES)
    def cancel(self, payment: Target, reference: str) -> None:
        self.same([desk.cancel(payment, Labels(transaction_ref=reference)) for desk in self.desks])

    @rule(payment=payments, amount=AMOUNTS, reference=REFERENCES)
    def reverse(self, payment: Target, amount: int, reference: str) -> None:
        self.same([desk.reverse(payment, amount, Labels(transaction_ref=reference)) for desk in self.desks])

    @rule(card=cards, cvc=st.sampled_from(["", "123", "999"]))
    def look_up(self, card: str, cvc: str) -> None:
        found = [desk.look_up(CardData(pan=card, cvc=cvc)) for desk in self.desks]
        assert found[0] == found[1]

    @invariant()
    def both_hold_the_same_and_balance(self) -> None:
        memory, sql = self.stores
        assert list(memory.entries(0, 1_000)) == list(sql.entries(0, 1_000))
        assert list(memory.accounts(0, 1_000)) == list(sql.accounts(0, 1_000))
        assert memory.check() == sql.check()
        assert memory.check().faults == ()


def test_both_stores_side_by_side() -> None:
    run_state_machine_as_test(
        SideBySide,
        settings=settings(max_examples=30, stateful_step_count=30, deadline=None, database=None),
    )
