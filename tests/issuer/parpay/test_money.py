"""Rows 6 to 10, 24 to 27 and 29 to 32: issue, load, pay, refund and transfer."""

import threading
from typing import Any

import pytest

from app.issuer.server import IssuerHost
from tests.issuer.parpay.till import Json, ParTill, fresh


def test_row_6_issue_makes_an_active_card_with_the_balance_and_a_number_of_its_own(par: ParTill) -> None:
    cards = [par.issue("100.00") for _ in range(3)]
    assert len({card["cardNumber"] for card in cards}) == len({card["giftCardId"] for card in cards}) == 3
    for card in cards:
        assert (card["balance"], card["status"], len(card["cardNumber"])) == ("100.00", "Active", 19)
        assert card["transactionId"]
        assert card["passcode"].isdigit()
        assert (par.balance(card), par.status(card)) == ("100.00", "Active")
    assert par.issue(0)["balance"] == "0.00"


def test_row_7_reload_adds_redeem_subtracts_inquiry_changes_nothing(par: ParTill) -> None:
    card = par.issue("10.00")
    number = card["cardNumber"]
    loaded = par.good("reload", cardNumber=number, amount="5.50")
    assert (loaded["balance"], loaded["amount"]) == ("15.50", "5.50")
    paid = par.good("redeem", cardNumber=number, passcode=card["passcode"], amount="0.10")
    assert (paid["balance"], paid["amount"], paid["giftCardId"]) == ("15.40", "0.10", card["giftCardId"])
    for _ in range(2):
        assert par.good("balanceInquiry", cardNumber=number)["balance"] == "15.40"


def test_row_8_more_than_the_balance_is_refused_and_changes_nothing(par: ParTill) -> None:
    card = par.issue("10.00")
    answer = par.post("redeem", cardNumber=card["cardNumber"], amount="10.01")
    assert answer.status_code == 422
    assert answer.json() == {
        "errors": {"amount": "the balance is too low"},
        "message": "amount: the balance is too low",
    }
    assert par.balance(card) == "10.00"


def test_row_9_a_refund_restores_the_same_card_up_to_what_was_redeemed(par: ParTill) -> None:
    card = par.issue("10.00")
    paid = par.good("redeem", cardNumber=card["cardNumber"], amount="8.00")["transactionId"]
    assert par.post("refund", originalTransactionId=paid, amount="8.01").status_code == 409
    part = par.good("refund", originalTransactionId=paid, amount="3.00")
    assert (part["balance"], part["giftCardId"]) == ("5.00", card["giftCardId"])
    rest = par.good("refund", originalTransactionId=paid)
    assert (rest["amount"], rest["balance"]) == ("5.00", "10.00")
    assert par.post("refund", originalTransactionId=paid).status_code == 409
    assert par.balance(card) == "10.00"


def test_row_10_refund_of_an_unknown_transaction_is_404(par: ParTill) -> None:
    assert par.post("refund", originalTransactionId="PAR-1").status_code == 404
    card = par.issue("10.00")
    paid = par.good("redeem", cardNumber=card["cardNumber"], amount="8.00")["transactionId"]
    elsewhere = par.send("POST", "refund", {"originalTransactionId": paid}, X_LocationId="LOC-1002")
    assert elsewhere.status_code == 404


def test_only_a_redeem_is_refunded(par: ParTill) -> None:
    card = par.issue("10.00")
    loaded = par.good("reload", cardNumber=card["cardNumber"], amount="5.00")["transactionId"]
    for transaction in (loaded, card["transactionId"]):
        assert par.post("refund", originalTransactionId=transaction).status_code == 409
    assert par.balance(card) == "15.00"


def transfer(par: ParTill, card: Json, amount: object, **more: Any) -> Any:
    body = {"cardNumber": card["cardNumber"], "passcode": card["passcode"], "amount": amount, **more}
    return par.post("balanceTransfer", **body)


