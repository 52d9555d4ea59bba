"""The rows GH1 to GH16, GH23, GH30 and GH31 of the vendor's page, by their numbers."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from app.issuer.card_numbers import luhn_digit
from tests.issuer.gr4vy.merchant import PIN, Merchant


def names() -> str:
    return f"C-{uuid.uuid4().hex}"


@pytest.mark.parametrize(
    "number", ["7013370000009991", "70133700000099912", "701337000000999123", "7013370000009991234"]
)
def test_gh1_gh2_a_card_is_created_and_cut_into_its_parts(merchant: Merchant, number: str) -> None:
    merchant.card(number=number)
    answer = merchant.post("/gift-cards", {"number": number, "pin": PIN, "buyer_external_identifier": names()})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["bin"], made["sub_bin"], made["last4"]) == (number[:6], number[6:9], number[-4:])
    assert made["gift_card_service"]["gift_card_service_definition_id"] == "mock-gift-card"
    assert made["buyer"]["external_identifier"].startswith("C-")


@pytest.mark.parametrize(
    "number", ["412345554123456", "41234555412345612345", "412345554123456a", "4123 4555 4123 45", "", "4" * 16 + "\n"]
)
def test_gh4_a_number_of_another_shape_is_refused_and_nothing_stored(merchant: Merchant, number: str) -> None:
    before = merchant.get("/gift-cards?limit=100").json()["items"]
    answer = merchant.post("/gift-cards", {"number": number, "pin": PIN})
    assert answer.status_code == 400
    (detail,) = answer.json()["details"]
    assert (detail["location"], detail["pointer"]) == ("body", "/number")
    assert merchant.get("/gift-cards?limit=100").json()["items"] == before


def test_gh5_an_empty_pin_is_refused_and_zeros_are_kept(merchant: Merchant) -> None:
    assert merchant.post("/gift-cards", {"number": "4123455541234561", "pin": ""}).status_code == 400
    for pin, balance in (("0000", 0), ("00042", 42)):
        number = f"41234555{uuid.uuid4().int % 10**11:011d}"
        assert merchant.balance({"number": number, "pin": pin})["balance"] == balance
        assert merchant.balance({"number": number, "pin": str(int(pin))})["balance_error_code"] == "invalid_gift_card"


def test_gh6_gh7_two_buyers_and_unknown_members_are_refused(merchant: Merchant) -> None:
    card = merchant.card()
    buyers = {"buyer_id": str(uuid.uuid4()), "buyer_external_identifier": "C-1"}
    assert merchant.post("/gift-cards", card | buyers).status_code == 400
    for path in ("/gift-cards", "/gift-cards/activations"):
        answer = merchant.post(path, card | {"4123455541234561234": 1})
        assert answer.status_code == 400
        assert "4123455541234561234" not in answer.text
    assert merchant.post("/gift-cards/balances", {"items": [], "x": 1}).status_code == 400
    assert merchant.post("/gift-cards/balances", {"items": [card | {"id": str(uuid.uuid4())}]}).status_code == 400
    assert merchant.post("/gift-cards", card | {"buyer_id": str(uuid.uuid4())}).status_code == 404


def test_gh8_a_stored_card_has_no_balance(merchant: Merchant) -> None:
    made = merchant.stored(merchant.card())
    assert not {"balance", "amount", "currency"} & set(made)
    assert merchant.get(f"/gift-cards/{made['id']}").json() == made


def test_gh9_a_deleted_card_is_gone(merchant: Merchant) -> None:
    path = f"/gift-cards/{merchant.stored(merchant.card())['id']}"
    answer = merchant.call("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    for method in ("GET", "DELETE"):
        gone = merchant.call(method, path)
        assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
    assert merchant.get("/gift-cards/nonsense").status_code == 400


def test_gh10_a_list_walks_every_card_once(merchant: Merchant) -> None:
    made = {merchant.stored(merchant.card())["id"] for _ in range(5)}
    seen: list[str] = []
    cursor = ""
    while True:
        page = merchant.get(f"/gift-cards?limit=2{cursor}").json()
        assert page["limit"] == 2
        seen += [card["id"] for card in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen))
    assert made <= set(seen)
    assert merchant.get("/gift-cards").json()["limit"] == 20
    for limit in ("0", "101", "-1", "x", "1.5", ""):
        assert merchant.get(f"/gift-cards?limit={limit}").status_code == 400


def test_gh10_a_list_may_be_of_one_buyer(merchant: Merchant) -> None:
    name = names()
    made = [merchant.stored(merchant.card(), buyer_external_identifier=name) for _ in range(3)]
    by_name = merchant.get(f"/gift-cards?buyer_external_identifier={name}&limit=2").json()
    rest = merchant.get(f"/gift-cards?buyer_external_identifier={name}&cursor={by_name['next_cursor']}").json()
    assert {card["id"] for card in by_name["items"] + rest["items"]} == {card["id"] for card in made}
    by_id = merchant.get(f"/gift-cards?buyer_id={made[0]['buyer']['id']}").json()
    assert len(by_id["items"]) == 3
    assert merchant.get("/gift-cards?buyer_external_identifier=nobody").json()["items"] == []


def test_gh11_gh12_gh13_typed_and_stored_cards_have_balances_of_their_own(merchant: Merchant) -> None:
    typed, kept = merchant.card(1), merchant.card(2)
    stored = merchant.stored(kept)
    bad = {"number": merchant.card(3)["number"], "pin": "49999"}
    items = [bad, {"id": stored["id"]}, typed, merchant.demo("expired"), merchant.demo("blocked")]
    answer = merchant.post("/gift-cards/balances", {"items": items})
    assert answer.status_code == 200
    told = [(item["id"], item["balance"], item["balance_error_code"]) for item in answer.json()["items"]]
    assert told == [
        (None, None, "invalid_gift_card"),
        (stored["id"], 2, None),
        (None, 1, None),
        (None, None, "expired_card"),
        (None, None, "suspected_fraud"),
    ]
    assert merchant.post("/gift-cards/balances", {"items": [{"id": str(uuid.uuid4())}]}).status_code == 404


def test_a_balance_of_zero_is_not_null(merchant: Merchant) -> None:
    summary = merchant.balance(merchant.demo("zero"))
    assert (summary["balance"], summary["currency"], summary["balance_error_code"]) == (0, "NOK", None)


def test_gh14_gh15_an_activation_wants_what_belongs_together(merchant: Merchant) -> None:
    number = {"number": merchant.card(0, active=False)["number"]}
    for wrong in (
        {"amount": 100},
        {"currency": "NOK"},
        {"store": True},
        {"buyer_external_identifier": "C-1"},
        {"buyer_external_identifier": "C-1", "buyer_id": str(uuid.uuid4()), "store": True, "pin": PIN},
    ):
        assert merchant.post("/gift-cards/activations", number | wrong).status_code == 400, wrong
    assert merchant.balance(number | {"pin": PIN})["balance_error_code"] == "inactive_card"


def test_an_activation_loads_once_and_answers_a_replay(merchant: Merchant) -> None:
    card = merchant.card(0, active=False)
    order = {"number": card["number"], "amount": 5000, "currency": "NOK", "store": False}
    key = str(uuid.uuid4())
    first = merchant.post("/gift-cards/activations", order, key)
    assert first.status_code == 201
    assert merchant.post("/gift-cards/activations", order, key).json() == first.json()
    assert merchant.balance(card)["balance"] == 5000
    second = merchant.post("/gift-cards/activations", order)
    assert second.status_code == 400
    assert second.json()["details"][0]["type"] == "unexpected_state"
    assert merchant.get(f"/gift-cards/{first.json()['id']}").status_code == 404  # it was not stored
    kept = merchant.post(
        "/gift-cards/activations", merchant.card(0, active=False) | {"store": True, "buyer_external_identifier": "C-9"}
    )
    assert merchant.get(f"/gift-cards/{kept.json()['id']}").json() == kept.json()


def test_gh16_an_issuance_is_an_address(merchant: Merchant) -> None:
    order = {"theme": "031111372", "amount": 5000, "currency": "NOK", "external_identifier": "S-1"}
    key = str(uuid.uuid4())
    made = merchant.post("/gift-cards/issuances", order, key)
    assert made.status_code == 201
    assert made.json()["url"].startswith("https://")
    assert made.json()["gift_card_service_payment_issuance_id"]
    assert not {"number", "pin", "bin"} & set(made.json())
    assert merchant.post("/gift-cards/issuances", order, key).json() == made.json()


def test_gh23_a_card_of_one_account_is_not_there_for_another(merchant: Merchant) -> None:
    made = merchant.stored(merchant.card())
    other = {"x-gr4vy-merchant-account-id": "second"}
    assert merchant.get(f"/gift-cards/{made['id']}", **other).status_code == 404
    assert merchant.call("DELETE", f"/gift-cards/{made['id']}", headers=other).status_code == 404
    assert made["id"] not in merchant.get("/gift-cards?limit=100", **other).text
    assert merchant.get("/gift-cards", **{"x-gr4vy-merchant-account-id": "third"}).status_code == 403


@pytest.mark.parametrize(
    ("pin", "balance", "code"),
    [
        ("01299", 1299, None),
        ("01000", 1000, None),
        ("10001", None, "expired_card"),
        ("20010", None, "service_network_error"),
        ("30003", None, "invalid_service_credentials"),
        ("10011", None, "unknown_error"),
        ("1", None, "unknown_error"),
        ("9", None, "invalid_gift_card"),
        ("0999999999", None, "invalid_gift_card"),
        ("abc", None, "invalid_gift_card"),
    ],
)
def test_gh30_the_simulator_reads_the_pin(merchant: Merchant, pin: str, balance: Any, code: Any) -> None:
    card = {"number": f"41234555{uuid.uuid4().int % 10**11:011d}", "pin": pin}
    summary = merchant.balance(card)
    assert (summary["balance"], summary["balance_error_code"]) == (balance, code)
    stored = merchant.stored(card)
    again = merchant.balance({"id": stored["id"]})
    assert (again["balance"], again["balance_error_code"]) == (balance, code)


def test_gh31_what_is_not_there_is_told_in_the_vendors_words(merchant: Merchant) -> None:
    other = merchant.call("PUT", "/gift-cards", {})
    assert (other.status_code, other.headers["allow"]) == (405, "GET, POST")
    assert merchant.call("DELETE", "/transactions").status_code == 405
    assert merchant.get("/nothing/here").status_code == 404
    assert merchant.get("/gift-cards/").status_code == 404
    for raw in (b"", b"[]", b"null", b"{", b"\xff", b"1", b"[" * 50_000):
        assert merchant.call("POST", "/gift-cards", raw=raw).status_code == 400
    assert merchant.call("POST", "/gift-cards", raw=b" " * 300_000).status_code == 400


def test_a_buyers_cards_are_sorted_and_have_balances(merchant: Merchant) -> None:
    name = names()
    used, fresh = (merchant.stored(merchant.card(), buyer_external_identifier=name) for _ in range(2))
    merchant.pay({"id": used["id"], "amount": 100}, buyer_external_identifier=name)
    path = f"/buyers/gift-cards?buyer_external_identifier={name}"
    assert [card["usage_count"] for card in merchant.get(path).json()["items"]].count(1) == 1
    for sort in ("last_used_at", "usage_count", "cit_last_used_at", "cit_usage_count"):
        down = merchant.get(f"{path}&sort_by={sort}&order_by=desc").json()["items"]
        up = merchant.get(f"{path}&sort_by={sort}&order_by=asc").json()["items"]
        assert [card["id"] for card in down] == [used["id"], fresh["id"]] == [card["id"] for card in reversed(up)]
        assert [(card["balance"], card["usage_count"]) for card in down] == [(9_900, 1), (10_000, 0)]
    assert merchant.get("/buyers/gift-cards").json() == {"items": []}
    for odd in ("x", ""):
        assert merchant.get(f"{path}&sort_by={odd}").status_code == 400
    assert merchant.get(f"{path}&order_by=x").status_code == 400


def test_a_card_is_stored_once_per_buyer_and_a_buyer_keeps_ten(merchant: Merchant) -> None:
    name, card = names(), merchant.card()
    first = merchant.stored(card, buyer_external_identifier=name)
    again = merchant.post("/gift-cards", card | {"buyer_external_identifier": name})
    assert (again.status_code, again.json()["resource_id"]) == (409, first["id"])
    for _ in range(9):
        merchant.stored(merchant.card(), buyer_external_identifier=name)
    eleventh = merchant.post("/gift-cards", merchant.card() | {"buyer_external_identifier": name})
    assert eleventh.status_code == 400
    assert "maximum of 10" in eleventh.text


def test_three_wrong_pins_block_a_card(merchant: Merchant) -> None:
    card = merchant.card()
    for _ in range(3):
        assert merchant.balance(card | {"pin": "4"})["balance_error_code"] == "invalid_gift_card"
    assert merchant.balance(card)["balance_error_code"] == "suspected_fraud"


def test_a_card_belongs_to_one_face(merchant: Merchant) -> None:
    theirs = next(card for card in merchant.contract["cards"] if card["face"] == "swedbankpay")
    summary = merchant.balance({"number": theirs["number"], "pin": "01299"})
    assert (summary["balance"], summary["balance_error_code"]) == (None, "invalid_gift_card")
    ours = merchant.demo("ordinary")["number"]
    assert merchant.host.desk.knows(ours)
    assert merchant.host.desk.fresh_number("701337") != ours


def test_a_printed_row_waits_behind_the_demo_cards_and_is_in_no_list(merchant: Merchant) -> None:
    names = [card["name"] for card in merchant.contract["cards"] if card["face"] == "gr4vy"]
    assert names == ["ordinary", "pin", "low", "zero", "expired", "blocked", "inactive"]
    bodies = [str(701337900000000000 + place) for place in range(1, 6)]
    row = [{"number": body + luhn_digit(body), "pin": f"9000{place}"} for place, body in enumerate(bodies, 1)]
    for card in row:
        assert merchant.balance(card)["balance_error_code"] == "inactive_card"
    body = {"number": row[0]["number"], "amount": 500, "currency": "NOK"}
    assert merchant.post("/gift-cards/activations", body).status_code == 201
    assert merchant.balance(row[0])["balance"] == 500
