"""Transactions: rows DH19 to DH27 and DH36 of the behaviours to keep, and one ledger over both faces."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.issuer.client import Till
from tests.issuer.dintero.wallet import Json, Wallet, code_of, refused


def test_dh19_a_transaction_needs_a_reference(wallet: Wallet) -> None:
    card = wallet.card(100)
    for ref_id in (None, "", "x" * 256, 7):
        assert refused(wallet.move(card, 1, ref_id=ref_id), 400)
    assert refused(wallet.move(card, 1, currency=None), 400)
    assert refused(wallet.move(card, -1), 400)
    assert refused(wallet.follow("capture", wallet.reserve(card, 1), ref_id=" " * 300), 400)
    assert wallet.amounts(card) == (99, 100)


def test_dh20_one_reference_moves_money_once_on_each_card(wallet: Wallet) -> None:
    card, other = wallet.card(100), wallet.card(100)
    first = wallet.move(card, 30, ref_id="dh20", metadata={"a": "b"})
    assert first.json() == wallet.move(card, 30, ref_id="dh20").json()
    assert wallet.move(other, 30, ref_id="dh20").status_code == 200
    assert (wallet.amounts(card), wallet.amounts(other)) == ((70, 70), (70, 70))
    assert refused(wallet.move(card, 31, ref_id="dh20"), 409)
    assert refused(wallet.move(card, 30, ref_id="dh20", pending=True), 409)
    assert refused(wallet.move(card, 30, ref_id="dh20", type="fund"), 409)
    assert wallet.amounts(card) == (70, 70)


def test_dh20_a_refused_attempt_uses_up_nothing(wallet: Wallet) -> None:
    card = wallet.card(10)
    assert refused(wallet.move(card, 30, ref_id="again"), 400)
    assert wallet.fund(card, 20).status_code == 200
    assert wallet.move(card, 30, ref_id="again").status_code == 200


def test_dh21_a_card_is_named_by_its_code_or_by_its_id(wallet: Wallet) -> None:
    card = wallet.card(100)
    assert refused(wallet.move(card, 1, card_id=card["card_id"]), 400)
    assert refused(wallet.move(card, 1, token=None), 400)
    assert wallet.move(card, 1, token=None, card_id=card["card_id"]).status_code == 200
    assert refused(wallet.move(card, 1, token="nobody's"), 404)
    assert refused(wallet.move(card, 1, token=None, card_id="nobody's"), 404)


def test_dh22_only_a_drawdown_may_be_pending(wallet: Wallet) -> None:
    card = wallet.card(100)
    assert refused(wallet.fund(card, 1, pending=True), 400)
    assert refused(wallet.move(card, 1, type="refund"), 400)
    assert refused(wallet.move(card, 1, type=None), 400)


def test_dh23_more_than_there_is_moves_nothing(wallet: Wallet) -> None:
    card = wallet.card(100)
    assert refused(wallet.move(card, 101), 400)
    held = wallet.reserve(card, 60)
    assert refused(wallet.move(card, 41), 400)
    assert wallet.amounts(card) == (40, 100)
    assert wallet.follow("void", held).status_code == 200


def test_dh24_a_reservation_lowers_what_is_available_and_a_void_gives_it_back(wallet: Wallet) -> None:
    card = wallet.card(100)
    held = wallet.move(card, 60, pending=True).json()
    assert held["type"] == "pending_capture"
    assert wallet.amounts(card) == (40, 100)
    assert wallet.read(card)["amount_pending"] == 60
    assert wallet.follow("void", held["id"]).json()["amount"] == 60
    assert wallet.amounts(card) == (100, 100)


def test_dh25_captures_never_exceed_what_is_reserved(wallet: Wallet) -> None:
    card = wallet.card(100)
    held = wallet.reserve(card, 60)
    assert wallet.follow("capture", held, amount=20).json()["amount"] == 20
    assert wallet.amounts(card) == (40, 80)
    assert refused(wallet.follow("capture", held, amount=41), 409)
    assert refused(wallet.follow("capture", held, amount=0), 400)
    assert wallet.follow("capture", held).json()["amount"] == 40
    assert refused(wallet.follow("capture", held), 409)
    assert wallet.amounts(card) == (40, 40)
    partly = wallet.reserve(card, 40)
    assert wallet.follow("capture", partly, amount=15).status_code == 200
    assert wallet.follow("void", partly).json()["amount"] == 25
    assert wallet.amounts(card) == (25, 25)


def test_dh26_what_follows_names_its_parent(wallet: Wallet) -> None:
    card = wallet.card(100)
    held = wallet.reserve(card, 60)
    captured = wallet.follow("capture", held, amount=20, metadata={"k": "v"}).json()
    assert (captured["parent_id"], captured["type"], captured["metadata"]) == (held, "drawdown", {"k": "v"})
    voided = wallet.follow("void", held).json()
    assert (voided["parent_id"], voided["type"], voided["amount"]) == (held, "voided", 40)
    assert wallet.move(card, 1).json()["parent_id"] is None


def test_dh27_what_is_over_is_not_voided_again(wallet: Wallet) -> None:
    card = wallet.card(100)
    held = wallet.reserve(card, 60)
    first = wallet.follow("void", held, ref_id="dh27")
    assert first.json() == wallet.follow("void", held, ref_id="dh27").json()
    assert refused(wallet.follow("void", held), 409)
    assert refused(wallet.follow("capture", held), 409)
    assert refused(wallet.follow("capture", held, ref_id="dh27"), 409)
    assert refused(wallet.follow("void", str(uuid.uuid4())), 404)
    assert refused(wallet.follow("void", wallet.move(card, 1).json()["id"]), 409)
    assert wallet.amounts(card) == (99, 99)


def test_dh36_of_twenty_drawdowns_of_everything_one_succeeds(wallet: Wallet) -> None:
    card = wallet.card(100)

    def draw(number: int) -> int:
        body = {"ref_id": str(number), "amount": 100, "currency": "NOK", "type": "drawdown", "token": code_of(card)}
        return wallet.post("/transactions", body).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(draw, range(20)))
    assert statuses == [200] + [400] * 19
    assert wallet.amounts(card) == (0, 0)


def test_a_history_tells_every_transaction_oldest_first_in_pages(wallet: Wallet) -> None:
    card = wallet.card(1_000)
    made = [wallet.move(card, n + 1, metadata={"n": str(n)}, originated_by="till 7").json() for n in range(12)]
    made.append(wallet.fund(card, 5).json())
    path = f"/cards/{card['card_id']}/transactions"
    first = wallet.get(path).json()
    assert first["transactions"] == made[:10]
    rest = wallet.get(f"{path}?starting_after={first['starting_after']}").json()
    assert (rest["transactions"], rest["starting_after"]) == (made[10:], None)
    assert made[0]["originated_by"] == "till 7"


def test_the_sums_of_a_card_add_up(wallet: Wallet) -> None:
    card = wallet.card(1_000)
    wallet.fund(card, 500)
    wallet.move(card, 200)
    held = wallet.reserve(card, 300)
    wallet.follow("capture", held, amount=100)
    read = wallet.read(card)
    names = ("amount", "amount_funds", "amount_drawdown", "amount_reserved", "amount_balance", "amount_available")
    assert [read[name] for name in names] == [1_000, 1_500, 300, 200, 1_200, 1_000]
    assert read["status"] == "used"


@pytest.fixture
def till(wallet: Wallet) -> Till:
    return Till.at(wallet.host)


def test_a_card_belongs_to_one_face_and_the_books_balance_over_both(wallet: Wallet, till: Till) -> None:
    ours = wallet.card(1_000, card_token={"format": {"length": 18, "numbers": True}})
    theirs = till.new_card(1_000)
    assert refused(wallet.post("/info", {"token": theirs["number"]}), 404)
    answer = till.post("/payment-account/balance", {"accountIdentifier": {"accountKey": code_of(ours)}})
    assert answer.status_code == 404
    stranger: Json = {"number": theirs["number"]}
    account = wallet.read(ours)["id"]
    assert till.pay("purchase", stranger, till.order(stranger, 10), account=account).status_code == 404
    assert wallet.move(ours, 100).status_code == 200
    assert till.pay("purchase", theirs, till.order(theirs, 100)).json()["state"] == "OK"
    till.http.close()
    answer = httpx.get(f"{wallet.host.contract['admin_url']}/check", trust_env=False)
    assert answer.json()["balanced"] is True
