"""An issuer host that serves every vendor's API, and the configuration of a till that knows them all."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec

from app.backends.registry import PROVIDERS
from app.issuer.child import IssuerChild
from app.training import training_settings
from tests.helpers.shop import ROOT, toml

MONEY = {
    "swedbankpay": "*/payment/*",
    "parpay": "*/giftcard/v1/re*",
    "gr4vy": "/gr4vy/transactions*",
    "dintero": "*/wallets/transactions*",
}
"""Where the calls of each backend that move money go, undos and look-ups for repeats included."""


class EveryFace(IssuerChild):
    """The issuer host with every face it has."""

    def __init__(self, database: Path) -> None:
        database.parent.mkdir(mode=0o700, parents=True)
        command = [sys.executable, "-m", "app", "issuer", "--json", "--faces", ",".join(MONEY)]
        command += ["--database", f"sqlite:///{database}"]
        self._contract = None
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, cwd=ROOT
        )


def configure(path: Path, contract: dict[str, Any], first: str) -> Path:
    """A training till's configuration with every backend; ``first`` sells the new cards."""
    table: dict[str, Any] = msgspec.to_builtins(training_settings(contract))
    for face, options in table["backend"].items():
        known = {declared.name for declared in fields(PROVIDERS[face].settings)}
        table["backend"][face] = {name: value for name, value in options.items() if name in known}
    table["backend"] = dict(sorted(table["backend"].items(), key=lambda item: item[0] != first))
    path.write_text(toml(table), encoding="utf-8")
    return path
