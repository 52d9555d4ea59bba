"""Rows 11 to 23 and 28: saved, shared, given, combined and preferred cards."""

from typing import Any

import pytest

from tests.issuer.parpay.till import Json, ParTill, fresh


def save(par: ParTill, user: str, card: Json, **more: Any) -> Any:
    return par.post("savegiftcard", userId=user, cardNumber=card["cardNumber"], passcode=card["passcode"], **more)


def test_row_11_a_saved_card_is_listed_under_its_id(par: ParTill) -> None:
    user, card = fresh("user"), par.issue("10.00")
    assert par.listed(user) == []
    saved = save(par, user, card).json()
    (listed,) = par.cards(user)
    assert saved["giftCardId"] == listed["giftCardId"] == card["giftCardId"]
    assert listed["cardNumber"] == f"{'*' * 15}{card['cardNumber'][-4:]}"
    assert (listed["balance"], listed["status"], listed["isPreferred"]) == ("10.00", "Active", False)
    assert save(par, user, card).status_code == 200  # once more is the same
    assert len(par.cards(user)) == 1


def test_row_11_a_wrong_passcode_saves_nothing(par: ParTill) -> None:
    user, card = fresh("user"), par.issue("10.00")
    assert save(par, user, {**card, "passcode": "99999"}).status_code == 422
    assert save(par, user, {**card, "cardNumber": "7" * 16}).status_code == 404
    assert par.listed(user) == []


def test_another_customer_may_not_save_a_kept_card(par: ParTill) -> None:
    card = par.owned(fresh("user"))
    assert save(par, fresh("user"), card).status_code == 409


def test_row_12_redeem_reload_and_inquiry_take_the_saved_id(par: ParTill) -> None:
    user = fresh("user")
    saved = {"giftCardId": par.owned(user, "10.00")["giftCardId"], "userId": user}
    assert par.good("redeem", **saved, amount="4.00")["balance"] == "6.00"
    assert par.good("reload", **saved, amount="1.00")["balance"] == "7.00"
    assert par.good("balanceInquiry", **saved)["balance"] == "7.00"


@pytest.mark.parametrize("path", ["redeem", "reload", "balanceInquiry"])
def test_row_13_another_users_saved_id_is_not_usable(par: ParTill, path: str) -> None:
    card = par.owned(fresh("user"))
    answer = par.post(path, giftCardId=card["giftCardId"], userId=fresh("user"), amount="1.00")
    assert answer.status_code == 403
    assert par.balance(card) == "100.00"


@pytest.mark.parametrize("way", ["recipientUserId", "recipientEmail", "recipientPhone", "recipient_email"])
def test_row_14_after_sharing_both_use_one_balance(par: ParTill, way: str) -> None:
    user, friend = fresh("user"), fresh("friend")
    card = par.owned(user)
    par.good("sharegiftcard", userId=user, giftCardId=card["giftCardId"], **{way: friend})
    assert par.listed(friend) == par.listed(user) == [card["giftCardId"]]
    for who, left in ((friend, "90.00"), (user, "80.00")):
        par.good("redeem", giftCardId=card["giftCardId"], userId=who, amount="10.00")
        assert [c["balance"] for c in par.cards(user) + par.cards(friend)] == [left, left]
    par.good("reload", giftCardId=card["giftCardId"], userId=friend, amount="5.00")
    assert par.balance(card) == "85.00"


def test_row_15_sharing_makes_no_card_and_moves_no_money(par: ParTill) -> None:
    user, friend = fresh("user"), fresh("friend")
    card = par.owned(user)
    for _ in range(2):
        par.good("sharegiftcard", userId=user, giftCardId=card["giftCardId"], recipientUserId=friend)
    assert par.balance(card) == "100.00"
    assert len(par.cards(friend)) == 1
    third = {"userId": friend, "giftCardId": card["giftCardId"], "recipientUserId": fresh("user")}
    assert par.post("sharegiftcard", **third).status_code == 403
    assert par.post("sharegiftcard", **(third | {"userId": user, "recipientUserId": user})).status_code == 422


