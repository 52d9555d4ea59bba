"""PIN and CVC: what counts as a wrong try, what blocks a card, and what a repeat never does."""

from collections.abc import Iterator

import pytest

from app.crypto.pinblock import PinBlockFormat, encrypt_pin_block
from app.issuer.server import IssuerHost
from tests.issuer.client import Json, Till


@pytest.fixture
def host() -> Iterator[IssuerHost]:
    """A host of one's own: these tests block the demo card."""
    with IssuerHost(seed=7) as running:
        yield running


def block(till: Till, card: Json, pin: str, key: str = "") -> str:
    secret = bytes.fromhex(key or till.contract["pin_key"]["key"])
    digits = bytearray(pin.encode())
    return encrypt_pin_block(PinBlockFormat.ISO_0, secret, digits, card["number"]).hex().upper()


def other(pin: str) -> str:
    return f"{(int(pin) + 1) % 10_000:04d}"


def buy(till: Till, card: Json, pin_block: str, verb: str = "purchase", **more: object) -> Json:
    identifier = till.identifier(card, **({"encryptedPin": pin_block} if pin_block else {}))
    answer: Json = till.pay(verb, card, till.order(card, 100, accountIdentifier=identifier, **more)).json()
    return answer


def reason(answer: Json) -> str:
    name: str = answer["problems"][0]["name"]
    return name


@pytest.mark.parametrize("verb", ["purchase", "authorize"])
def test_the_right_pin_pays(till: Till, verb: str) -> None:
    card = till.card("pin")
    assert buy(till, card, block(till, card, card["pin"]), verb)["state"] == "OK"
    assert reason(buy(till, card, "", verb)) == "pinRequired"
    assert reason(buy(till, card, "000", verb)) == "pinRequired"


def test_a_load_needs_no_pin(till: Till) -> None:
    assert buy(till, till.card("pin"), "", "deposit")["state"] == "OK"


def test_three_wrong_pins_in_a_row_block_the_card(till: Till) -> None:
    card = till.card("pin")
    right, wrong = block(till, card, card["pin"]), block(till, card, other(card["pin"]))
    for _ in range(2):
        assert reason(buy(till, card, wrong)) == "pinWrong"
    assert buy(till, card, right)["state"] == "OK"  # ends the row
    for _ in range(3):
        assert reason(buy(till, card, wrong)) == "pinWrong"
    assert reason(buy(till, card, right)) == "cardBlocked"
    # Nothing about the PIN is to be learnt from the balance call either.
    for candidate in (right, wrong):
        body = {"accountIdentifier": till.identifier(card, encryptedPin=candidate)}
        answer = till.post("/payment-account/balance", body)
        assert (answer.status_code, reason(answer.json())) == (403, "cardBlocked")


def test_a_wrong_pin_on_a_balance_counts(till: Till) -> None:
    card = till.card("pin")
    body = {"accountIdentifier": till.identifier(card, encryptedPin=block(till, card, other(card["pin"])))}
    for _ in range(3):
        assert reason(till.post("/payment-account/balance", body).json()) == "pinWrong"
    assert reason(buy(till, card, block(till, card, card["pin"]))) == "cardBlocked"


def test_a_block_under_another_key_or_for_another_card_counts_as_unreadable(till: Till) -> None:
    card, ordinary = till.card("pin"), till.card("ordinary")
    strange = block(till, card, card["pin"], key="0123456789ABCDEFFEDCBA9876543210")
    for _ in range(4):
        assert reason(buy(till, card, strange)) in ("pinBlockUnreadable", "pinWrong")
    assert till.contract["pin_key"]["format"] == 0
    # A card without a PIN takes no notice of a block.
    assert buy(till, ordinary, strange)["state"] == "OK"


@pytest.mark.parametrize("malformed", ["12", "xyz", "0" * 15, "0" * 32])
def test_a_malformed_block_is_no_try(till: Till, malformed: str) -> None:
    card = till.card("pin")
    answer = buy(till, card, malformed)
    assert (answer["status"], reason(answer)) == (400, "accountIdentifier.encryptedPin")


def test_a_repeat_never_counts_as_a_wrong_pin(till: Till, host: IssuerHost) -> None:
    card = till.card("pin")
    account = till.account(card)
    right, wrong = block(till, card, card["pin"]), block(till, card, other(card["pin"]))
    order = till.order(card, 100, accountIdentifier=till.identifier(card, encryptedPin=right))
    assert till.pay("purchase", card, order, account).json()["state"] == "OK"
    bare = {**order, "accountIdentifier": till.identifier(card), "repeat": True}
    bad = {**order, "accountIdentifier": till.identifier(card, encryptedPin=wrong, cvc="999"), "repeat": True}
    for body in (bare, bad, bad, bad, bad):
        assert till.pay("purchase", card, body, account).json()["state"] == "DUPLICATE"
    found = host.desk.account_of(card["number"])
    assert found is not None
    assert (found.wrong_pins, found.wrong_cvcs, found.blocked) == (0, 0, False)


def test_a_repeat_of_a_wrong_pin_is_failed_again_and_not_counted_again(till: Till, host: IssuerHost) -> None:
    card = till.card("pin")
    wrong = till.identifier(card, encryptedPin=block(till, card, other(card["pin"])))
    order = till.order(card, 100, accountIdentifier=wrong)
    for _ in range(5):
        answer = till.pay("purchase", card, order).json()
        assert (answer["state"], reason(answer)) == ("FAILED", "pinWrong")
    found = host.desk.account_of(card["number"])
    assert found is not None
    assert found.wrong_pins == 1


def test_ten_wrong_cvcs_in_a_row_block_the_card(till: Till) -> None:
    card = till.new_card(1_000)
    wrong = f"{(int(card['cvc']) + 1) % 1000:03d}"

    def balance(cvc: str) -> tuple[int, str]:
        body = {"accountIdentifier": till.identifier(card, cvc=cvc)}
        answer = till.post("/payment-account/balance", body)
        return answer.status_code, "" if answer.status_code == 200 else reason(answer.json())

    for _ in range(9):
        assert balance(wrong) == (403, "cvcWrong")
    assert balance(card["cvc"]) == (200, "")  # ends the row
    for _ in range(9):
        assert balance(wrong) == (403, "cvcWrong")
    identifier = till.identifier(card, cvc=wrong)
    assert reason(till.pay("purchase", card, till.order(card, 1, accountIdentifier=identifier)).json()) == "cvcWrong"
    assert balance(card["cvc"]) == (403, "cardBlocked")
    assert balance(wrong) == (403, "cardBlocked")
    assert reason(till.pay("purchase", card, till.order(card, 1)).json()) == "cardBlocked"
    assert till.balance(card) == 1_000


def test_a_blocked_card_still_gives_its_money_back(till: Till, host: IssuerHost) -> None:
    card = till.card("pin")
    account = till.account(card)
    held = buy(till, card, block(till, card, card["pin"]), "authorize")["paymentId"]
    paid = buy(till, card, block(till, card, card["pin"]))["paymentId"]
    for _ in range(3):
        buy(till, card, block(till, card, other(card["pin"])))
    assert till.follow("cancel", account, held).json()["state"] == "OK"
    assert till.follow("reversal", account, paid, amount=100).json()["state"] == "OK"
    assert host.balance_of(card["number"]) == card["balance"]
