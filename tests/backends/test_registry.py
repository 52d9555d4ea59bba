"""Backends are opened by name, from settings that are refused in plain words when they can't be used."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

import resources
from app.backends.base import SettingsFault
from app.backends.registry import PROVIDERS, open_backend
from app.domain.verb import RepeatRule, Verb
from tests.backends import dintero_peer, gr4vy_making, making, parpay_making

GOOD: dict[str, Any] = asdict(making.settings("https://host.example"))
EACH: dict[str, dict[str, Any]] = {
    "dintero": asdict(dintero_peer.settings("https://host.example")),
    "gr4vy": asdict(gr4vy_making.settings("https://host.example")),
    "parpay": asdict(parpay_making.settings("https://host.example")),
    "swedbankpay": GOOD,
}


@pytest.mark.parametrize("face", PROVIDERS)
def test_a_backend_opens_under_its_own_name(face: str) -> None:
    backend = open_backend(face, EACH[face])
    assert backend.face == backend.capabilities.face == face
    backend.close()


def test_the_example_shows_a_table_of_each_backend_that_opens_it() -> None:
    """Those that stand behind a # are tried as if somebody had taken it away."""
    text = (Path(resources.__file__).parent / "settings.example.toml").read_text(encoding="utf-8")
    tables = re.findall(r"^#? ?\[backend\.\w+\]\n(?:.+\n)+", text, re.MULTILINE)
    shown = tomllib.loads("\n".join(re.sub(r"^# (?=\[|\w+ = )", "", table, flags=re.MULTILINE) for table in tables))
    assert set(shown["backend"]) == set(PROVIDERS)
    for face, table in shown["backend"].items():
        secrets = {name: value for name, value in EACH[face].items() if name.endswith(("_secret", "_pem"))}
        open_backend(face, secrets | table).close()


@pytest.mark.parametrize(
    ("face", "changes", "field"),
    [
        ("nobody", {}, "face"),
        ("swedbankpay", {"colour": "red"}, "colour"),
        ("swedbankpay", {"base_url": "http://host.example/api"}, "base_url"),
        ("swedbankpay", {"token_url": "nonsense"}, "token_url"),
        ("swedbankpay", {"hmac_user": "a\nb"}, "hmac_user"),
        ("swedbankpay", {"client_secret": ""}, "client_secret"),
        ("swedbankpay", {"merchant_id": 7}, "merchant_id"),
        ("swedbankpay", {"repeat_checked_first": "yes"}, "repeat_checked_first"),
        ("swedbankpay", {"ca_file": "/nowhere/ca.pem"}, "ca_file"),
    ],
)
def test_a_setting_that_can_not_be_used_is_named_and_not_shown(
    face: str, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(SettingsFault) as caught:
        open_backend(face, GOOD | changes)
    assert caught.value.field == field
    for secret in ("oauth-secret", "hmac-secret", "nonsense", "red"):
        assert secret not in str(caught.value)


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(SettingsFault) as caught:
        open_backend("swedbankpay", {name: value for name, value in GOOD.items() if name != "hmac_secret"})
    assert (caught.value.field, caught.value.problem) == ("hmac_secret", "is missing")


def test_settings_do_not_show_their_secrets() -> None:
    shown = repr(making.settings("https://host.example"))
    assert "oauth-secret" not in shown
    assert "hmac-secret" not in shown


def test_the_table_says_what_may_be_repeated_undone_and_taken_offline() -> None:
    backend = making.backend("https://host.example")
    table = backend.capabilities.verbs
    backend.close()
    assert {rule.repeat for rule in table.values()} == {RepeatRule.REPEATABLE}
    assert {verb for verb, rule in table.items() if rule.offline} == {Verb.REDEEM, Verb.RELOAD}
    assert {verb: rule.undo for verb, rule in table.items() if rule.undo} == {
        Verb.REDEEM: Verb.REVERSE,
        Verb.RELOAD: Verb.REVERSE,
        Verb.ISSUE: Verb.REVERSE,
        Verb.CAPTURE: Verb.REVERSE,
        Verb.AUTHORIZE: Verb.CANCEL,
    }


@pytest.mark.parametrize("checked_first", [False, True])
def test_a_refused_repeat_proves_something_only_where_the_settings_say_so(checked_first: bool) -> None:
    backend = making.backend("https://host.example", repeat_checked_first=checked_first)
    rules = backend.capabilities.verbs.values()
    backend.close()
    assert {rule.refusal_of_repeat_proves_not_booked for rule in rules} == {checked_first}