@pytest.mark.parametrize("path", ["sharegiftcard", "gift"])
@pytest.mark.parametrize("who", [{}, {"recipientUserId": "a", "recipientEmail": "b"}])
def test_a_recipient_is_named_once(par: ParTill, path: str, who: dict[str, str]) -> None:
    user = fresh("user")
    assert par.post(path, userId=user, giftCardId=par.owned(user)["giftCardId"], **who).status_code == 400


@pytest.mark.parametrize("lacking", ["amount", "sourceTransactionId"])
def test_rows_16_and_17_a_new_gift_needs_amount_and_funding(par: ParTill, lacking: str) -> None:
    friend = fresh("friend")
    body = {"userId": fresh("user"), "recipientUserId": friend, "amount": "10.00", "sourceTransactionId": fresh("CC")}
    del body[lacking]
    answer = par.post("gift", **body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [lacking])
    assert par.listed(friend) == []


def test_row_18_a_new_gift_is_a_card_of_the_recipient(par: ParTill) -> None:
    user, friend, funding = fresh("user"), fresh("friend"), fresh("CC")
    body = {"userId": user, "recipientUserId": friend, "amount": "10.00", "sourceTransactionId": funding}
    given = par.good("gift", **body, requestId="gift-" + friend)
    assert given["transactionId"]
    assert "cardNumber" not in given
    assert [(c["giftCardId"], c["balance"]) for c in par.cards(friend)] == [(given["giftCardId"], "10.00")]
    assert par.listed(user) == []
    again = par.good("gift", **body, requestId="gift-" + friend)
    assert (again["giftCardId"], again["duplicate"]) == (given["giftCardId"], True)
    assert par.post("gift", **body).status_code == 409  # the purchase has paid for one


def test_row_19_a_saved_card_that_is_given_leaves_its_giver(par: ParTill) -> None:
    user, friend, third, reference = fresh("user"), fresh("friend"), fresh("third"), fresh("request")
    card = par.owned(user)
    par.good("sharegiftcard", userId=user, giftCardId=card["giftCardId"], recipientUserId=third)
    body = {"userId": user, "giftCardId": card["giftCardId"], "recipientUserId": friend, "requestId": reference}
    given = par.good("gift", **body)
    assert "amount" not in given
    assert (par.listed(user), par.listed(third), par.listed(friend)) == ([], [], [card["giftCardId"]])
    assert par.balance(card) == "100.00"
    assert par.good("gift", **body)["duplicate"] is True
    assert par.post("redeem", giftCardId=card["giftCardId"], userId=user, amount="1.00").status_code == 403
    assert save(par, user, card).status_code == 409


def test_row_20_only_an_owner_gives_a_card_away(par: ParTill) -> None:
    user, friend = fresh("user"), fresh("friend")
    card = par.owned(user)
    body = {"giftCardId": card["giftCardId"], "recipientUserId": fresh("third")}
    assert par.post("gift", userId=friend, **body).status_code == 403
    par.good("sharegiftcard", userId=user, giftCardId=card["giftCardId"], recipientUserId=friend)
    assert par.post("gift", userId=friend, **body).status_code == 403
    assert par.post("gift", userId=user, giftCardId="GC-0", recipientUserId=friend).status_code == 404
    assert par.post("gift", userId=user, giftCardId=card["giftCardId"], recipientUserId=user).status_code == 422
    assert par.listed(user) == [card["giftCardId"]]


def combine(par: ParTill, user: str, target: Json, *sources: Json, **more: Any) -> Any:
    ids = [source["giftCardId"] for source in sources]
    return par.post("combine", userId=user, targetGiftCardId=target["giftCardId"], sourceGiftCardIds=ids, **more)


def test_row_21_a_combine_puts_all_on_the_target_and_ends_the_sources(par: ParTill) -> None:
    user = fresh("user")
    target, one, two = par.owned(user, "1.00"), par.owned(user, "2.00"), par.owned(user, "0.50")
    answer = combine(par, user, target, one, two, requestId=fresh("request")).json()
    assert (answer["balance"], answer["amount"], par.balance(target)) == ("3.50", "2.50", "3.50")
    assert [(s["giftCardId"], s["status"], s["balance"]) for s in answer["sources"]] == [
        (one["giftCardId"], "Combined", "0.00"),
        (two["giftCardId"], "Combined", "0.00"),
    ]
    for source in (one, two):
        assert (par.status(source), par.balance(source)) == ("Combined", "0.00")
    again = combine(par, user, target, one, two, requestId=answer["requestId"]).json()
    assert (again["transactionId"], again["duplicate"]) == (answer["transactionId"], True)