def test_row_24_a_wrong_passcode_moves_nothing_and_three_block(par: ParTill) -> None:
    card = par.issue("10.00")
    wrong = {**card, "passcode": f"{(int(card['passcode']) + 1) % 10_000:04d}"}
    for _ in range(3):
        answer = transfer(par, wrong, "5.00")
        assert (answer.status_code, answer.json()["errors"]) == (422, {"passcode": "the passcode is wrong"})
    assert par.balance(card) == "10.00"
    assert par.status(card) == "Blocked"
    assert transfer(par, card, "5.00").status_code == 422


@pytest.mark.parametrize("lacking", ["cardNumber", "passcode", "amount"])
def test_row_24_a_transfer_needs_number_passcode_and_amount_even_of_a_saved_card(par: ParTill, lacking: str) -> None:
    user = fresh("user")
    card = par.owned(user)
    body = {"cardNumber": card["cardNumber"], "passcode": card["passcode"], "amount": "1.00"}
    body |= {"giftCardId": card["giftCardId"], "userId": user}
    del body[lacking]
    assert par.post("balanceTransfer", **body).status_code == 400
    assert par.balance(card) == "100.00"


def test_row_25_a_part_of_the_balance_leaves_the_rest(par: ParTill) -> None:
    card = par.issue("10.00")
    made = transfer(par, card, "4.00").json()
    new = made["newCard"]
    assert new["cardNumber"] != card["cardNumber"]
    assert (made["sourceBalance"], made["amount"], new["balance"]) == ("6.00", "4.00", "4.00")
    assert (par.balance(card), par.balance(new)) == ("6.00", "4.00")
    assert (
        par.good("redeem", cardNumber=new["cardNumber"], passcode=new["passcode"], amount="4.00")["balance"] == "0.00"
    )
    assert transfer(par, card, "6.01").status_code == 422
    assert par.balance(card) == "6.00"


@pytest.mark.parametrize("flag", [{}, {"isDeleteSourceCard": False}, {"isDeleteSourceCard": True}])
def test_row_26_the_source_ends_only_when_asked_to(par: ParTill, flag: dict[str, bool]) -> None:
    card = par.issue("10.00")
    assert transfer(par, card, "10.00", **flag).status_code == 200
    ended = flag.get("isDeleteSourceCard", False)
    assert par.status(card) == ("Inactive" if ended else "Active")
    loaded = par.post("reload", cardNumber=card["cardNumber"], amount="1.00")
    assert loaded.status_code == (422 if ended else 200)


def test_row_27_a_source_with_money_left_is_not_ended(par: ParTill) -> None:
    card = par.issue("10.00")
    assert transfer(par, card, "4.00", isDeleteSourceCard=True).status_code == 422
    assert (par.balance(card), par.status(card)) == ("10.00", "Active")


def test_a_refund_onto_a_card_that_ended_is_refused(par: ParTill) -> None:
    card = par.issue("10.00")
    paid = par.good("redeem", cardNumber=card["cardNumber"], amount="4.00")["transactionId"]
    transfer(par, card, "6.00", isDeleteSourceCard=True)
    assert par.post("refund", originalTransactionId=paid).status_code == 422


@pytest.mark.parametrize("name", ["requestId", "referenceId", "orderId"])
def test_row_29_the_same_reference_twice_is_booked_once(par: ParTill, name: str) -> None:
    card, reference = par.issue("10.00"), fresh("request")
    body = {"cardNumber": card["cardNumber"], "amount": "4.00", name: reference}
    first, second = par.good("redeem", **body), par.good("redeem", **body)
    assert (first["transactionId"], "duplicate" in first) == (second["transactionId"], False)
    assert second["duplicate"] is True
    assert par.balance(card) == "6.00"
    for other in ({"amount": "4.01"}, {"cardNumber": par.issue()["cardNumber"]}, {"currency": "SEK"}):
        assert par.post("redeem", **(body | other)).status_code == 409
    assert par.post("reload", **body).status_code == 409
    assert par.good("redeem", amount="4.00", **{name: reference})["duplicate"] is True  # a till that lost the card


