"""A scenario before it has a backend: which deeds, under which verb, at which backends, and what stands in the books.

A recipe is written once, in :mod:`tests.simulation.scenarios` or :mod:`tests.simulation.further`. It becomes a scenario
of every backend whose table has the verb (and what else the recipe asks of it), on what our own host promises and on
the vendor's bare word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from app.domain.verb import Capabilities, RepeatRule, Verb
from tests.contract.table import CODE_IS_PIN, ENDPOINTS
from tests.simulation.backend import table
from tests.simulation.deed import Deed
from tests.simulation.issuer import FACES
from tests.simulation.wire import Fault

ROOTS: Mapping[str, str] = {
    "swedbankpay": "/payment-api/*|/authorization/*",
    "parpay": "/parpay/*",
    "gr4vy": "/gr4vy/*",
    "dintero": "/v1/*",
}
"""Everything of one vendor, tokens included."""
NEW_CARDS: Mapping[str, str] = {
    "swedbankpay": "*/gift-card/*",
    "parpay": "*/virtual/issue",
    "dintero": "*/wallets/cards|*/wallets/cards/*",
}
"""Where an empty new card comes from."""
HISTORIES: Mapping[str, str] = {"dintero": "*/cards/*/transactions"}
"""Where a vendor tells what was booked on a card; Gr4vy's search stands under the path of its payments."""

_BOOKS = {
    "redeem": "Purchase",
    "reload": "Deposit",
    "issue": "Deposit",
    "authorize": "Authorize",
    "capture": "Capture",
    "cancel": "Cancel",
    "reverse": "Reversal",
    "unload": "Reversal",
    "transfer": "Transfer",
    "combine": "Combine",
    "gift": "Gift",
    "activate": "Deposit",
    "cash_out": "Purchase",
    "rest": "",
}
"""What a host enters for each, in a recipe's words; ``unload`` takes a load off again, ``rest`` is what a capture
left."""
_OWN_BOOKS: Mapping[str, Mapping[str, str]] = {
    "dintero": {"reverse": "Deposit", "unload": "Purchase", "rest": "Cancel"},
    "gr4vy": {"issue": "Issue"},
}
"""Where a vendor has no undo: it pays the opposite. Gr4vy issues card and money by one call."""


@dataclass(frozen=True)
class Scenario:
    """A verb under test at one backend.

    Attributes:
        name: Of the verb and the way it goes.
        face: Whose.
        bare: Whether on the vendor's bare word.
        verb: The verb.
        endpoint: Where its calls go, as a pattern: there the fault strikes.
        deeds: What happens under the fault.
        prelude: What happened before, in peace.
        books: What stands in the host's books after it in peace, the last sale of all scenarios left out.
        desk: How many items wait for a person after it in peace.
        weather: What else goes wrong, whatever the fault.
        once: Whether its call may not be sent again after silence.
    """

    name: str
    face: str
    bare: bool
    verb: Verb
    endpoint: str
    deeds: tuple[Deed, ...]
    prelude: tuple[Deed, ...]
    books: tuple[str, ...]
    desk: int
    weather: tuple[Fault, ...]
    once: bool

    def __str__(self) -> str:
        return f"{self.face}{' (bare)' if self.bare else ''}: {self.name}"


Asked = Callable[[Capabilities], bool]
Places = Mapping[str, str]


def always(_table: Capabilities) -> bool:
    return True


def offline(verb: Verb) -> Asked:
    def asked(table: Capabilities) -> bool:
        rule = table.rule(verb)
        return rule is not None and rule.offline

    return asked


def undo(verb: Verb) -> Asked:
    def asked(table: Capabilities) -> bool:
        rule = table.rule(verb)
        return rule is not None and rule.undo is not None

    return asked


def all_undone(table: Capabilities) -> bool:
    """Whether this one and its neighbour at the same till take back what was paid."""
    same = next(tables for tables in TABLES.values() if tables[table.face] is table)
    return all(undo(Verb.REDEEM)(same[face]) for face in (table.face, neighbour(table.face)))


def no_undo(verb: Verb) -> Asked:
    def asked(table: Capabilities) -> bool:
        rule = table.rule(verb)
        return rule is not None and rule.undo is None

    return asked


def refused_offline(table: Capabilities) -> bool:
    return not offline(Verb.REDEEM)(table)


def asks_for_a_pin(table: Capabilities) -> bool:
    return table.face not in CODE_IS_PIN


def has_restricted_cards(table: Capabilities) -> bool:
    return table.face == "swedbankpay"


@dataclass(frozen=True)
class Recipe:
    """A scenario before it has a backend. ``places`` says where its calls go, if not where those of its verb do."""

    name: str
    verb: Verb
    deeds: tuple[Deed, ...]
    prelude: tuple[Deed, ...] = ()
    books: str = ""
    asked: Asked = always
    places: Places | None = None
    desk: int = 0
    slow: Verb | None = None

    def at(self, table: Capabilities, *, bare: bool) -> Scenario | None:
        """At a backend whose table has what it takes."""
        face = table.face
        places = {name: ENDPOINTS[name].get(self.verb, "") for name in FACES} if self.places is None else self.places
        rule = table.rule(self.verb)
        if rule is None or not places.get(face) or not self.asked(table):
            return None
        # its first call answers only when the cashier has lost patience
        weather = (Fault("delay", ENDPOINTS[face][self.slow]),) if self.slow is not None else ()
        return Scenario(
            self.name,
            face,
            bare,
            self.verb,
            places[face],
            tuple(_at(deed, face) for deed in self.deeds),
            tuple(_at(deed, face) for deed in self.prelude),
            _booked(self.books, face),
            self.desk,
            weather,
            rule.repeat is RepeatRule.ONCE,
        )


HERE, THERE = "here", "there"
"""Whose further card it is: the same backend's, or that of its neighbour in the table."""


def neighbour(face: str) -> str:
    return FACES[(FACES.index(face) + 1) % len(FACES)]


def _at(deed: Deed, face: str) -> Deed:
    faces = {HERE: face, THERE: neighbour(face)}
    return replace(deed, face=face, then=tuple((faces[whose], name) for whose, name in deed.then))


def _booked(words: str, face: str) -> tuple[str, ...]:
    """What hosts enter, by a recipe's words; one that begins with ``+`` is entered at the neighbour."""
    booked = []
    for word in words.split():
        own = _OWN_BOOKS.get(neighbour(face) if word.startswith("+") else face, {})
        booked.append({**_BOOKS, **own}[word.removeprefix("+")])
    return tuple(filter(None, booked))


TABLES: Mapping[bool, Mapping[str, Capabilities]] = {
    bare: {face: table(face, bare=bare) for face in FACES} for bare in (False, True)
}
"""Every backend's table: on what our own host promises, and (``True``) on the vendor's bare word."""


def scenarios(recipes: Iterable[Recipe]) -> Iterator[Scenario]:
    """What the tables make of them, backend by backend."""
    for bare, tables in TABLES.items():
        for known in tables.values():
            made = (recipe.at(known, bare=bare) for recipe in recipes)
            yield from (scenario for scenario in made if scenario is not None)
