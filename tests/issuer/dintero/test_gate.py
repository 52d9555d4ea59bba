"""Who is let in: rows DH1 to DH4, DH30, DH31 and DH34 of the behaviours to keep."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from app.issuer.faces.dintero.face import DinteroFace
from app.issuer.faces.dintero.gate import Client
from app.issuer.server import IssuerHost
from tests.issuer.dintero.wallet import Clock, Json, Wallet, code_of, refused


def test_dh1_a_token_takes_basic_and_json(wallet: Wallet) -> None:
    answer = wallet.token_call()
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 3600
    assert answer.json()["access_token"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"audience": "https://api.dintero.com/v1/accounts/T99999999"}, 403),
        ({"audience": "https://elsewhere.example"}, 403),
        ({"audience": None}, 400),
        ({"grant_type": "password"}, 400),
    ],
)
def test_dh2_a_wrong_audience_is_refused(wallet: Wallet, changes: Json, status: int) -> None:
    assert refused(wallet.token_call(**changes), status)


def test_dh2_a_wrong_secret_is_401(wallet: Wallet) -> None:
    assert refused(wallet.token_call(auth=(wallet.face["client_id"], "wrong")), 401)
    assert refused(wallet.token_call(auth=("nobody", wallet.face["client_secret"])), 401)
    form = wallet.http.post(wallet.face["token_url"], data={"grant_type": "client_credentials"}, auth=wallet.client)
    assert refused(form, 400)


def test_dh3_a_bearer_that_is_expired_or_made_up_is_401() -> None:
    clock = Clock()
    with IssuerHost(clock=clock, faces=("dintero",), token_life=timedelta(0)) as host:
        wallet = Wallet(host, clock)
        assert refused(wallet.get("/cards"), 401)
        assert refused(wallet.call("GET", "/cards", token="made-up"), 401)
        wallet.close()


@pytest.mark.parametrize(("account", "status"), [("X12345678", 400), ("T1234567", 400), ("T00000000", 403)])
def test_dh4_another_account_is_refused(wallet: Wallet, account: str, status: int) -> None:
    assert refused(wallet.call("GET", "/cards", account=account), status)


def test_dh30_who_only_pays_draws_by_code_and_does_nothing_else(wallet: Wallet, paying: Wallet) -> None:
    card = wallet.card()
    assert paying.move(card, 100).status_code == 200
    held = paying.reserve(card, 100)
    assert paying.follow("capture", held, amount=50).status_code == 200
    assert paying.follow("void", held).status_code == 200
    assert paying.post("/info", {"token": code_of(card)}).json()["amount_available"] == 9_850
    assert refused(paying.move(card, 100, token=None, card_id=card["card_id"]), 403)
    assert refused(paying.fund(card, 100), 403)
    assert refused(paying.move(card, 100, type="fund"), 403)
    assert refused(paying.post("/cards", {"card_id": "x", "amount": 0, "currency": "NOK"}), 403)
    for path in ("/cards", f"/cards/{card['card_id']}", f"/cards/{card['card_id']}/transactions", "/customers/c/cards"):
        assert refused(paying.get(path), 403)
    assert refused(paying.call("DELETE", f"/cards/{card['card_id']}"), 403)


def test_dh31_who_may_read_lists_and_does_not_make() -> None:
    clock = Clock()
    with IssuerHost(clock=clock, faces=("dintero",)) as host:
        face = host.further["dintero"]
        assert isinstance(face, DinteroFace)
        face.gate.add(Client("reader", "reader-secret", frozenset({"read:wallets"})))
        reader = Wallet(host, clock, ("reader", "reader-secret"))
        assert reader.get("/cards").status_code == 200
        assert refused(reader.post("/cards", {"card_id": "x", "amount": 0, "currency": "NOK"}), 403)
        number = host.contract["cards"][0]["code"]
        body = {"ref_id": "r", "amount": 1, "currency": "NOK", "type": "drawdown", "token": number}
        assert refused(reader.post("/transactions", body), 403)
        reader.close()


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nowhere"), ("PATCH", "/cards/x"), ("PUT", "/cards/x"), ("GET", "/transactions/x")]
)
def test_dh34_what_is_not_there_has_an_error_body_too(wallet: Wallet, method: str, path: str) -> None:
    assert refused(wallet.call(method, path), 404)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'"x"', b"[" * 50_000, b"x" * 200_000])
@pytest.mark.parametrize("path", ["/info", "/transactions", "/cards", "/cards/batch", "/transactions/x/void"])
def test_dh34_rubbish_is_refused_in_words(wallet: Wallet, path: str, body: bytes) -> None:
    answer = wallet.call("POST", path, body)
    assert answer.status_code in (400, 413)
    assert refused(answer, answer.status_code)


def test_no_refusal_repeats_what_was_sent(wallet: Wallet) -> None:
    odd = {"token": "SECRET-CODE", "pin": "SECRET-PIN", "type": "SECRET-TYPE", "currency": "SECRET", "ref_id": "r"}
    for body in (odd | {"amount": 1}, odd | {"amount": "SECRET"}, {"card_id": ["SECRET"]}):
        for path in ("/transactions", "/cards", "/info"):
            assert "SECRET" not in wallet.post(path, body).text


def test_the_faces_line_of_the_contract_is_complete(wallet: Wallet) -> None:
    assert list(wallet.face) == [
        "base_url",
        "token_url",
        "account_id",
        "client_id",
        "client_secret",
        "pay_client_id",
        "pay_client_secret",
    ]
    assert all(wallet.face.values())
    cards = [card for card in wallet.host.contract["cards"] if card["face"] == "dintero"]
    assert [card["name"] for card in cards] == ["ordinary", "pin", "low", "zero", "expired", "blocked", "inactive"]
    assert [card["balance"] for card in cards] == [10_000, 50_000, 500, 0, 10_000, 10_000, 0]


def test_a_demo_card_is_known_by_its_number_and_by_its_code(wallet: Wallet) -> None:
    cards = [card for card in wallet.host.contract["cards"] if card["face"] == "dintero"]
    for card in cards:
        assert card["code"] == f"DINCARD:{card['number']}"
        by_number, by_code = (wallet.good("/info", {"token": card[name]}) for name in ("number", "code"))
        assert by_number["card_id"] == by_code["card_id"]
        assert card["number"] not in str(by_code)


def test_a_host_whose_books_are_older_gives_its_demo_cards_the_codes_they_lack(database: str) -> None:
    clock = Clock()
    with IssuerHost(database, clock=clock, faces=("dintero",)) as host:
        code = host.contract["cards"][0]["code"]
    older = sqlite3.connect(database.removeprefix("sqlite:///"))
    with closing(older), older:
        for key, text in older.execute("SELECT key, value FROM note WHERE kind = 'dintero.card'").fetchall():
            card = json.loads(text)
            later = card["codes"].pop()
            older.execute("DELETE FROM note WHERE kind = 'dintero.code' AND key = ?", (later["digest"],))
            changed = (json.dumps(card), key)
            older.execute("UPDATE note SET value = ? WHERE kind = 'dintero.card' AND key = ?", changed)
    for _ in range(2):  # once is enough
        with IssuerHost(database, clock=clock, faces=("dintero",)) as host:
            wallet = Wallet(host, clock)
            told = wallet.good("/info", {"token": code})
            assert len(told["tokens"]) == 2
            wallet.close()


def test_a_demo_card_that_was_deleted_does_not_keep_the_host_from_starting(database: str) -> None:
    clock = Clock()
    with IssuerHost(database, clock=clock, faces=("dintero",)) as host:
        wallet = Wallet(host, clock)
        empty = next(card for card in host.contract["cards"] if card["name"] == "zero")
        card_id = wallet.good("/info", {"token": empty["code"]})["card_id"]
        assert wallet.call("DELETE", f"/cards/{card_id}").status_code == 204
        wallet.close()
    with IssuerHost(database, clock=clock, faces=("dintero",)) as host:
        assert next(card for card in host.contract["cards"] if card["name"] == "zero")["balance"] == 0


def test_a_host_that_is_not_asked_for_it_has_no_such_face() -> None:
    with IssuerHost() as host:
        assert list(host.contract["faces"]) == ["swedbankpay"]
        assert {card["face"] for card in host.contract["cards"]} == {"swedbankpay"}


def test_a_restarted_host_is_the_same_account_with_the_same_cards(database: str) -> None:
    clock = Clock()
    with IssuerHost(database, clock=clock, faces=("dintero",)) as host:
        before = host.contract["faces"]["dintero"]["client_secret"]
        wallet = Wallet(host, clock)
        made = wallet.card(500, metadata={"a": "å"}, customer_id="c")
        assert wallet.move(made, 200, ref_id="one").status_code == 200
        wallet.close()
    with IssuerHost(database, clock=clock, faces=("swedbankpay", "dintero")) as host:
        assert host.contract["faces"]["dintero"]["client_secret"] == before
        wallet = Wallet(host, clock)
        assert wallet.amounts(made) == (300, 300)
        assert wallet.move(made, 200, ref_id="one").status_code == 200
        assert wallet.amounts(made) == (300, 300)
        wallet.close()
        assert host.store.check().balanced