def test_row_29_a_declined_attempt_stays_declined(par: ParTill) -> None:
    card, reference = par.issue("1.00"), fresh("request")
    body = {"cardNumber": card["cardNumber"], "amount": "4.00", "requestId": reference}
    assert par.post("redeem", **body).status_code == 422
    par.good("reload", cardNumber=card["cardNumber"], amount="10.00")
    assert par.post("redeem", **body).status_code == 422
    assert par.balance(card) == "11.00"


def test_row_29_a_repeat_shows_the_card_it_made_once_more(par: ParTill) -> None:
    card, reference = par.issue("10.00", requestId=fresh("request")), fresh("request")
    first = transfer(par, card, "4.00", requestId=reference).json()
    second = par.good("balanceTransfer", amount="4.00", requestId=reference)
    assert second["newCard"] == first["newCard"]
    assert second["duplicate"] is True
    assert par.balance(card) == "6.00"
    reference = fresh("request")
    once, twice = par.issue("7.00", requestId=reference), par.issue("7.00", requestId=reference)
    assert (once["cardNumber"], once["passcode"]) == (twice["cardNumber"], twice["passcode"])


def test_row_29_of_a_refund(par: ParTill) -> None:
    card, reference = par.issue("10.00"), fresh("request")
    paid = par.good("redeem", cardNumber=card["cardNumber"], amount="8.00")["transactionId"]
    body = {"originalTransactionId": paid, "amount": "3.00", "requestId": reference}
    assert par.good("refund", **body)["transactionId"] == par.good("refund", **body)["transactionId"]
    assert par.balance(card) == "5.00"
    other = par.good("redeem", cardNumber=card["cardNumber"], amount="1.00")["transactionId"]
    assert par.post("refund", **(body | {"originalTransactionId": other})).status_code == 409


@pytest.mark.parametrize(
    ("written", "read"),
    [("0.10", "0.10"), (0.1, "0.10"), ("10", "10.00"), (13, "13.00"), (1234567.89, "1234567.89"), ("0.3", "0.30")],
)
def test_row_30_amounts_survive_text_and_number(par: ParTill, written: object, read: str) -> None:
    card = par.issue(written)
    assert (card["balance"], par.balance(card)) == (read, read)


@pytest.mark.parametrize(
    "amount",
    ["0.001", 0.001, "-1", -1, "ten", "", True, [], "1e999999999", 1e30, "NaN", "Infinity", "10000000000.00", "١٢", 0],
)
def test_row_30_what_is_no_amount_is_refused(par: ParTill, amount: object) -> None:
    card = par.issue("10.00")
    answer = par.post("redeem", cardNumber=card["cardNumber"], amount=amount)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["amount"])


def test_row_31_concurrent_redeems_never_go_below_zero(par: ParTill, par_host: IssuerHost) -> None:
    card = par.issue("10.00")
    statuses: list[int] = []

    def lane() -> None:
        with ParTill(par.contract, _token=par.token()) as till:
            for _ in range(5):
                statuses.append(till.post("redeem", cardNumber=card["cardNumber"], amount="3.00").status_code)

    lanes = [threading.Thread(target=lane) for _ in range(4)]
    for thread in lanes:
        thread.start()
    for thread in lanes:
        thread.join()
    assert sorted(statuses) == [200] * 3 + [422] * 17
    assert par.balance(card) == "1.00"
    assert par_host.balance_of(card["cardNumber"]) == 100


