"""The published PIN vectors, read once and grouped by kind."""

import json
from dataclasses import dataclass
from pathlib import Path

from app.crypto.pinblock import PinBlockFormat

_FILE = Path(__file__).parents[1] / "vectors" / "pin-vectors.json"


@dataclass(frozen=True, slots=True)
class Vector:
    """One row of the file; members that a row does not have read as empty text."""

    name: str
    kind: str
    fields: dict[str, str]

    def text(self, field: str) -> str:
        return self.fields.get(field, "")

    def bytes_of(self, field: str) -> bytes:
        return bytes.fromhex(self.text(field))

    @property
    def block_format(self) -> PinBlockFormat:
        return PinBlockFormat(int(self.text("format")[-1]))

    @property
    def is_aes(self) -> bool:
        return self.name.startswith("aes")


def _load() -> tuple[Vector, ...]:
    rows = json.loads(_FILE.read_text())["vectors"]
    return tuple(Vector(row["id"], row["kind"], {k: v for k, v in row.items() if isinstance(v, str)}) for row in rows)


VECTORS = _load()


def of_kind(kind: str) -> list[Vector]:
    """All rows of one kind, in the order of the file."""
    return [vector for vector in VECTORS if vector.kind == kind]
