"""The secrets that are about on the scripted day: what is printed on cards, and what was made and handed out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.issuer.faces.gr4vy.face import printed_row
from app.issuer.server import IssuerHost
from app.tour.script import BANK_CARD

USED = {
    "swedbankpay": ("ordinary", "pin", "low", "blocked", "restricted"),
    "parpay": ("ordinary", "pin", "low"),
    "gr4vy": ("ordinary", "pin", "inactive"),
    "dintero": ("ordinary", "low", "zero"),
}
"""Demo cards that are swiped, by face."""
NUMBER = re.compile(r"^(?:\d{4} ){4}\d{2,4}$", re.MULTILINE)
CODE = re.compile(r"DINCARD:(\d{18})")
CVC = re.compile(r"CVC\D*(\d{3})\b")
ADDRESS = re.compile(r"https://\S+/(\S+\s*\S*)")


def demo_cards() -> list[dict[str, Any]]:
    """All demo cards, as the contract of the day's issuer lists them."""
    with IssuerHost("memory", 1, faces=tuple(USED)) as host:
        cards: list[dict[str, Any]] = host.contract["cards"]
    return cards


def secrets_of(cards: Iterable[Mapping[str, Any]], slips: Iterable[str]) -> tuple[list[str], list[str]]:
    """Numbers to look for in every form, and codes to look for as they are.

    A code that is the last four of some number may stand anywhere, as such.
    """
    numbers = [card["number"] for card in cards] + [BANK_CARD.partition("=")[0]]
    codes = [card.number for card in printed_row()]  # a row counts up from many zeros, of which every file is full
    for card in cards:
        if card["name"] in USED[card["face"]]:
            # beyond the "=" of a track stand expiry, service code and the issuer's own digits: these are secret too
            codes += [card["track2"].partition("=")[2], card["cvc"], card["pin"]]
            codes.append("".join(str((int(digit) + 1) % 10) for digit in card["pin"]))  # mistyped
    for slip in slips:
        made = [found.replace(" ", "") for found in NUMBER.findall(slip)]
        numbers += made + CODE.findall(slip)
        codes += CVC.findall(slip) + ["".join(found.split()) for found in ADDRESS.findall(slip)]
    shown = {number[-4:] for number in numbers}
    return list(dict.fromkeys(numbers)), [code for code in dict.fromkeys(codes) if code and code not in shown]
