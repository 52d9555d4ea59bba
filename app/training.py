"""What a till is when nothing is configured: a training till on the issuer host of its own."""

from __future__ import annotations

from typing import Any

from app.settings import TRAINING, Settings, from_table

CASHIER_PIN = "1234"
MANAGER_PIN = "9876"
DEMO_PINS = (CASHIER_PIN, MANAGER_PIN)
_CASHIER = (
    "scrypt$16384$00112233445566778899aabbccddee01$"
    "3ba750fa9273ac7c3160d4ef6c2517255534d987cdd2c4ef463655303621be281e134421b2919c40c7e45cd516b04ef12269147f31b18f242558f8b8d6d5759a"
)
_MANAGER = (
    "scrypt$16384$00112233445566778899aabbccddee02$"
    "f694710594aa2136c6c47f9c8e33caeb1211d409719138b59d03690cf657d028d15c68a890568e13cd1ca0bc73a4cf267d547ce80eecbb8cc213d9dd5fc642b7"
)
TITLES = {"swedbankpay": "Gift card", "parpay": "Meal card", "gr4vy": "City card", "dintero": "Web card"}
"""What the four cards of the training day are called."""
BESIDE: dict[str, dict[str, Any]] = {
    "swedbankpay": {"repeat_checked_first": True},
    "parpay": {"repeat_checked_first": True},
    "gr4vy": {"repeat_checked_first": True, "issuance_theme": "training"},
    "dintero": {"code_prefix": "DINCARD:"},
}
"""Settings beside those of the contract: what our own host promises and a vendor's does not; how its codes begin."""


def training_settings(contract: dict[str, Any], *, terminal_id: str = "TILL0001") -> Settings:
    """A complete configuration from the issuer's contract line."""
    return from_table(training_table(contract, terminal_id=terminal_id), "training")


def training_table(contract: dict[str, Any], *, terminal_id: str = "TILL0001") -> dict[str, Any]:
    """The same as the table of a configuration file."""
    faces = contract["faces"]
    prefixes: dict[str, set[str]] = {}
    codes: dict[str, set[str]] = {}
    for card in contract["cards"]:
        if card["face"] in faces and card["number"]:
            prefixes.setdefault(card["face"], set()).add(card["number"][:6])
            code = str(card.get("code", ""))
            if code.endswith(card["number"]):
                codes.setdefault(card["face"], set()).add(code.removesuffix(card["number"]))
    return {
        "till": {"terminal_id": terminal_id, "store": "Training store", "environment": TRAINING},
        "offline": {"enabled": True},
        "pin": {"format": contract["pin_key"]["format"], "key": contract["pin_key"]["key"]},
        "backend": {face: table | BESIDE.get(face, {}) for face, table in faces.items() if face in prefixes},
        "programme": [
            {
                "name": TITLES.get(face, face),
                "face": face,
                "prefixes": sorted(found),
                "code_prefixes": sorted(codes.get(face, set()) - {""}),
            }
            for face, found in prefixes.items()
        ],
        "operator": [
            {"id": "1", "name": "Cashier 1", "role": "cashier", "pin_hash": _CASHIER},
            {"id": "9", "name": "Manager", "role": "manager", "pin_hash": _MANAGER},
        ],
        "product": [
            {"id": "001", "name": "Coffee beans 250 g", "price": "89.00", "vat_rate": "15"},
            {"id": "7854", "name": "Chocolate bar", "price": "35.00", "vat_rate": "15"},
            {"id": "100", "name": "Umbrella", "price": "199.00"},
            {"id": "200", "name": "Tea towel", "price": "79.00"},
            {"id": "300", "name": "Notebook", "price": "59.00"},
        ],
    }
