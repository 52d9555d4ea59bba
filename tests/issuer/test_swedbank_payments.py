"""Behaviours 13 to 28 of `backends/swedbankpay.md` section 1.10: cards, payments, phases, repeats."""

import uuid
from datetime import date

import httpx
import pytest

from tests.issuer.client import Json, Till


def remaining(answer: Json) -> tuple[int, int, int]:
    return (
        answer["remainingCaptureAmount"],
        answer["remainingCancelAmount"],
        answer["remainingReversalAmount"],
    )


def fetch(till: Till, account: str, payment: str) -> Json:
    answer = till.get(f"/payment-account/{account}/payment/{payment}")
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def opened(till: Till, operation: str, card: Json, amount: int) -> tuple[str, Json]:
    account = till.account(card)
    answer = till.pay(operation, card, till.order(card, amount), account)
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "OK"
    return account, answer.json()


@pytest.mark.parametrize("amount", [10_000, 0])
def test_h13_a_new_card_holds_its_amount(till: Till, amount: int) -> None:
    answer = till.post("/gift-card/get-new-gift-card", {"amount": amount, "productId": 7854}).json()
    summary = answer["accountSummaryGiftCard"]
    assert summary["balance"] == amount
    assert date.fromisoformat(summary["expiryDate"]) > date(2026, 1, 1)
    assert (len(summary["accountKey"]), len(summary["cvc"])) == (19, 3)
    assert (answer["paymentId"] is None) == (amount == 0)
    assert till.balance({"number": summary["accountKey"]}) == amount


def test_h14_the_same_body_twice_gives_two_cards(till: Till) -> None:
    assert till.new_card(100)["number"] != till.new_card(100)["number"]


def test_h15_balance_by_number_by_track_and_by_neither(till: Till) -> None:
    card = till.card("ordinary")
    by_number = till.post(
        "/payment-account/balance", {"accountIdentifier": {"accountKey": card["number"], "cvc": card["cvc"]}}
    )
    by_track = till.post("/payment-account/balance", {"accountIdentifier": {"track2": card["track2"]}})
    assert by_number.status_code == by_track.status_code == 200
    summary = by_number.json()["paymentAccount"]["accountSummary"]
    assert summary == by_track.json()["paymentAccount"]["accountSummary"]
    assert summary["accountId"].startswith("PP-")
    assert (summary["currency"], summary["paymentInstrumentType"]) == ("NOK", "giftcard")
    for neither in ({}, {"cvc": card["cvc"]}, {"accountId": summary["accountId"]}):
        answer = till.post("/payment-account/balance", {"accountIdentifier": neither})
        assert answer.status_code == 400
        assert "accountKey" in answer.json()["message"]
    assert till.post("/payment-account/balance", {}).status_code == 400


def test_h16_a_wrong_cvc_discloses_nothing(till: Till) -> None:
    card = till.new_card(4_321)
    wrong = "000" if card["cvc"] != "000" else "001"
    answer = till.post("/payment-account/balance", {"accountIdentifier": till.identifier(card, cvc=wrong)})
    assert answer.status_code == 403
    assert "4321" not in answer.text
    assert "PP-" not in answer.text


def test_h17_a_purchase_takes_exactly_its_amount(till: Till) -> None:
    card = till.new_card(10_000)
    _account, answer = opened(till, "purchase", card, 3_333)
    assert remaining(answer) == (0, 0, 3_333)
    assert answer["operation"] == "Purchase"
    assert till.balance(card) == 6_667


def test_h18_an_authorization_reserves(till: Till) -> None:
    card = till.new_card(10_000)
    account, answer = opened(till, "authorize", card, 6_000)
    assert remaining(answer) == (6_000, 6_000, 0)
    assert till.balance(card) == 4_000
    refused = till.pay("purchase", card, till.order(card, 4_001), account).json()
    assert (refused["state"], refused["problems"][0]["name"]) == ("FAILED", "insufficientFunds")


