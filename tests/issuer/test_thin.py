from tests.issuer.client import Till


def test_a_day_in_short(till: Till) -> None:
    card = till.new_card(10_000)
    account = till.account(card)
    assert till.balance(card) == 10_000
    bought = till.pay("purchase", card, till.order(card, 2_500), account)
    assert bought.status_code == 200, bought.text
    assert bought.json()["state"] == "OK"
    assert till.balance(card) == 7_500
    assert till.pay("deposit", card, till.order(card, 500), account).json()["state"] == "OK"
    back = till.follow("reversal", account, bought.json()["paymentId"], amount=2_500)
    assert back.status_code == 200, back.text
    assert till.balance(card) == 10_500
    assert till.post("/ping", {"description": "hi"}).json()["state"] == "OK"
