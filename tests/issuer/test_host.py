"""The host as a whole: the command, its contract, what survives a restart and what never reaches the disk."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from app.crypto.kcv import tdes_kcv
from app.domain.schemes import is_bank_card
from app.issuer.demo import demo_cards
from app.issuer.faces.registry import ALL_FACES
from app.issuer.server import IssuerHost, listen
from tests.issuer.client import Json, Till

MEMBERS = {
    "swedbankpay": [
        "base_url", "token_url", "client_id", "client_secret", "hmac_user", "hmac_secret", "merchant_id",
    ],
    "parpay": ["base_url", "token_url", "client_id", "client_secret", "location_id"],
    "gr4vy": ["base_url", "private_key_pem", "merchant_account_id"],
    "dintero": [
        "base_url", "token_url", "account_id", "client_id", "client_secret", "pay_client_id", "pay_client_secret",
    ],
}  # fmt: skip
NAMES = ["ordinary", "pin", "low", "zero", "expired", "blocked", "inactive", "restricted"]
ROOT = Path(__file__).parents[2]


@contextmanager
def command(*arguments: str, stdin: int = subprocess.PIPE) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "issuer", *arguments],
        cwd=ROOT,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def first_line(process: subprocess.Popen[bytes]) -> Json:
    assert process.stdout is not None
    found: Json = json.loads(process.stdout.readline())
    return found


def luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def test_the_command_prints_the_contract_and_ends_with_its_stdin() -> None:
    with command("--json", "--faces", "swedbankpay") as process:
        contract = first_line(process)
        assert httpx.get(contract["admin_url"] + "/check", trust_env=False).json() == {
            "balanced": True,
            "postings": 12,
        }
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(20) == 0
        assert process.stdout is not None
        assert process.stdout.read() == b""


def test_the_command_serves_every_vendor_unless_it_is_told_fewer() -> None:
    with command("--json") as process:
        contract = first_line(process)
        assert list(contract["faces"]) == ["swedbankpay", "parpay", "gr4vy", "dintero"]
        assert [list(face) for face in contract["faces"].values()] == list(MEMBERS.values())
        assert all(all(face.values()) for face in contract["faces"].values())
        for face in MEMBERS:
            cards = [card for card in contract["cards"] if card["face"] == face]
            assert [card["name"] for card in cards] == (NAMES if face == "swedbankpay" else NAMES[:-1])
            assert cards[0]["balance"] == 10_000
            assert all(card["track2"].startswith(f"{card['number']}=") for card in cards)
            assert {card["currency"] for card in cards} == {"NOK"}
        check = httpx.get(contract["admin_url"] + "/check", trust_env=False).json()
        assert check["balanced"]
        assert check["postings"] > 12
    with command("--json", "--faces", "dintero,gr4vy") as process:
        contract = first_line(process)
        assert list(contract["faces"]) == ["gr4vy", "dintero"]
        assert {card["face"] for card in contract["cards"]} == {"gr4vy", "dintero"}


def test_no_two_vendors_share_a_number_range_and_none_lies_in_a_scheme() -> None:
    for seed in (1, 2, 12345):
        with IssuerHost(seed=seed, faces=ALL_FACES) as host:
            ranges: dict[str, set[str]] = {}
            for card in host.contract["cards"]:
                ranges.setdefault(card["face"], set()).add(card["number"][:6])
                assert not is_bank_card(card["number"])
            assert set(ranges) == set(ALL_FACES)
            assert sum(len(found) for found in ranges.values()) == len(set().union(*ranges.values())) == 4
            assert host.store.check().balanced


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_well_on_a_signal(number: signal.Signals) -> None:
    with command("--json", "--no-admin", stdin=subprocess.DEVNULL) as process:
        contract = first_line(process)
        assert contract["admin_url"] == ""
        assert httpx.get(contract["listening"] + "/admin/check", trust_env=False).status_code == 404
        os.kill(process.pid, number)
        assert process.wait(20) == 0


def test_the_command_in_words() -> None:
    with command(stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert b"http://127.0.0.1:" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--database", "nonsense"),
        ("--database", "sqlite:////nowhere/at/all.db"),
        ("--host", "0.0.0.0"),
        ("--host", "example.org"),
        ("--port", "70000"),
        ("--faces", "nobody"),
        ("--faces", "swedbankpay,"),
    ],
)
def test_a_wrong_call_ends_with_2_and_a_sentence(arguments: tuple[str, ...]) -> None:
    with command("--json", *arguments) as process:
        out, err = process.communicate(timeout=20)
        assert process.returncode == 2
        assert out == b""
        assert err
        assert b"Traceback" not in err


def test_a_taken_port_ends_with_2() -> None:
    with closing(listen("127.0.0.1", 0)) as taken, command("--port", str(taken.getsockname()[1])) as process:
        assert process.wait(20) == 2


def test_the_contract_has_what_a_till_needs(till: Till) -> None:
    contract = till.contract
    assert set(contract) == {"listening", "admin_url", "pin_key", "faces", "cards"}
    key = bytes.fromhex(contract["pin_key"]["key"])
    assert (len(key), contract["pin_key"]["kcv"]) == (16, tdes_kcv(key))
    assert all(byte.bit_count() % 2 for byte in key)
    assert list(contract["faces"]) == ["swedbankpay"]
    assert all(contract["faces"]["swedbankpay"].values())
    assert [card["name"] for card in contract["cards"]] == NAMES


@pytest.mark.parametrize("seed", [1, 2, 12345])
def test_demo_cards_are_the_same_for_a_seed_and_of_no_scheme(seed: int) -> None:
    cards = demo_cards(seed)
    assert cards == demo_cards(seed)
    assert {card.number for card in cards}.isdisjoint(card.number for card in demo_cards(seed + 1))
    assert [card.name for card in cards] == NAMES
    assert len({card.number[-1] for card in cards}) == len(cards)
    for card in cards:
        assert len(card.number) == 19
        assert card.number.startswith("701336")
        assert luhn(card.number)
        assert card.track2.startswith(f"{card.number}={card.expiry:%y%m}")
        assert len(card.track2) <= 37
        assert card.number not in repr(card)
    assert cards[0].balance == 10_000
    assert [card.name for card in cards if card.pin] == ["pin"]


def test_a_restarted_host_is_the_same_host(database: str) -> None:
    with IssuerHost(database, seed=3) as host, Till.at(host) as till:
        before = till.contract
        card = till.card("ordinary")
        order = till.order(card, 1_000)
        payment = till.pay("purchase", card, order).json()["paymentId"]
    with IssuerHost(database, seed=3) as host, Till.at(host) as till:
        after = till.contract
        assert after["pin_key"] == before["pin_key"]
        for secret in ("client_id", "client_secret", "hmac_user", "hmac_secret", "merchant_id"):
            assert after["faces"]["swedbankpay"][secret] == before["faces"]["swedbankpay"][secret]
        assert till.card("ordinary")["balance"] == 9_000
        assert [card["number"] for card in after["cards"]] == [card["number"] for card in before["cards"]]
        again = till.pay("purchase", card, {**order, "repeat": True}).json()
        assert (again["state"], again["paymentId"]) == ("DUPLICATE", payment)
        assert host.store.check().balanced
        assert len(host.store.accounts(0, 100)) == len(NAMES)


def test_no_card_secret_reaches_the_database(database: str, tmp_path: Path) -> None:
    with IssuerHost(database, seed=3) as host, Till.at(host) as till:
        cards = [*till.contract["cards"], till.new_card(500)]
        for card in cards:
            identifier = {"track2": card["track2"]} if "track2" in card else till.identifier(card, cvc=card["cvc"])
            till.pay("purchase", card, till.order(card, 100, accountIdentifier=identifier))
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert stored
    for card in cards:
        assert card["number"].encode() not in stored
        assert card["number"][6:15].encode() not in stored
        assert card.get("track2", card["number"]).encode() not in stored


def test_a_killed_host_keeps_every_purchase_it_acknowledged(database: str) -> None:
    """SIGKILL in the middle of a stream of purchases; what was answered OK must stand in the books."""
    answered: list[str] = []
    with command("--json", "--database", database) as process:
        contract = first_line(process)
        with Till(contract) as till:
            card = till.card("pin")
            account = till.account(card)
            assassin = threading.Timer(0.4, process.kill)
            assassin.start()

            def load_for_ever() -> None:
                while True:
                    answer = till.pay("deposit", card, till.order(card, 1), account)
                    answered.append(answer.json()["paymentId"])

            with pytest.raises(httpx.TransportError):
                load_for_ever()
            assassin.join()
        assert process.wait(20) == -signal.SIGKILL
    with command("--check", "--json", "--database", database) as check:
        assert first_line(check)["balanced"]
        assert check.wait(20) == 0
    with IssuerHost(database) as host:
        booked = [entry for entry in host.store.entries(0, 1_000_000) if entry.operation.value == "Deposit"]
        assert len(answered) <= len(booked) <= len(answered) + 1
        assert set(answered) <= {entry.entry_id for entry in booked}
        assert host.balance_of(card["number"]) == card["balance"] + len(booked)


def test_the_check_command_tells_books_that_do_not_balance(database: str) -> None:
    with IssuerHost(database):
        pass
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE posting SET amount = amount + 1 WHERE line = 0 AND entry = 1")
        connection.commit()
    with command("--check", "--database", database) as process:
        out, _err = process.communicate(timeout=20)
        assert process.returncode == 1
        assert b"entry 1 is out of balance by 1" in out
        assert out.endswith(b"12 postings, NOT BALANCED\n")


@pytest.mark.parametrize("wanted", ["memory", "missing"])
def test_the_check_command_wants_a_database(wanted: str, tmp_path: Path) -> None:
    path = tmp_path / "missing.db"
    database = "memory" if wanted == "memory" else f"sqlite:///{path}"
    with command("--check", "--database", database) as process:
        assert process.wait(20) == 2
    assert not path.exists()


def test_a_lost_database_is_a_500_without_details(database: str) -> None:
    with IssuerHost(database) as host, Till.at(host) as till:
        card = till.card("ordinary")
        order = till.order(card, 100)
        account = till.account(card)
        host.store.close()
        answer = till.pay("purchase", card, order, account)
        assert (answer.status_code, answer.json()["message"]) == (500, "the host failed")
        assert card["number"] not in answer.text
        assert "sql" not in answer.text.lower()


def test_the_hosts_words_hold_no_secret(database: str) -> None:
    with command("--json", "--database", database) as process:
        contract = first_line(process)
        with Till(contract) as till:
            card = till.card("ordinary")
            identifier = {"accountKey": card["number"], "cvc": card["cvc"], "track2": card["track2"]}
            for amount in (100, 1_000_000, -1):
                till.pay("purchase", card, till.order(card, amount, accountIdentifier=identifier))
            till.send("POST", f"/payment-account/{card['number']}/payment/purchase", b"{")
        process.terminate()
        out, err = process.communicate(timeout=20)
        assert out == b""
        assert err == b""


def test_transactions_are_listed_by_page_for_reconciliation(till: Till) -> None:
    card = till.new_card(1_000)
    account = till.account(card)
    order = till.order(card, 400, stan="004711")
    payment = till.pay("purchase", card, order, account).json()["paymentId"]
    till.pay("purchase", card, till.order(card, 601), account)
    till.follow("reversal", account, payment, amount=400, stan="004712")
    url = till.contract["admin_url"] + "/transactions"
    rows: list[Json] = []
    after: int | None = 0
    while after is not None:
        page = till.http.get(url, params={"after": after, "limit": 7}).json()
        rows += page["transactions"]
        after = page["next"]
    assert rows == till.http.get(url).json()["transactions"]
    mine = [row for row in rows if row["account_id"] == account]
    assert [(row["operation"], row["state"], row["amount"], row["stan"]) for row in mine] == [
        ("Issue", "OK", 1_000, ""),
        ("Purchase", "REVERSED", 400, "004711"),
        ("Purchase", "FAILED", 601, mine[2]["stan"]),
        ("Reversal", "OK", 400, "004712"),
    ]
    assert mine[1]["payment_transaction_ref"] == order["paymentTransactionRef"]
    assert (mine[1]["terminal_id"], mine[1]["card"]) == ("00012345", card["number"][-4:])
    assert mine[2]["reason"] == "insufficientFunds"
    assert mine[3]["payment_id"] == payment
    accounts = till.http.get(till.contract["admin_url"] + "/accounts").json()["accounts"]
    assert next(row for row in accounts if row["account_id"] == account)["balance"] == 1_000
    assert till.http.get(url, params={"after": "x"}).status_code == 400
    assert till.http.get(till.contract["admin_url"] + "/accounts?limit=-1").status_code == 400


def test_the_listener_names_its_protocol() -> None:
    """Without it asyncio leaves Nagle's delay on, and each request takes 44 ms."""
    with closing(listen("localhost", 0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_host_that_is_never_started_leaves_nothing_open() -> None:
    IssuerHost().stop()