def test_row_22_a_combined_card_refuses_everything_but_a_look(par: ParTill) -> None:
    user, friend = fresh("user"), fresh("friend")
    target, source = par.owned(user), par.owned(user)
    combine(par, user, target, source)
    saved = {"giftCardId": source["giftCardId"], "userId": user}
    number = {"cardNumber": source["cardNumber"], "passcode": source["passcode"]}
    for path, body in (
        ("redeem", saved | {"amount": "1.00"}),
        ("reload", saved | {"amount": "1.00"}),
        ("redeem", number | {"amount": "1.00"}),
        ("balanceTransfer", number | {"amount": "1.00"}),
        ("sharegiftcard", saved | {"recipientUserId": friend}),
        ("gift", saved | {"recipientUserId": friend}),
        ("savegiftcard", number | {"userId": user}),
    ):
        assert par.post(path, **body).status_code == 422, path
    other = par.owned(user)
    assert combine(par, user, source, other).status_code == 422
    assert combine(par, user, other, source).status_code == 422
    assert par.balance(other) == "100.00"


def test_row_23_a_combine_is_all_or_nothing(par: ParTill) -> None:
    user = fresh("user")
    target, good, ended = par.owned(user), par.owned(user), par.owned(user)
    combine(par, user, par.owned(user), ended)
    strange = par.owned(fresh("user"))
    for bad, status in ((ended, 422), (strange, 403), ({"giftCardId": "GC-0"}, 404), (target, 422), (good, 400)):
        assert combine(par, user, target, good, bad).status_code == status
        assert (par.balance(target), par.balance(good), par.status(good)) == ("100.00", "100.00", "Active")
    assert combine(par, user, target).status_code == 400
    assert combine(par, user, target, *[{"giftCardId": f"GC-{n}"} for n in range(21)]).status_code == 400


def test_row_23_a_shared_card_is_not_put_into_another(par: ParTill) -> None:
    user, friend = fresh("user"), fresh("friend")
    shared, own = par.owned(user), par.owned(friend)
    par.good("sharegiftcard", userId=user, giftCardId=shared["giftCardId"], recipientUserId=friend)
    assert combine(par, friend, own, shared).status_code == 403


def test_row_28_one_card_is_preferred(par: ParTill) -> None:
    user = fresh("user")
    cards = [par.owned(user) for _ in range(3)]
    for card in (cards[0], cards[2]):
        body = {"userId": user, "giftCardId": card["giftCardId"], "isPreferred": True}
        assert par.send("PATCH", "giftcards", body).json()["isPreferred"] is True
        assert [c["giftCardId"] for c in par.cards(user) if c["isPreferred"]] == [card["giftCardId"]]
    no_more = {"userId": user, "giftCardId": cards[2]["giftCardId"], "isPreferred": False}
    assert par.send("PATCH", "giftcards", no_more).status_code == 200
    assert not [c for c in par.cards(user) if c["isPreferred"]]
    fourth = par.issue()
    assert save(par, user, fourth, isPreferred=True).json()["isPreferred"] is True
    assert [c["giftCardId"] for c in par.cards(user) if c["isPreferred"]] == [fourth["giftCardId"]]


def test_row_28_only_a_card_that_the_customer_keeps(par: ParTill) -> None:
    user = fresh("user")
    stranger = {"userId": user, "giftCardId": par.owned(fresh("user"))["giftCardId"], "isPreferred": True}
    assert par.send("PATCH", "giftcards", stranger).status_code == 403
    assert par.send("PATCH", "giftcards", stranger | {"giftCardId": "GC-0"}).status_code == 404
    assert par.send("PATCH", "giftcards", {"userId": user, "giftCardId": "GC-0"}).status_code == 400