def test_h19_captured_and_released_is_what_was_authorized(till: Till) -> None:
    card = till.new_card(10_000)
    account, payment = opened(till, "authorize", card, 6_000)
    captured = till.follow("capture", account, payment["paymentId"], amount=2_500).json()
    assert captured["state"] == "OK"
    assert (captured["remainingCaptureAmount"], captured["remainingReversalAmount"]) == (3_500, 2_500)
    assert "remainingCancelAmount" not in captured
    cancelled = till.follow("cancel", account, payment["paymentId"]).json()
    assert (cancelled["state"], cancelled["operation"], cancelled["amount"]) == ("OK", "Cancel", 3_500)
    assert till.balance(card) == 7_500
    after = fetch(till, account, payment["paymentId"])
    assert (remaining(after), after["state"]) == ((0, 0, 2_500), "OK")


def test_h19_capture_and_cancel_can_be_fetched(till: Till) -> None:
    card = till.new_card(10_000)
    account, payment = opened(till, "authorize", card, 6_000)
    captured = till.follow("capture", account, payment["paymentId"], amount=1_000).json()
    cancelled = till.follow("cancel", account, payment["paymentId"]).json()
    root = f"/payment-account/{account}/payment/{payment['paymentId']}"
    transaction = till.get(f"{root}/transactions/{captured['transactionId']}").json()
    assert (transaction["amount"], transaction["operation"]) == (1_000, "Capture")
    operation = till.get(f"{root}/operations/{cancelled['operationId']}").json()
    assert (operation["amount"], operation["operation"]) == (5_000, "Cancel")
    # Each under its own name only, and a follow-up is no payment.
    assert till.get(f"{root}/transactions/{cancelled['operationId']}").status_code == 404
    assert till.get(f"{root}/operations/{captured['transactionId']}").status_code == 404
    assert till.get(f"/payment-account/{account}/payment/{captured['transactionId']}").status_code == 404


def test_h20_a_capture_above_the_rest_changes_nothing(till: Till) -> None:
    card = till.new_card(10_000)
    account, payment = opened(till, "authorize", card, 6_000)
    answer = till.follow("capture", account, payment["paymentId"], amount=6_001)
    assert answer.status_code == 409
    assert answer.json()["problems"][0]["name"] == "nothingToCapture"
    assert remaining(fetch(till, account, payment["paymentId"])) == (6_000, 6_000, 0)
    _account, bought = opened(till, "purchase", card, 100)
    assert till.follow("capture", account, bought["paymentId"], amount=1).status_code == 409


def test_h21_a_capture_may_release_the_rest(till: Till) -> None:
    card = till.new_card(10_000)
    account, payment = opened(till, "authorize", card, 6_000)
    answer = till.follow("capture", account, payment["paymentId"], amount=1_000, cancelRemainingAuth=True)
    assert answer.json()["remainingCaptureAmount"] == 0
    assert till.balance(card) == 9_000
    assert till.follow("capture", account, payment["paymentId"], amount=1).status_code == 409
    assert till.follow("cancel", account, payment["paymentId"]).status_code == 409


def test_h22_a_cancel_needs_no_amount_and_works_once(till: Till) -> None:
    card = till.new_card(10_000)
    account, payment = opened(till, "authorize", card, 6_000)
    assert till.follow("cancel", account, payment["paymentId"]).json()["state"] == "OK"
    assert till.balance(card) == 10_000
    assert till.follow("cancel", account, payment["paymentId"]).status_code == 409


