"""Rows 1 to 5 and 33: who is let in, which paths there are, and what is never told."""

import base64
import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from app.issuer.server import IssuerHost
from tests.issuer.client import Till
from tests.issuer.parpay.till import POSTS, ParTill, fresh

SWEDBANK, PAR = "swedbankpay", "parpay"


def test_row_1_credentials_give_a_jwt_and_a_wrong_secret_401(par: ParTill) -> None:
    answer = par.ask_token()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 3600)
    head = json.loads(base64.urlsafe_b64decode(told["access_token"].split(".")[0] + "=="))
    assert head == {"alg": "HS256", "typ": "JWT"}
    basic = par.http.post(
        par.face["token_url"],
        data={"grant_type": "client_credentials"},
        auth=(par.face["client_id"], par.face["client_secret"]),
    )
    assert basic.status_code == 200
    assert par.ask_token(client_secret="guess").status_code == 401
    assert par.ask_token(client_id="").status_code == 401
    assert par.ask_token(grant_type="password").status_code == 400


@pytest.mark.parametrize("path", POSTS)
def test_row_2_and_3_no_call_without_token_or_location(par: ParTill, path: str) -> None:
    assert par.send("POST", path, {}, Authorization=None).status_code == 401
    assert par.send("POST", path, {}, Authorization="Bearer nonsense").status_code == 401
    assert par.send("POST", path, {}, X_LocationId=None).status_code == 400
    assert par.send("POST", path, {}, X_LocationId="LOC-0").status_code == 403
    assert par.send("POST", path, {}).status_code == 400  # let in: the body is missing


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_row_2_and_3_nor_on_the_other_two(par: ParTill, method: str) -> None:
    assert par.send(method, "giftcards", {}, Authorization=None).status_code == 401
    assert par.send(method, "giftcards", {}, X_LocationId=None).status_code == 400
    assert par.send(method, "giftcards", {}).status_code == 400


def test_row_4_a_tampered_token_is_refused(par: ParTill) -> None:
    head, claims, signature = par.token().split(".")
    longer = json.loads(base64.urlsafe_b64decode(claims + "=="))
    longer["exp"] += 1_000_000
    forged = base64.urlsafe_b64encode(json.dumps(longer).encode()).rstrip(b"=").decode()
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    for token in (
        f"{head}.{forged}.{signature}",
        f"{none}.{claims}.",
        f"{head}.{claims}.{signature[:-2]}xx",
        f"{head}.{claims}",
        "..",
    ):
        answer = par.send("POST", "balanceInquiry", {}, Authorization=f"Bearer {token}")
        assert answer.status_code == 401, token


def test_row_4_an_expired_token_is_refused() -> None:
    now = [datetime(2026, 5, 4, tzinfo=UTC)]
    with IssuerHost(faces=(PAR,), clock=lambda: now[0]) as host, ParTill.at(host) as till:
        till.issue()
        now[0] += timedelta(hours=1)
        assert till.post("virtual/issue", amount="1.00").status_code == 401


def test_row_5_twelve_paths_in_exactly_their_case(par: ParTill) -> None:
    for path in POSTS:
        assert par.post(path).status_code not in (404, 405), path
        assert par.send("GET", path).status_code == 405, path
        for other in (path.lower(), path.upper(), f"{path}/"):
            assert other == path or par.post(other).status_code == 404, other
    assert par.send("GET", "giftcards?userId=x").status_code == 200
    assert par.send("POST", "giftcards", {}).status_code == 405
    for path in ("void", "capture", "preauth", "activate", "giftCards"):
        for method in ("GET", "POST", "PATCH"):
            assert par.send(method, path, {}).status_code == 404
    assert "errors" in par.post("void").json()


def test_the_face_is_open_only_when_it_is_asked_for() -> None:
    with IssuerHost() as host, httpx.Client() as http:
        assert list(host.contract["faces"]) == [SWEDBANK]
        assert {card["face"] for card in host.contract["cards"]} == {SWEDBANK}
        assert http.post(f"{host.url}/parpay/oauth/token").status_code == 404


