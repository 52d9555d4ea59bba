"""Cards: rows DH5 to DH18, DH28, DH29, DH32 and DH33 of the behaviours to keep."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from tests.issuer.dintero.wallet import Clock, Json, Wallet, code_of, pin_of, refused

FORMAT = {"length": 16, "prefix": "VOUCH:", "numbers": True}


@pytest.mark.parametrize("missing", ["card_id", "amount", "currency"])
def test_dh5_a_card_needs_a_name_an_amount_and_a_currency(wallet: Wallet, missing: str) -> None:
    body: Json = {"card_id": "dh5", "amount": 1, "currency": "NOK"}
    assert refused(wallet.post("/cards", {name: body[name] for name in body if name != missing}), 400)


@pytest.mark.parametrize("amount", [-1, 1.5, "1", None, 10**15])
def test_dh6_an_amount_is_a_whole_number_from_zero(wallet: Wallet, amount: object) -> None:
    assert refused(wallet.post("/cards", {"card_id": "dh6", "amount": amount, "currency": "NOK"}), 400)
    assert wallet.amounts(wallet.card(0)) == (0, 0)


def test_dh7_there_are_five_currencies(wallet: Wallet) -> None:
    for currency in ("NOK", "SEK", "DKK", "EUR", "USD"):
        card = wallet.card(5, currency=currency)
        assert wallet.move(card, 5, currency=currency).status_code == 200
    for odd in ("GBP", "nok", "", 578):
        assert refused(wallet.post("/cards", {"card_id": "dh7", "amount": 1, "currency": odd}), 400)
    assert refused(wallet.move(wallet.card(), 5, currency="SEK"), 400)


@pytest.mark.parametrize("name", ["x" * 256, " x", "x ", "\nx", ""])
def test_dh8_a_name_that_is_too_long_or_has_outer_spaces_is_refused(wallet: Wallet, name: str) -> None:
    assert refused(wallet.post("/cards", {"card_id": name, "amount": 1, "currency": "NOK"}), 400)


@pytest.mark.parametrize("name", ["x", "a b", "café/ö", "a/activate/b", "tail"])
def test_dh8_a_name_may_be_anything_else(wallet: Wallet, name: str) -> None:
    long = f"{name}{uuid.uuid4()}".ljust(255, "x")
    card = wallet.card(7, card_id=long)
    assert wallet.get(f"/cards/{quote(card['card_id'], safe='')}").json()["amount_available"] == 7


def test_dh9_one_name_makes_one_card(wallet: Wallet) -> None:
    card = wallet.card(5)
    again = {"card_id": card["card_id"], "amount": 5, "currency": "NOK"}
    assert refused(wallet.post("/cards", again), 409)
    assert refused(wallet.post("/cards/batch", {"cards": [{"card_id": card["card_id"]}]}), 409)
    assert wallet.amounts(card) == (5, 5)


def test_dh10_code_and_pin_come_with_the_wished_length_and_classes(wallet: Wallet) -> None:
    pin = {"format": {"length": 6, "numbers": True}}
    card = wallet.card(pin=pin, card_token={"format": {"length": 20, "characters": True}})
    assert len(pin_of(card)) == 6
    assert pin_of(card).isdigit()
    assert len(code_of(card)) == 20
    assert code_of(card).isalpha()
    assert card["status"] == "unused"


@pytest.mark.parametrize(("length", "status"), [(3, 400), (4, 200), (12, 200), (13, 400)])
def test_dh11_a_pin_has_four_digits_at_least(wallet: Wallet, length: int, status: int) -> None:
    body = {"card_id": str(uuid.uuid4()), "amount": 1, "currency": "NOK", "pin": {"format": {"length": length}}}
    assert wallet.post("/cards", body).status_code == status


def test_dh12_neither_code_nor_pin_is_told_again(wallet: Wallet) -> None:
    card = wallet.card(pin={"format": {"length": 4}}, customer_id="dh12", card_token={"format": FORMAT})
    answers = [
        wallet.get(f"/cards/{card['card_id']}"),
        wallet.get("/cards?limit=100"),
        wallet.get("/customers/dh12/cards"),
        wallet.get(f"/customers/dh12/cards/{card['card_id']}"),
        wallet.post("/info", {"token": code_of(card)}),
        wallet.move(card, 1, pin=pin_of(card)),
        wallet.get(f"/cards/{card['card_id']}/transactions"),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert code_of(card) not in answer.text
        assert f'"value":"{pin_of(card)}"' not in answer.text
    read = answers[0].json()
    assert read["pin"] == {"format": {"length": 4}}
    assert read["tokens"][0]["masked_code"] == "VOUCH:" + "*" * 12 + code_of(card)[-4:]
    assert "card_token" not in read


def test_dh13_a_code_without_a_format_is_the_vendors(wallet: Wallet) -> None:
    prefix, _, rest = code_of(wallet.card()).partition(":")
    assert prefix == "DINCARD"
    assert str(uuid.UUID(rest)) == rest


def test_dh14_a_prefix_is_not_counted(wallet: Wallet) -> None:
    assert len(code_of(wallet.card(card_token={"format": FORMAT}))) == 6 + 16


def test_dh15_a_blank_is_worth_nothing_until_it_is_activated(wallet: Wallet) -> None:
    blank = wallet.blank(pin={"format": {"length": 4}}, card_token={"format": FORMAT})
    assert wallet.read(blank)["status"] == "inactive"
    assert wallet.amounts(blank) == (0, 0)
    assert refused(wallet.move(blank, 0, pin=pin_of(blank)), 400)
    assert refused(wallet.fund(blank, 5), 400)
    assert wallet.post(f"/cards/{blank['card_id']}/activate", {"amount": 50, "currency": "NOK"}).status_code == 200
    assert wallet.move(blank, 50, pin=pin_of(blank)).status_code == 200


@pytest.mark.parametrize("body", [{"amount": 5}, {"currency": "NOK"}, {"amount": 5, "currency": "SEK"}])
def test_dh16_an_activation_needs_its_amount_and_the_cards_currency(wallet: Wallet, body: Json) -> None:
    blank = wallet.blank()
    assert refused(wallet.post(f"/cards/{blank['card_id']}/activate", body), 400)
    assert wallet.read(blank)["status"] == "inactive"


def test_dh16_a_second_activation_adds_nothing(wallet: Wallet) -> None:
    blank = wallet.blank()
    path, body = f"/cards/{blank['card_id']}/activate", {"amount": 50, "currency": "NOK"}
    first = wallet.good(path, body | {"metadata": {"transaction_ref": "t1"}, "customer_id": "dh16", "name": "Gift"})
    assert (first["amount"], first["amount_available"], first["metadata"]) == (50, 50, {"transaction_ref": "t1"})
    assert "card_token" not in first
    assert refused(wallet.post(path, body), 409)
    assert refused(wallet.post(f"/cards/{wallet.card(5)['card_id']}/activate", body), 409)
    assert wallet.amounts(blank) == (50, 50)
    assert [card["card_id"] for card in wallet.get("/customers/dh16/cards").json()] == [blank["card_id"]]


def test_dh17_before_its_day_a_card_takes_money_and_gives_none(wallet: Wallet, clock: Clock) -> None:
    card = wallet.card(100, active_from=clock.ahead(hours=1))
    assert refused(wallet.move(card, 1), 400)
    assert wallet.fund(card, 5).status_code == 200
    clock.now += timedelta(hours=1)
    assert wallet.move(card, 105).status_code == 200


def test_dh18_after_its_day_a_card_does_neither(wallet: Wallet, clock: Clock) -> None:
    card = wallet.card(100, expires_at=clock.ahead(seconds=10))
    held = wallet.reserve(card, 40)
    clock.now += timedelta(seconds=10)
    assert refused(wallet.move(card, 1), 400)
    assert refused(wallet.fund(card, 1), 400)
    assert refused(wallet.follow("capture", held), 400)
    assert wallet.read(card)["status"] == "expired"
    assert wallet.follow("void", held).status_code == 200
    assert wallet.amounts(card) == (100, 100)


def passing(wallet: Wallet, card: Json, **more: Any) -> Json:
    body = {"ref_id": str(uuid.uuid4()), "expires_in": 60} | more
    made = wallet.good(f"/cards/{card['card_id']}/tokens", body)
    return {"card_token": made, "card_id": card["card_id"]}


def test_dh28_a_code_for_one_transaction_still_looks_up(wallet: Wallet, clock: Clock) -> None:
    card = wallet.card(100)
    code = passing(wallet, card, expires_after_transaction=True)
    assert wallet.move(code, 30, ref_id="dh28").status_code == 200
    assert wallet.move(code, 30, ref_id="dh28").status_code == 200  # the same one again
    assert refused(wallet.move(code, 30), 400)
    assert wallet.post("/info", {"token": code_of(code)}).json()["amount_available"] == 70
    clock.now += timedelta(seconds=60)
    assert refused(wallet.post("/info", {"token": code_of(code)}), 400)
    assert wallet.move(card, 70).status_code == 200


def test_dh29_a_code_past_its_end_serves_nothing(wallet: Wallet, clock: Clock) -> None:
    code = passing(wallet, wallet.card(100), expires_in=1)
    assert wallet.move(code, 30).status_code == 200
    clock.now += timedelta(seconds=1)
    assert refused(wallet.move(code, 30), 400)
    assert refused(wallet.post("/info", {"token": code_of(code)}), 400)


@pytest.mark.parametrize("body", [{"ref_id": "a"}, {"expires_in": 5}, {"ref_id": "a", "expires_in": 0}])
def test_a_further_code_needs_a_reference_and_an_end(wallet: Wallet, body: Json) -> None:
    assert refused(wallet.post(f"/cards/{wallet.card()['card_id']}/tokens", body), 400)


def test_a_further_codes_reference_is_used_once_per_card(wallet: Wallet) -> None:
    card = wallet.card()
    passing(wallet, card, ref_id="same")
    assert refused(wallet.post(f"/cards/{card['card_id']}/tokens", {"ref_id": "same", "expires_in": 5}), 409)
    passing(wallet, wallet.card(), ref_id="same")


def test_dh32_every_card_is_listed_once(wallet: Wallet) -> None:
    made = [wallet.card(customer_id="dh32")["card_id"] for _ in range(13)]
    assert len(wallet.get("/cards").json()["cards"]) == 10
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = wallet.get("/cards?limit=7" + (f"&starting_after={after}" if after else "")).json()
        assert len(page["cards"]) <= 7
        seen += [card["card_id"] for card in page["cards"]]
        after = page["starting_after"]
    assert len(seen) == len(set(seen))
    assert set(made) <= set(seen)
    theirs = wallet.get("/customers/dh32/cards").json()
    assert [card["card_id"] for card in theirs] == made
    assert wallet.get("/customers/nobody/cards").json() == []


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=-1", "limit=٣", "starting_after=ø"])
def test_dh32_an_odd_page_is_refused(wallet: Wallet, query: str) -> None:
    assert refused(wallet.get(f"/cards?{query}"), 400)
    assert refused(wallet.get(f"/cards/{wallet.card()['card_id']}/transactions?{query}"), 400)


def test_dh33_another_pin_ends_the_old_one(wallet: Wallet) -> None:
    card = wallet.card(100, pin={"format": {"length": 6}})
    new = wallet.good(f"/cards/{card['card_id']}/rotate-pin", {"pin": {"format": {"length": 4}}})
    assert refused(wallet.move(card, 1, pin=pin_of(card)), 403)
    assert wallet.move(card, 1, pin=pin_of(new)).status_code == 200
    plain = wallet.card(100)
    first = wallet.good(f"/cards/{plain['card_id']}/rotate-pin", {"pin": {"format": {"length": 4}}})
    assert refused(wallet.move(plain, 1), 403)
    assert wallet.move(plain, 1, pin=pin_of(first)).status_code == 200


def test_three_wrong_pins_in_a_row_block_a_card_wherever_they_are_given(wallet: Wallet) -> None:
    card = wallet.card(100, pin={"format": {"length": 4}})
    wrong = f"{(int(pin_of(card)) + 1) % 10_000:04d}"
    assert refused(wallet.move(card, 1, pin=wrong), 403)
    assert refused(wallet.post("/info", {"token": code_of(card), "pin": wrong}), 403)
    assert wallet.move(card, 1, pin=pin_of(card)).status_code == 200
    assert refused(wallet.move(card, 1), 403)  # none is not a wrong one
    for _ in range(3):
        assert refused(wallet.move(card, 1, pin=wrong), 403)
    assert refused(wallet.move(card, 1, pin=pin_of(card)), 400)
    assert refused(wallet.post("/info", {"token": code_of(card), "pin": pin_of(card)}), 400)
    assert wallet.post("/info", {"token": code_of(card)}).json()["status"] == "blocked"


def test_a_batch_is_all_or_none(wallet: Wallet) -> None:
    used = wallet.card()["card_id"]
    names = [str(uuid.uuid4()) for _ in range(3)]
    assert refused(wallet.post("/cards/batch", {"cards": [{"card_id": name} for name in [*names, used]]}), 409)
    assert refused(wallet.post("/cards/batch", {"cards": [{"card_id": names[0]}, {"card_id": names[0]}]}), 400)
    assert refused(wallet.post("/cards/batch", {"cards": []}), 400)
    assert refused(wallet.post("/cards/batch", {"cards": [{"card_id": str(n)} for n in range(101)]}), 400)
    made = wallet.good("/cards/batch", {"cards": [{"card_id": name} for name in names]})["cards"]
    assert len({code_of(card) for card in made}) == 3
    short = {"card_token": {"format": {"length": 1, "prefix": f"{uuid.uuid4()}"}}}
    many = {"cards": [{"card_id": str(uuid.uuid4())} for _ in range(11)], "options": short}
    assert refused(wallet.post("/cards/batch", many), 400)


def test_a_card_with_money_is_not_deleted_and_an_empty_one_is_gone(wallet: Wallet) -> None:
    card = wallet.card(100)
    path = f"/cards/{card['card_id']}"
    held = wallet.reserve(card, 100)
    assert refused(wallet.call("DELETE", path), 409)
    assert wallet.follow("capture", held).status_code == 200
    assert wallet.call("DELETE", path).status_code == 204
    assert refused(wallet.call("DELETE", path), 404)
    assert refused(wallet.get(path), 404)
    assert refused(wallet.post("/info", {"token": code_of(card)}), 404)
    assert refused(wallet.move(card, 1), 404)
    assert refused(wallet.post("/cards", {"card_id": card["card_id"], "amount": 1, "currency": "NOK"}), 409)
    names = [one["card_id"] for one in wallet.get("/cards?limit=100").json()["cards"]]
    assert card["card_id"] not in names


def test_another_customers_card_is_not_shown(wallet: Wallet) -> None:
    card = wallet.card(customer_id="mine")
    assert wallet.get(f"/customers/mine/cards/{card['card_id']}").status_code == 200
    assert refused(wallet.get(f"/customers/yours/cards/{card['card_id']}"), 404)
