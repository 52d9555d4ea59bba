"""``stanchion hooks`` as a person starts it: real processes, and the issuer host really sending both vendors' hooks."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.backends.hooks import dintero
from app.issuer.server import IssuerHost
from app.storage.hook_store import FILE, HookStore, Told
from tests.helpers.shop import ROOT, SECONDS, Shop, surroundings, toml, until
from tests.helpers.vendors import SECRETS, Vendors


@pytest.fixture
def vendors() -> Iterator[Vendors]:
    with IssuerHost(faces=("dintero", "gr4vy")) as host:
        made = Vendors(host)
        yield made
        made.http.close()


def configured(shop: Shop, contract: dict[str, Any], **hooks: Any) -> Path:
    """A training configuration with [hooks]."""
    backends = {face: dict(contract["faces"][face]) for face in ("dintero", "gr4vy")}
    table: dict[str, Any] = {
        "till": {"terminal_id": "T1", "store": "Shop", "environment": "training"},
        "hooks": {"faces": ["dintero", "gr4vy"], "port": 0} | hooks,
        "backend": {face: options | {"hook_secret": SECRETS[face]} for face, options in backends.items()},
    }
    path = shop.folder / "hooks.toml"
    path.write_text(toml(table), encoding="utf-8")
    return path


@contextmanager
def receiving(shop: Shop, config: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """The command until the block ends, which it never outlives."""
    process = subprocess.Popen(
        shop.command("hooks", "--config", str(config), "--data", str(shop.data), *more),
        cwd=ROOT,
        env=surroundings(shop.home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def kept(shop: Shop) -> list[Told]:
    with closing(HookStore.look(shop.data)) as store:
        return [told for _, told in store.after(0, 100)]


def ended(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str, str]:
    process.send_signal(number)
    out, err = process.communicate(timeout=SECONDS)
    return process.returncode, out, err


def test_both_vendors_hooks_arrive_and_a_restart_forgets_none(shop: Shop, vendors: Vendors) -> None:
    config = configured(shop, vendors.contract)
    with receiving(shop, config, "--json") as process:
        first = line(process)
        assert set(first["faces"]) == {"dintero", "gr4vy"}
        assert all(address.startswith(first["listening"]) for address in first["faces"].values())
        port = first["listening"].rpartition(":")[2]
        vendors.subscribe(first["faces"])
        vendors.pay_dintero("at-dintero")
        told = line(process)
        while told["event"] == "ping":
            told = line(process)
        assert (told["face"], told["account_id"], told["reference"]) == (
            "dintero", f"demo-ordinary-{vendors.card('dintero')['code'][-4:]}", "at-dintero",
        )  # fmt: skip
        vendors.pay_gr4vy("at-gr4vy")
        told = line(process)
        assert (told["face"], told["last4"], told["reference"]) == (
            "gr4vy", vendors.card("gr4vy")["number"][-4:], "at-gr4vy",
        )  # fmt: skip
        code, _, err = ended(process, signal.SIGKILL)
        assert (code, err) == (-9, "")
    assert [told.reference for told in kept(shop)] == ["at-dintero", "at-gr4vy"]

    body = json.dumps(
        {"account_id": vendors.contract["faces"]["dintero"]["account_id"], "event": "wallet_transaction",
         "event_delivery": kept(shop)[0].delivery}
    ).encode()  # fmt: skip
    with receiving(shop, config, "--port", port) as process:
        assert process.stdout is not None
        assert f":{port}/hooks/dintero" in process.stdout.readline()
        signed = {"event-signature": dintero.signature(SECRETS["dintero"], body)}
        again = vendors.http.post(f"http://127.0.0.1:{port}/hooks/dintero", content=body, headers=signed)
        assert again.status_code == 204
        vendors.pay_dintero("after-the-restart")
        assert until(lambda: len(kept(shop)) == 3)
        code, out, err = ended(process, signal.SIGTERM)
    assert (code, err) == (0, "")
    assert [told.reference for told in kept(shop)][-1] == "after-the-restart", "what was seen before is no news"
    for secret in SECRETS.values():
        assert secret not in out + err


def test_ctrl_c_ends_it_with_0(shop: Shop, vendors: Vendors) -> None:
    with receiving(shop, configured(shop, vendors.contract), "--json", "--host", "localhost") as process:
        line(process)
        assert ended(process, signal.SIGINT) == (0, "", "")
    with closing(HookStore.look(shop.data)) as store:
        assert store.receiving(datetime.now(UTC)) == frozenset(), "it says that it goes"


def test_a_till_and_a_receiver_share_a_directory(shop: Shop, vendors: Vendors) -> None:
    till = shop.config()
    with receiving(shop, configured(shop, vendors.contract), "--json") as process:
        line(process)
        with shop.running("--config", str(till), "--data", str(shop.data)) as running:
            assert shop.opened(running)
            assert shop.stopped(running)[0] == 0
        assert process.poll() is None


def test_a_production_shop_keeps_its_secrets_in_the_vault(shop: Shop, vendors: Vendors) -> None:
    def change(table: dict[str, Any]) -> None:
        table["hooks"] = {"faces": ["dintero"], "port": 0}
        table["backend"]["dintero"] = {"account_id": vendors.contract["faces"]["dintero"]["account_id"]}

    config = shop.config(change, production=True)
    told = shop.run("hooks", "--config", str(config), "--data", str(shop.data))
    assert (told.returncode, "vault set dintero.hook_secret" in told.stderr) == (2, True)
    secret = SECRETS["dintero"]
    for name in ("hook_secret", "hook_secret_old"):
        shop.run("vault", "set", f"dintero.{name}", "--data", str(shop.data), typed=f"{secret}{name}\n")
    with receiving(shop, config, "--json") as process:
        address = line(process)["faces"]["dintero"]
        body = b'{"id":"h","config":{},"events":[]}'
        answers = []
        for signing in (f"{secret}hook_secret", f"{secret}hook_secret_old", secret):
            signed = {"event": "ping", "event-signature": dintero.signature(signing, body)}
            answers.append(vendors.http.post(address, content=body, headers=signed).status_code)
        assert answers == [204, 204, 401]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"faces": []}, "add [hooks]"),
        ({"faces": ["parpay"]}, "not configured"),
        ({"port": 70_000}, "port"),
        ({"host": "203.0.113.7"}, "can't be received at 203.0.113.7"),
    ],
)
def test_what_can_not_be_started_says_why_and_ends_with_2(
    shop: Shop, vendors: Vendors, changes: dict[str, Any], said: str
) -> None:
    config = configured(shop, vendors.contract, **changes)
    told = shop.run("hooks", "--config", str(config), "--data", str(shop.data))
    assert (told.returncode, told.stdout) == (2, "")
    assert said in told.stderr
    assert "Traceback" not in told.stderr


def test_without_a_configuration_or_a_secret_or_a_free_port_it_says_what_to_do(shop: Shop, vendors: Vendors) -> None:
    told = shop.run("hooks", "--data", str(shop.data))
    assert (told.returncode, "--config" in told.stderr) == (2, True)
    config = configured(shop, vendors.contract)
    config.write_text(config.read_text().replace(f'hook_secret = "{SECRETS["gr4vy"]}"', ""))
    told = shop.run("hooks", "--config", str(config), "--data", str(shop.data))
    assert told.returncode == 2
    assert "stanchion vault set gr4vy.hook_secret" in told.stderr
    shop.run("vault", "set", "gr4vy.hook_secret", "--data", str(shop.data), typed=f"{SECRETS['gr4vy']}\n")
    with receiving(shop, config, "--json") as process:
        port = line(process)["listening"].rpartition(":")[2]
        told = shop.run("hooks", "--config", str(config), "--data", str(shop.data), "--port", port)
        assert told.returncode == 2
        assert "in use" in told.stderr


def test_a_store_that_is_none_is_told_and_left_alone(shop: Shop, vendors: Vendors) -> None:
    shop.data.mkdir()
    (shop.data / FILE).write_bytes(b"not ours" * 200)
    told = shop.run("hooks", "--config", str(configured(shop, vendors.contract)), "--data", str(shop.data))
    assert told.returncode == 1
    assert "Move it away" in told.stderr
    assert (shop.data / FILE).read_bytes() == b"not ours" * 200


# --- the doctor ---------------------------------------------------------------------------------------------------


def test_the_doctor_tells_of_hooks_from_the_first_step_to_the_last(shop: Shop, vendors: Vendors) -> None:
    config = configured(shop, vendors.contract, faces=["dintero"])

    def told() -> dict[str, str]:
        return shop.findings("--config", str(config))[1]["hooks"]

    assert told()["state"] == "warn"
    assert "No receiver runs for dintero" in told()["said"]
    with receiving(shop, config, "--json") as process:
        address = line(process)["faces"]["dintero"]
        assert address in told()["do"], "where the subscription is to lead"
        vendors.http.post(address, content=b"{}")
        assert ended(process, signal.SIGTERM)[0] == 0
    with receiving(shop, config, "--json") as process:
        faces = line(process)["faces"]
        assert "unsigned" in told()["said"]
        assert "dintero.hook_secret" in told()["do"]
        vendors.subscribe(faces | {"gr4vy": faces["dintero"]})
        vendors.pay_dintero("seen")
        assert until(lambda: len(kept(shop)) == 1)
        assert told()["state"] == "good"
        assert "wallet_transaction" in told()["said"]
        assert ended(process, signal.SIGTERM)[0] == 0
    code, findings = shop.findings("--config", str(config))
    assert "No receiver runs" in findings["hooks"]["said"]
    config.write_text(config.read_text().replace(f'hook_secret = "{SECRETS["dintero"]}"', ""))
    code, findings = shop.findings("--config", str(config))
    assert (code, findings["hooks"]["state"]) == (2, "bad")