def test_the_contract_of_the_face(par: ParTill, par_host: IssuerHost) -> None:
    assert set(par.face) == {"base_url", "token_url", "client_id", "client_secret", "location_id"}
    cards = {card["name"]: card for card in par.contract["cards"] if card["face"] == PAR}
    assert list(cards) == ["ordinary", "pin", "low", "zero", "expired", "blocked", "inactive"]
    assert (cards["ordinary"]["balance"], cards["ordinary"]["currency"]) == (10_000, "NOK")
    for card in cards.values():
        assert len(card["number"]) == 19
        assert len(card["pin"]) == 4
        assert card["track2"].startswith(f"{card['number']}={card['expiry'][3:]}{card['expiry'][:2]}")
        assert par_host.balance_of(card["number"]) == card["balance"]


def test_only_this_face_where_only_this_is_asked_for() -> None:
    with IssuerHost(faces=(PAR,)) as host:
        assert list(host.contract["faces"]) == [PAR]
        assert {card["face"] for card in host.contract["cards"]} == {PAR}


def test_a_card_belongs_to_one_face(par: ParTill, par_host: IssuerHost) -> None:
    with Till.at(par_host) as swedbank:
        mine, theirs = par.card("ordinary"), swedbank.card("ordinary")
        strange = swedbank.post("/payment-account/balance", {"accountIdentifier": {"accountKey": mine["number"]}})
        assert strange.status_code == 404
        account = par.good("balanceInquiry", cardNumber=mine["number"])["giftCardId"]
        order = swedbank.order({"number": mine["number"]}, 100)
        assert swedbank.pay("deposit", mine, order, account).status_code == 404
        assert par.post("balanceInquiry", cardNumber=theirs["number"]).status_code == 404
        assert par.post("redeem", giftCardId=swedbank.account(theirs), amount="1.00").status_code == 404


def test_a_restarted_host_is_the_same_host(database: str) -> None:
    with IssuerHost(database, faces=(PAR,)) as host, ParTill.at(host) as till:
        before, token = till.contract["faces"][PAR], till.token()
        user, request = fresh("user"), fresh("request")
        card = till.owned(user)
        paid = till.good("redeem", giftCardId=card["giftCardId"], amount="40.00", requestId=request)
        till.good("redeem", cardNumber=till.card("ordinary")["number"], amount="1.00")
    with IssuerHost(database, faces=(PAR,)) as host, ParTill(host.contract, _token=token) as till:
        after = till.contract["faces"][PAR]
        assert {name: value for name, value in after.items() if "url" not in name} == {
            name: value for name, value in before.items() if "url" not in name
        }
        assert till.card("ordinary")["balance"] == 9_900
        assert till.listed(user) == [card["giftCardId"]]
        again = till.good("redeem", giftCardId=card["giftCardId"], amount="40.00", requestId=request)
        assert (again["transactionId"], again["duplicate"]) == (paid["transactionId"], True)
        assert host.store.check().balanced


def test_row_33_no_passcode_or_number_in_lists_errors_logs_or_books(
    database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with IssuerHost(database, faces=(PAR,)) as host, ParTill.at(host) as till:
        user = fresh("user")
        card = till.issue(userId=user)
        made = till.good("balanceTransfer", cardNumber=card["cardNumber"], passcode=card["passcode"], amount="5.00")
        new = made["newCard"]
        answers = [
            till.send("GET", f"giftcards?userId={user}").text,
            till.post("redeem", cardNumber=card["cardNumber"], passcode="999999999", amount="1.00").text,
            till.post("redeem", cardNumber="7" * 20, passcode=card["passcode"], amount="1.00").text,
            till.post("redeem", cardNumber=card["cardNumber"], passcode=card["passcode"], amount="1e9").text,
            till.post("savegiftcard", cardNumber=card["cardNumber"], passcode=card["passcode"], userId="x").text,
            till.post("balanceInquiry", cardNumber=card["cardNumber"], passcode=card["passcode"]).text,
        ]
        logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("http"))
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert stored
    for secret in (card, new):
        for told in (*answers, logged):
            assert secret["cardNumber"] not in told
            assert f'"{secret["passcode"]}"' not in told
        assert secret["cardNumber"].encode() not in stored