def test_row_32_only_issue_reload_redeem_and_refund_change_what_is_owed(par: ParTill, par_host: IssuerHost) -> None:
    def owed() -> int:
        accounts = par_host.store.accounts(0, 10_000)
        return sum(par_host.store.balances([f"card:{a.account_id}" for a in accounts]).values())

    user, friend = fresh("user"), fresh("user")
    cards = [par.owned(user, "10.00") for _ in range(4)]
    before = owed()
    transfer(par, cards[0], "4.00")
    par.good("sharegiftcard", userId=user, giftCardId=cards[1]["giftCardId"], recipientUserId=friend)
    par.good("gift", userId=user, giftCardId=cards[1]["giftCardId"], recipientUserId=friend)
    target, source = (card["giftCardId"] for card in cards[2:])
    par.good("combine", userId=user, targetGiftCardId=target, sourceGiftCardIds=[source])
    assert owed() == before
    paid = par.good("redeem", giftCardId=target, amount="5.00")["transactionId"]
    assert owed() == before - 500
    par.good("refund", originalTransactionId=paid)
    par.good("reload", giftCardId=target, amount="1.00")
    assert owed() == before + 100


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("expired", "the card has expired"),
        ("blocked", "the card is blocked"),
        ("inactive", "the card is not active"),
        ("zero", "the balance is too low"),
        ("pin", "the passcode is required"),
    ],
)
def test_a_card_that_may_not_pay_is_told_why(par: ParTill, name: str, text: str) -> None:
    answer = par.post("redeem", cardNumber=par.card(name)["number"], amount="100.00")
    assert answer.status_code == 422
    assert text in answer.json()["message"]
    assert par.good("balanceInquiry", cardNumber=par.card(name)["number"])["giftCardId"]


def test_the_card_that_asks_pays_with_its_passcode(par: ParTill) -> None:
    card = par.card("pin")
    assert par.post("redeem", cardNumber=card["number"], pin="123", amount="1.00").status_code == 422
    assert par.post("redeem", cardNumber=card["number"], pin=card["pin"], amount="1.00").status_code == 200
    card_id = par.good("balanceInquiry", cardNumber=card["number"])["giftCardId"]
    assert par.post("redeem", giftCardId=card_id, amount="1.00").status_code == 422
    user = fresh("user")
    assert par.post("savegiftcard", userId=user, cardNumber=card["number"]).status_code == 400
    assert par.post("savegiftcard", userId=user, cardNumber=card["number"], pin=card["pin"]).status_code == 200
    assert par.good("redeem", giftCardId=card_id, userId=user, amount="1.00")["amount"] == "1.00"


def test_another_currency_is_refused(par: ParTill) -> None:
    card = par.issue("10.00", currency="EUR")
    assert par.post("redeem", cardNumber=card["cardNumber"], amount="1.00").status_code == 422
    assert par.post("redeem", cardNumber=card["cardNumber"], amount="1.00", currency="EUR").status_code == 200
    assert transfer(par, card, "1.00").status_code == 422
    assert par.post("redeem", cardNumber=card["cardNumber"], amount="1.00", currency="euro").status_code == 400


def test_a_bank_card_purchase_pays_once(par: ParTill) -> None:
    funding, reference = fresh("CC"), fresh("request")
    card = par.issue("10.00", sourceTransactionId=funding, requestId=reference)
    assert par.issue("10.00", sourceTransactionId=funding, requestId=reference)["giftCardId"] == card["giftCardId"]
    body = {"cardNumber": card["cardNumber"], "amount": "1.00", "sourceTransactionId": funding}
    assert par.post("reload", **body).status_code == 409
    assert par.post("virtual/issue", amount="1.00", sourceTransactionId=funding).status_code == 409
    assert par.balance(card) == "10.00"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'"x"', b"[" * 10_000])
def test_what_is_no_object_is_refused_in_words(par: ParTill, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {par.token()}", "X-LocationId": par.face["location_id"]}
    answer = par.http.post(f"{par.face['base_url']}/giftcard/v1/redeem", content=body, headers=headers)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["body"])


def test_a_request_that_is_too_large_is_refused(par: ParTill) -> None:
    assert par.post("redeem", x="x" * 100_000).status_code == 413


def test_stan_and_terminal_are_kept_for_reconciliation(par: ParTill, par_host: IssuerHost) -> None:
    card, reference = par.issue("10.00"), fresh("request")
    par.good(
        "redeem", cardNumber=card["cardNumber"], amount="1.00", requestId=reference, stan="000042", terminalId="7",
        orderReference="order",
    )  # fmt: skip
    (entry,) = (e for e in par_host.store.entries(0, 100_000) if e.transaction_ref == reference)
    assert (entry.stan, entry.terminal_id, entry.order_ref, entry.amount) == ("000042", "7", "order", 100)
