"""The doctor names what is wrong, says what to do, and ends with a code a script can trust."""

from __future__ import annotations

import copy
import os
import pty
from pathlib import Path
from typing import Any

import pytest

from app.storage.vault import Vault
from tests.helpers.shop import Shop, digests

CHECKS = {
    "python", "qt", "screen", "fonts", "data", "disk", "clock", "configuration", "vault", "secrets", "pin-key",
    "journal", "backend", "hooks", "printer", "reader", "scanner",
}  # fmt: skip


def test_a_newcomer_hears_that_a_training_till_would_work(shop: Shop) -> None:
    code, told = shop.findings()
    assert code == 0
    assert set(told) == CHECKS
    assert [check for check, line in told.items() if line["state"] == "bad"] == []
    assert [check for check, line in told.items() if line["state"] == "warn" and not line["do"]] == []


def test_a_person_reads_sentences(shop: Shop) -> None:
    done = shop.run("doctor", "--data", str(shop.data))
    assert done.returncode == 0
    assert "Inter is bundled" in done.stdout
    assert "-> " in done.stdout


def test_a_production_till_with_everything_is_good(shop: Shop) -> None:
    config = shop.config(production=True)
    code, told = shop.findings("--config", str(config))
    assert code == 0, told
    assert told["backend"]["state"] == "good"
    assert told["vault"]["state"] == "warn"  # a file, in production
    assert told["pin-key"]["state"] == "warn"
    assert told["scanner"]["state"] == "warn"  # cards with codes, and nothing to scan them with


@pytest.mark.parametrize(
    ("path", "value", "check", "code"),
    [
        ("till.store", "", "configuration", 2),
        ("backend.swedbankpay.base_url", "http://example.com", "configuration", 2),
        ("backend.swedbankpay.merchant", "x", "configuration", 2),
        ("backend.swedbankpay.base_url", "http://127.0.0.1:9/api/payments", "backend", 1),
        ("backend.swedbankpay.hmac_secret", "s3cret-of-the-shop", "backend", 1),
        ("backend.swedbankpay.client_secret", "s3cret-of-the-shop", "backend", 1),
        ("reader.url", "/dev/no-such-port", "reader", 1),
        ("reader.url", "nonsense://x", "reader", 2),
        ("reader.driver", "psychic", "reader", 2),
        ("reader.driver", "lines", "reader", 2),
        ("scanner.url", "/dev/no-such-port", "scanner", 1),
        ("scanner.url", "nonsense://x", "scanner", 2),
        ("scanner.driver", "ascii", "scanner", 2),
        ("scanner.options", {"prefix": "0D"}, "scanner", 2),
        ("printer.folder", "/proc/nowhere", "printer", 1),
        ("pin.key", "0011", "pin-key", 2),
        ("pin.key", "not hex at all", "pin-key", 2),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(shop: Shop, path: str, value: str, check: str, code: int) -> None:
    def change(table: dict[str, Any]) -> None:
        *way, last = path.split(".")
        place = table
        for step in way:
            place = place[step]
        place[last] = value

    ended, told = shop.findings("--config", str(shop.config(change)))
    assert (ended, told[check]["state"]) == (code, "bad"), told
    assert told[check]["do"]
    assert "s3cret" not in str(told)


def test_a_secret_that_is_not_in_the_vault_is_named(shop: Shop) -> None:
    config = shop.config(production=True)
    (shop.data / "vault").unlink()
    code, lines = shop.doctor("--config", str(config))
    assert code == 2
    missing = [line for line in lines if line["check"] == "secrets"]
    assert [line["said"].split()[-1].rstrip(".") for line in missing] == [
        "swedbankpay.client_secret",
        "swedbankpay.hmac_secret",
        "parpay.client_secret",
        "gr4vy.private_key_pem",
        "dintero.pay_client_secret",
        "dintero.client_secret",
    ]
    assert all("stanchion vault set" in line["do"] for line in missing)


def test_a_till_that_only_pays_is_not_asked_for_the_secret_of_a_client_it_does_not_have(
    tmp_path: Path, contract: dict[str, Any]
) -> None:
    told = copy.deepcopy(contract)
    for name in ("client_id", "client_secret"):
        del told["faces"]["dintero"][name]
    shop = Shop(tmp_path, told)
    code, lines = shop.doctor("--config", str(shop.config(production=True)))
    assert code == 0, lines
    assert "All 1 secrets of dintero are there." in [line["said"] for line in lines]


def test_a_private_key_is_kept_with_all_its_lines(shop: Shop, contract: dict[str, Any]) -> None:
    pem = contract["faces"]["gr4vy"]["private_key_pem"]
    done = shop.run("vault", "set", "gr4vy.private_key_pem", "--data", str(shop.data), typed=pem)
    assert done.returncode == 0, done.stderr
    vault = Vault.open(shop.data)
    assert vault.secret("gr4vy.private_key_pem") == pem.strip()
    empty = shop.run("vault", "set", "gr4vy.private_key_pem", "--data", str(shop.data), typed="\n")
    assert empty.returncode == 2
    assert "nothing was changed" in empty.stderr


def test_a_published_pin_key_is_refused_in_production(shop: Shop) -> None:
    config = shop.config(production=True)
    key = "0123456789ABCDEFFEDCBA9876543210"
    shop.run("vault", "set", "pin.key", "--data", str(shop.data), typed=f"{key}\n")
    code, told = shop.findings("--config", str(config))
    assert (code, told["pin-key"]["state"]) == (2, "bad")
    assert key not in str(told)


def test_a_missing_configuration_is_2(shop: Shop) -> None:
    code, told = shop.findings("--config", str(shop.folder / "none.toml"))
    assert (code, told["configuration"]["state"]) == (2, "bad")


def test_the_reader_is_opened(shop: Shop) -> None:
    ours, theirs = pty.openpty()
    try:
        name = os.ttyname(theirs)
        code, told = shop.findings("--config", str(shop.config(lambda table: table["reader"].update(url=name))))
        assert (code, told["reader"]["state"]) == (0, "good")
    finally:
        os.close(ours)
        os.close(theirs)


def test_it_changes_nothing_in_a_till_that_sold(shop: Shop) -> None:
    config = shop.config()
    with shop.running("--config", str(config), "--data", str(shop.data)) as till:
        assert shop.opened(till)
        assert shop.stopped(till)[0] == 0
    before = digests(shop.data)
    code, told = shop.findings("--config", str(config))
    assert (code, told["journal"]["state"]) == (0, "good")
    assert digests(shop.data) == before


def test_while_a_till_runs_it_says_so_and_ends_with_3(shop: Shop) -> None:
    config = shop.config()
    with shop.running("--config", str(config), "--data", str(shop.data)) as till:
        assert shop.opened(till)
        code, told = shop.findings("--config", str(config))
        assert (code, told["journal"]["state"]) == (3, "bad")
        assert "Another till is using" in told["journal"]["said"]
        assert told["hooks"]["state"] == "good", "hooks come while a till runs"
        assert till.poll() is None
        assert shop.stopped(till)[0] == 0


def test_a_directory_others_can_look_into_is_told(shop: Shop) -> None:
    shop.data.mkdir(mode=0o755)
    Path(shop.data).chmod(0o755)
    code, told = shop.findings("--config", str(shop.config()))
    assert (code, told["data"]["state"]) == (0, "warn")
    assert "chmod 700" in told["data"]["do"]
