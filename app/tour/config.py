"""A configuration file made of values: as much TOML as the till's settings need."""

from __future__ import annotations

import json
from typing import Any


def to_toml(table: dict[str, Any]) -> str:
    """A table of tables, lists of tables and plain values as TOML 1.0."""
    return "\n".join(_table(table, ())) + "\n"


def _table(table: dict[str, Any], path: tuple[str, ...]) -> list[str]:
    lines = [f"{_key(name)} = {_value(value)}" for name, value in table.items() if not _nested(value)]
    for name, value in table.items():
        inner = (*path, _key(name))
        if isinstance(value, dict):
            lines += ["", f"[{'.'.join(inner)}]", *_table(value, inner)]
        elif _nested(value):
            for item in value:
                lines += ["", f"[[{'.'.join(inner)}]]", *_table(item, inner)]
    return lines


def _nested(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else json.dumps(name)


def _value(value: bool | int | str | list[Any]) -> str:
    # JSON's texts, numbers, booleans and lists of them are TOML's as well
    return json.dumps(value)
