"""A configuration is taken whole or refused with a sentence that names the place and never a secret."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.backends.registry import open_backend
from app.service.sign_in import hash_pin
from app.settings import SECRET_FIELDS, Settings, SettingsError, from_table, load

EXAMPLE = Path(__file__).parents[2] / "resources" / "settings.example.toml"
SECRET = "s3cret-of-the-shop"
HASH = hash_pin(b"4711", b"salt of 16 bytes")

GOOD: dict[str, Any] = {
    "till": {"terminal_id": "T1", "store": "Shop"},
    "backend": {"swedbankpay": {"client_id": "c"}},
    "programme": [{"name": "Gift", "face": "swedbankpay", "prefixes": ["701336"]}],
    "operator": [{"id": "1", "name": "Kari", "role": "cashier", "pin_hash": HASH}],
    "product": [{"id": "001", "name": "Tea", "price": "10.00"}],
}


def changed(path: str, value: object) -> dict[str, Any]:
    """The good table with one place changed: ``till.store``, ``operator.0.id``."""
    table: Any = copy.deepcopy(GOOD)
    place = table
    *way, last = path.split(".")
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
    place[last] = value
    made: dict[str, Any] = table
    return made


def refusal(table: dict[str, Any]) -> str:
    with pytest.raises(SettingsError) as caught:
        from_table(table, "till.toml")
    return str(caught.value)


def test_the_good_one_is_taken_as_production() -> None:
    settings = from_table(GOOD, "till.toml")
    assert (settings.training, settings.limits().enabled) == (False, False)


SECTIONS = ("till", "reader", "printer", "offline", "pin", "programme.0", "operator.0", "product.0")


@pytest.mark.parametrize("section", ["", *SECTIONS])
def test_a_key_nobody_knows_is_refused_at_every_level(section: str) -> None:
    said = refusal(changed(f"{section}.teh_store".lstrip("."), "x"))
    assert "there is no key `teh_store` here" in said
    assert section.partition(".")[0] in said


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("till.store", 7),
        ("till.store", ""),
        ("till.store", " Shop"),
        ("till.store", "S" * 61),
        ("till.terminal_id", "till 1"),
        ("till.terminal_id", ""),
        ("till.currency", "XYZ"),
        ("till.environment", "test"),
        ("till.theme", "pink"),
        ("till.locale", "Norwegian"),
        ("reader.options", {"baudrate": 9600}),
        ("offline.enabled", "yes"),
        ("offline.per_sale", 500),
        ("offline.per_sale", 500.0),
        ("offline.per_card_count", -1),
        ("offline.per_till_count", True),
        ("offline.max_age_hours", 0),
        ("offline.max_age_hours", 24 * 365),
        ("pin.format", 1),
        ("pin.format", "0"),
        ("programme.0.prefixes", ["70133x"]),
        ("programme.0.prefixes", ["\u0667\u0660\u0661\u0663\u0663\u0666"]),
        ("programme.0.prefixes", "701336"),
        ("programme.0.code_prefixes", "DINCARD:"),
        ("programme.0.code_prefixes", ["DIN CARD:"]),
        ("programme.0.code_prefixes", ["DINCARD:\n"]),
        ("programme.0.code_prefixes", ["DÏNCARD:"]),
        ("programme.0.code_prefixes", ["D" * 33]),
        ("programme.0.min_digits", 7),
        ("programme.0.max_digits", 20),
        ("programme.0.expiry", "yyyymm"),
        ("programme.0.pin", "sometimes"),
        ("operator.0.role", "owner"),
        ("operator.0.pin_hash", "4711"),
        ("operator.0.id", "1 2"),
        ("product.0.unit", "KG"),
        ("backend.swedbankpay", {"client_id": 5}),
        ("backend", []),
    ],
)
def test_a_value_of_another_kind_is_refused_and_its_place_named(path: str, value: object) -> None:
    assert path.partition(".")[0] in refusal(changed(path, value))


@pytest.mark.parametrize(
    "text", ["", "-1", "1e3", "NaN", "Infinity", "sNaN", "1_000", " 5", "5,00", "\u0665", "0.001", "9" * 11]
)
@pytest.mark.parametrize(
    "place", ["offline.per_sale", "offline.per_card_day", "offline.per_till", "offline.floor", "product.0.price"]
)
def test_what_is_no_amount_is_refused(place: str, text: str) -> None:
    assert "is not an amount" in refusal(changed(place, text))


@pytest.mark.parametrize("text", ["", "-1", "NaN", "100.5.1", "1e1", "250", "15%"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    assert "vat_rate" in refusal(changed("product.0.vat_rate", text))


def test_a_currency_without_cents_takes_none() -> None:
    table = changed("till.currency", "ISK")
    table["product"] = []
    table["offline"] = {"per_sale": "500", "per_card_day": "500", "per_till": "5000"}
    assert from_table(table, "till.toml").limits().per_sale.minor == 500
    table["offline"]["per_sale"] = "500.50"
    assert "is not an amount in ISK" in refusal(table)


@pytest.mark.parametrize("name", sorted(SECRET_FIELDS - {"key"}))
def test_a_secret_in_a_production_file_is_refused_without_being_repeated(name: str) -> None:
    table = changed(f"backend.swedbankpay.{name}", SECRET)
    said = refusal(table)
    assert f"backend.swedbankpay.{name} is a secret" in said
    assert SECRET not in said
    table["till"]["environment"] = "training"
    assert from_table(table, "till.toml").training


def test_a_pin_key_in_a_production_file_is_refused_without_being_repeated() -> None:
    said = refusal(changed("pin.key", "00112233445566778899AABBCCDDEEFF"))
    assert "pin.key is a secret" in said
    assert "00112233" not in said


@pytest.mark.parametrize(
    ("faces", "said"),
    [(["gr4vy"], "gr4vy, which is not configured"), (["swedbankpay"] * 2, "twice: swedbankpay"), ("dintero", "array")],
)
def test_hooks_are_of_backends_that_are_configured(faces: object, said: str) -> None:
    assert said in refusal(changed("hooks", {"faces": faces}))


@pytest.mark.parametrize("table", [{"port": 65_536}, {"port": -1}, {"host": ""}, {"host": "a b"}, {"secret": SECRET}])
def test_a_receiver_listens_at_a_port_of_this_machine(table: dict[str, object]) -> None:
    assert "hooks" in refusal(changed("hooks", table))


@pytest.mark.parametrize(
    ("section", "said"),
    [("backend", "no backend"), ("programme", "no card would be taken"), ("operator", "nobody may sign in")],
)
def test_a_production_till_that_could_not_sell_is_refused(section: str, said: str) -> None:
    table = copy.deepcopy(GOOD)
    del table[section]
    assert said in refusal(table)


@pytest.mark.parametrize(("section", "key"), [("programme", "name"), ("operator", "id"), ("product", "id")])
def test_two_of_one_name_are_refused(section: str, key: str) -> None:
    table = copy.deepcopy(GOOD)
    table[section] += copy.deepcopy(table[section])
    assert str(table[section][0][key]) in refusal(table)


def test_a_prefix_is_named_once_in_a_programme_but_may_stand_in_two() -> None:
    assert "701336" in refusal(changed("programme.0.prefixes", ["701336", "701336"]))
    table = copy.deepcopy(GOOD)
    table["programme"].append({"name": "Other", "face": "swedbankpay", "prefixes": ["701336"]})
    assert len(from_table(table, "till.toml").programmes()) == 2  # the cashier picks


def test_a_programme_needs_a_way_to_know_its_cards() -> None:
    assert "no card would be known" in refusal(changed("programme.0.prefixes", []))
    table = changed("programme.0.prefixes", [])
    table["programme"][0]["code_prefixes"] = ["DINCARD:", ""]
    assert from_table(table, "till.toml").programmes()[0].code_prefixes == ("DINCARD:", "")
    assert "DINCARD:" in refusal(changed("programme.0.code_prefixes", ["DINCARD:", "DINCARD:"]))
    assert "digits alone" in refusal(changed("programme.0.code_prefixes", ["701336"]))


def test_a_programme_of_no_backend_or_of_no_length_is_refused() -> None:
    assert "parpay" in refusal(changed("programme.0.face", "parpay"))
    table = changed("programme.0.min_digits", 19)
    table["programme"][0]["max_digits"] = 16
    assert "min_digits" in refusal(table)


@pytest.mark.parametrize(
    "content",
    [b"[till", b"\xff\xfe", b"till = 1", b'[till]\nstore = "a"\nstore = "b"', b"client_secret = s3cret-of-the-shop"],
)
def test_a_file_that_is_no_configuration_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "till.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_missing_file_and_a_directory_are_refused(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "none.toml", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(SettingsError, match=said):
            load(path)


def test_no_wrong_value_of_a_backend_or_operator_is_ever_repeated() -> None:
    for path in (
        "backend.swedbankpay.client_secret",
        "backend.swedbankpay.hmac_secret",
        "operator.0.pin_hash",
        "pin.key",
    ):
        for value in (SECRET, [SECRET], {"x": SECRET}):
            assert SECRET not in refusal(changed(path, value))


# --- the example


def _declared(kind: type[msgspec.Struct]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(kind)}


def _sections() -> list[tuple[str, set[str]]]:
    found: list[tuple[str, set[str]]] = []
    for field in msgspec.structs.fields(Settings):
        kind = field.type
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            found.append((f"[{field.name}]", _declared(kind)))
        elif field.name != "backend":
            found.append((f"[[{field.name}]]", _declared(kind.__args__[0])))
    return found


@pytest.mark.parametrize(("section", "keys"), _sections(), ids=lambda told: told if isinstance(told, str) else "")
def test_the_example_shows_every_key_of_every_section(section: str, keys: set[str]) -> None:
    lines = EXAMPLE.read_text().splitlines()
    start = lines.index(section)
    told: set[str] = set()
    for line in lines[start + 1 :]:
        if line.startswith("[") and line != section and not line.startswith(f"{section.rstrip(']')}."):
            break
        told.add(line.lstrip("# ").partition(" =")[0])
        if line.startswith(f"{section.rstrip(']')}."):
            told.add(line.strip("[]").rpartition(".")[2])
    assert keys - told == set()


def test_the_example_loads_and_opens_its_backend_once_the_secrets_are_in_the_vault() -> None:
    settings = load(EXAMPLE)
    assert [operator.role.value for operator in settings.operators()] == ["cashier", "manager"]
    assert settings.catalogue()[0].product_id == "001"
    for face, table in settings.backend.items():
        backend = open_backend(face, {**table, "client_secret": SECRET, "hmac_secret": SECRET})
        assert backend.face == face
        backend.close()


def test_the_example_tells_the_defaults() -> None:
    told, plain = load(EXAMPLE), from_table(GOOD, "till.toml")
    assert (told.offline, told.pin, told.printer) == (plain.offline, plain.pin, plain.printer)
    assert told.hooks == plain.hooks
    left_out = (*GOOD["programme"][0].items(), *told.programmes()[0].profile.__slots__)
    assert left_out
    assert told.programmes()[0].profile == plain.programmes()[0].profile