@pytest.mark.parametrize(("operation", "between"), [("purchase", 7_000), ("deposit", 13_000), ("credit", 13_000)])
def test_h23_a_reversal_restores_the_balance_once(till: Till, operation: str, between: int) -> None:
    card = till.new_card(10_000)
    account, payment = opened(till, operation, card, 3_000)
    assert till.balance(card) == between
    part = till.follow("reversal", account, payment["paymentId"], amount=1_000).json()
    assert (part["state"], part["remainingReversalAmount"]) == ("OK", 2_000)
    assert fetch(till, account, payment["paymentId"])["state"] == "OK"
    assert till.follow("reversal", account, payment["paymentId"], amount=2_001).status_code == 409
    assert till.follow("reversal", account, payment["paymentId"], amount=2_000).json()["state"] == "OK"
    assert till.balance(card) == 10_000
    assert till.follow("reversal", account, payment["paymentId"], amount=1).status_code == 409
    assert fetch(till, account, payment["paymentId"])["state"] == "REVERSED"


def test_h23_a_reversal_may_name_the_capture(till: Till) -> None:
    card = till.new_card(10_000)
    account, payment = opened(till, "authorize", card, 6_000)
    captures = [
        till.follow("capture", account, payment["paymentId"], amount=part).json()["transactionId"]
        for part in (2_000, 4_000)
    ]
    assert till.follow("reversal", account, captures[0], amount=2_001).status_code == 409
    back = till.follow("reversal", account, captures[0], amount=2_000).json()
    assert (back["state"], back["remainingReversalAmount"]) == ("OK", 4_000)
    assert till.follow("reversal", account, captures[0], amount=1).status_code == 409
    assert till.follow("reversal", account, payment["paymentId"], amount=4_000).json()["state"] == "OK"
    assert till.balance(card) == 10_000
    root = f"/payment-account/{account}/payment/{payment['paymentId']}"
    assert till.get(f"{root}/transactions/{captures[0]}").json()["state"] == "REVERSED"
    assert fetch(till, account, payment["paymentId"])["state"] == "REVERSED"
    assert till.get(f"{root}/transactions/{back['transactionId']}").json()["operation"] == "Reversal"


def test_h23_a_load_that_is_spent_cannot_be_undone(till: Till) -> None:
    card = till.new_card(0)
    account, load = opened(till, "deposit", card, 1_000)
    opened(till, "purchase", card, 1)
    ref = str(uuid.uuid4())
    for _ in range(2):  # the repeat of a failed reversal is failed again
        answer = till.follow("reversal", account, load["paymentId"], amount=1_000, paymentTransactionRef=ref)
        assert (answer.json()["state"], answer.json()["problems"][0]["name"]) == ("FAILED", "insufficientFunds")
    assert till.balance(card) == 999


def test_h24_an_authorization_is_cancelled_not_reversed(till: Till) -> None:
    card = till.new_card(10_000)
    account, payment = opened(till, "authorize", card, 6_000)
    answer = till.follow("reversal", account, payment["paymentId"], amount=6_000)
    assert answer.status_code == 409
    assert answer.json()["problems"][0]["name"] == "cancelInstead"


@pytest.mark.parametrize("repeat", [True, False])
@pytest.mark.parametrize("operation", ["purchase", "authorize", "deposit", "credit"])
def test_h25_a_repeat_books_nothing_and_says_duplicate(till: Till, operation: str, repeat: bool) -> None:
    card = till.new_card(10_000)
    account = till.account(card)
    order = till.order(card, 10_000)
    first = till.pay(operation, card, order, account).json()
    balance = till.balance(card)
    again = till.pay(operation, card, {**order, "repeat": repeat}, account).json()
    assert (first["state"], again["state"]) == ("OK", "DUPLICATE")
    assert again["paymentId"] == first["paymentId"]
    assert remaining(again) == remaining(first)
    assert till.balance(card) == balance


def test_h25_follow_ups_repeat_as_well(till: Till) -> None:
    card = till.new_card(10_000)
    account, payment = opened(till, "authorize", card, 6_000)
    for verb, body, key in (
        ("capture", {"amount": 1_000}, "transactionId"),
        ("reversal", {"amount": 1_000}, "transactionId"),
        ("cancel", {}, "operationId"),
    ):
        ref = str(uuid.uuid4())
        first = till.follow(verb, account, payment["paymentId"], paymentTransactionRef=ref, **body).json()
        again = till.follow(verb, account, payment["paymentId"], paymentTransactionRef=ref, **body).json()
        assert (first["state"], again["state"]) == ("OK", "DUPLICATE"), verb
        assert again[key] == first[key]
    assert till.balance(card) == 10_000


def test_h25_a_repeat_needs_no_card_data(till: Till) -> None:
    card = till.new_card(1_000)
    account = till.account(card)
    order = till.order(card, 400)
    till.pay("purchase", card, order, account)
    bare = {**order, "repeat": True, "accountIdentifier": {"accountId": account}}
    assert till.pay("purchase", card, bare, account).json()["state"] == "DUPLICATE"
    fresh = {**bare, "paymentTransactionRef": str(uuid.uuid4())}
    assert till.pay("purchase", card, fresh, account).status_code == 400


def test_h25_a_repeat_of_a_payment_undone_since_says_so(till: Till) -> None:
    card = till.new_card(1_000)
    account = till.account(card)
    order = till.order(card, 400)
    payment = till.pay("purchase", card, order, account).json()["paymentId"]
    till.follow("reversal", account, payment, amount=400)
    assert till.pay("purchase", card, {**order, "repeat": True}, account).json()["state"] == "REVERSED"


def test_h26_a_repeat_of_what_never_arrived_books_once(till: Till) -> None:
    card = till.new_card(1_000)
    order = till.order(card, 400, repeat=True)
    assert till.pay("purchase", card, order).json()["state"] == "OK"
    assert till.pay("purchase", card, order).json()["state"] == "DUPLICATE"
    assert till.balance(card) == 600


def test_h27_a_reference_is_good_for_one_thing(till: Till) -> None:
    card, other = till.new_card(1_000), till.new_card(1_000)
    account = till.account(card)
    order = till.order(card, 400)
    till.pay("purchase", card, order, account)

    def refused(answer: httpx.Response) -> bool:
        return answer.status_code == 409 and "reference" in answer.json()["message"]

    assert refused(till.pay("purchase", card, {**order, "amount": 401, "repeat": True}, account))
    assert refused(till.pay("purchase", card, {**order, "currency": "SEK"}, account))
    assert refused(till.pay("deposit", card, order, account))
    moved = {**order, "accountIdentifier": till.identifier(other)}
    assert refused(till.pay("purchase", other, moved))
    payment = till.pay("purchase", card, order, account).json()["paymentId"]
    ref = order["paymentTransactionRef"]
    assert refused(till.follow("reversal", account, payment, amount=400, paymentTransactionRef=ref))
    assert (till.balance(card), till.balance(other)) == (600, 1_000)


def test_h28_loads_raise_the_balance(till: Till) -> None:
    card = till.new_card(0)
    _account, load = opened(till, "deposit", card, 2_500)
    assert remaining(load) == (0, 0, 2_500)
    body = {
        "amount": 500,
        "currency": "NOK",
        "orderRef": "order",
        "simpleAccountIdentifier": {"accountKey": card["number"]},
    }
    assert till.post("/gift-card/pre-deposit", body).json()["balance"] == 3_000
    nothing = till.post("/gift-card/pre-deposit", {**body, "amount": 0}).json()
    assert (nothing["balance"], nothing["paymentId"]) == (3_000, None)
    assert till.balance(card) == 3_000


def test_h28_a_pre_deposit_with_a_reference_is_booked_once(till: Till) -> None:
    card = till.new_card(0)
    body = {
        "amount": 500,
        "currency": "NOK",
        "orderRef": "order",
        "transactionRef": str(uuid.uuid4()),
        "simpleAccountIdentifier": {"accountKey": card["number"]},
    }
    first, again = (till.post("/gift-card/pre-deposit", body).json() for _ in range(2))
    assert first == again
    assert till.balance(card) == 500
    assert till.post("/gift-card/pre-deposit", {**body, "amount": 501}).status_code == 409
