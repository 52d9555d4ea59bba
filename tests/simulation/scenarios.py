"""What is played on every backend: a recipe for each way of each verb, and the scenarios that its tables make of it.

A recipe is written once. It becomes a scenario of every backend whose table has the verb (and what else the recipe
asks of it), on what our own host promises and on the vendor's bare word. A verb of a table without a recipe fails a
test, unless it stands in :data:`MISSING`. To add one: a line here, and a deed in ``cashier.py`` where the counter has a
flow of its own for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from app.domain.verb import Capabilities, RepeatRule, Verb
from tests.contract.table import CODE_IS_PIN, ENDPOINTS
from tests.simulation.backend import table
from tests.simulation.cashier import Deed
from tests.simulation.issuer import FACES
from tests.simulation.wire import Fault

MISSING = frozenset(
    {
        # the counter has no flow for these yet; each will be a transaction like every other
        Verb.TRANSFER,
        Verb.COMBINE,
        Verb.GIFT,
        Verb.SAVE,
        Verb.SHARE,
        Verb.PREFER,
        Verb.DELETE,
        Verb.ACTIVATE,
        Verb.CASH_OUT,
        Verb.LIST_CARDS,  # moves nothing and leaves no record: a look-up like balance
    }
)
"""Verbs of the tables that no recipe plays yet. Reserving has no flow of its own either: a basket reserves."""

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
}
"""What a host enters for each, in a recipe's words; ``unload`` takes a load off again."""
_OWN_BOOKS: Mapping[str, Mapping[str, str]] = {"dintero": {"reverse": "Deposit", "unload": "Purchase"}}
"""Where a vendor has no undo: it pays the opposite."""


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


def _always(_table: Capabilities) -> bool:
    return True


def _offline(verb: Verb) -> Asked:
    def asked(table: Capabilities) -> bool:
        rule = table.rule(verb)
        return rule is not None and rule.offline

    return asked


def _undo(verb: Verb) -> Asked:
    def asked(table: Capabilities) -> bool:
        rule = table.rule(verb)
        return rule is not None and rule.undo is not None

    return asked


def _all_undone(table: Capabilities) -> bool:
    """Whether this one and its neighbour at the same till take back what was paid."""
    same = next(tables for tables in TABLES.values() if tables[table.face] is table)
    return all(_undo(Verb.REDEEM)(same[face]) for face in (table.face, _neighbour(table.face)))


def _no_undo(verb: Verb) -> Asked:
    def asked(table: Capabilities) -> bool:
        rule = table.rule(verb)
        return rule is not None and rule.undo is None

    return asked


def _refused_offline(table: Capabilities) -> bool:
    return not _offline(Verb.REDEEM)(table)


def _asks_for_a_pin(table: Capabilities) -> bool:
    return table.face not in CODE_IS_PIN


def _has_restricted_cards(table: Capabilities) -> bool:
    return table.face == "swedbankpay"


@dataclass(frozen=True)
class Recipe:
    """A scenario before it has a backend. ``places`` says where its calls go, if not where those of its verb do."""

    name: str
    verb: Verb
    deeds: tuple[Deed, ...]
    prelude: tuple[Deed, ...] = ()
    books: str = ""
    asked: Asked = _always
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


def _neighbour(face: str) -> str:
    return FACES[(FACES.index(face) + 1) % len(FACES)]


def _at(deed: Deed, face: str) -> Deed:
    faces = {HERE: face, THERE: _neighbour(face)}
    return replace(deed, face=face, then=tuple((faces[whose], name) for whose, name in deed.then))


def _booked(words: str, face: str) -> tuple[str, ...]:
    """What hosts enter, by a recipe's words; one that begins with ``+`` is entered at the neighbour."""
    booked = []
    for word in words.split():
        own = _OWN_BOOKS.get(_neighbour(face) if word.startswith("+") else face, {})
        booked.append({**_BOOKS, **own}[word.removeprefix("+")])
    return tuple(booked)


PAY = Deed("pay", amount=30_00)
PART = Deed("pay", card="low", amount=30_00)
LOAD = Deed("load", amount=25_00)
SOLD = Deed("sell", amount=40_00)
LOOK = Deed("balance")
CUT, JOIN = Deed("cut"), Deed("join")
VOID, REFUND = Deed("void"), Deed("refund", amount=10_00)
BASKET = Deed("pay", basket=("001",))
MIXED = Deed("pay", card="restricted", basket=("001", "100"))
FORBIDDEN = Deed("pay", card="restricted", basket=("100",))
NEXT = Deed("pay", amount=5_00)
"""Another sale on the same card, so that there is an order to keep."""

V = Verb
RECIPES = (
    Recipe("balance", V.BALANCE, (LOOK, NEXT)),
    Recipe("redeem", V.REDEEM, (PAY, NEXT), books="redeem"),
    Recipe("redeem in part", V.REDEEM, (PART, NEXT), books="redeem"),
    Recipe("redeem on two cards", V.REDEEM, (replace(PART, then=((HERE, "ordinary"),)), NEXT), books="redeem redeem"),
    Recipe(
        "redeem on two backends",
        V.REDEEM,
        (replace(PART, then=((THERE, "ordinary"),)), NEXT),
        books="redeem +redeem",
    ),
    Recipe(
        "redeem on two backends, given up",
        V.REDEEM,
        (replace(PART, amount=300_00, then=((THERE, "ordinary"),), leave=True), NEXT),
        books="redeem +redeem reverse +reverse",
        asked=_all_undone,
    ),
    Recipe(
        "redeem with a PIN",
        V.REDEEM,
        (replace(PAY, card="pin"), NEXT),
        books="redeem",
        asked=_asks_for_a_pin,
    ),
    Recipe(
        "redeem with a PIN that was asked for before",
        V.REDEEM,
        (replace(PAY, card="pin"), NEXT),
        (replace(PAY, card="pin"),),
        books="redeem redeem",
        asked=_asks_for_a_pin,
    ),
    Recipe("redeem with a wrong PIN", V.REDEEM, (replace(PAY, card="pin", pin="9990"), NEXT), books=""),
    Recipe("redeem, given up", V.REDEEM, (replace(PAY, patience=0), NEXT), books="redeem"),
    Recipe(
        "redeem, given up and undone",
        V.REDEEM,
        (replace(PAY, patience=0), NEXT),
        books="redeem reverse",
        asked=_undo(V.REDEEM),
        slow=V.REDEEM,
    ),
    Recipe("reload", V.RELOAD, (LOAD, NEXT), books="reload"),
    Recipe("issue", V.ISSUE, (SOLD, NEXT), books="issue"),
    Recipe("issue: the empty card", V.ISSUE, (SOLD, NEXT), books="issue", places=NEW_CARDS),
    Recipe("authorize", V.AUTHORIZE, (BASKET, NEXT), books="authorize capture"),
    Recipe("authorize: some of it", V.AUTHORIZE, (MIXED, NEXT), books="authorize capture", asked=_has_restricted_cards),
    Recipe("capture", V.CAPTURE, (BASKET, NEXT), books="authorize capture"),
    Recipe("capture: some of it", V.CAPTURE, (MIXED, NEXT), books="authorize capture", asked=_has_restricted_cards),
    Recipe("cancel: nothing of it", V.CANCEL, (FORBIDDEN, NEXT), books="authorize cancel", asked=_has_restricted_cards),
    Recipe(
        "cancel: given up",
        V.CANCEL,
        (replace(BASKET, patience=0), NEXT),
        books="authorize cancel",
        slow=V.AUTHORIZE,
    ),
    Recipe("reverse", V.REVERSE, (VOID, NEXT), (PAY,), books="redeem reverse"),
    Recipe(
        "reverse a capture",
        V.REVERSE,
        (VOID, NEXT),
        (BASKET,),
        books="authorize capture reverse",
        asked=_undo(V.CAPTURE),
    ),
    Recipe("reverse a load", V.REVERSE, (VOID, NEXT), (LOAD,), books="reload unload", asked=_undo(V.RELOAD)),
    Recipe("reverse a sold card", V.REVERSE, (VOID, NEXT), (SOLD,), books="issue unload", asked=_undo(V.ISSUE)),
    Recipe(
        "a load that can't be taken back",
        V.RELOAD,
        (LOAD, VOID, NEXT),
        books="reload",
        asked=_no_undo(V.RELOAD),
    ),
    Recipe(
        "a payment that can't be taken back",
        V.REDEEM,
        (PAY, VOID, NEXT),
        books="redeem",
        asked=_no_undo(V.REDEEM),
    ),
    Recipe(
        "a sold card that can't be taken back",
        V.ISSUE,
        (SOLD, VOID, NEXT),
        books="issue",
        asked=_no_undo(V.ISSUE),
    ),
    Recipe("refund", V.REFUND, (REFUND, NEXT), (PAY,), books="redeem reverse"),
    Recipe("stored redeem", V.REDEEM, (CUT, PAY, JOIN, NEXT), (LOOK,), books="redeem", asked=_offline(V.REDEEM)),
    Recipe("refused while cut", V.REDEEM, (CUT, PAY, JOIN, NEXT), (LOOK,), asked=_refused_offline),
    Recipe("stored reload", V.RELOAD, (CUT, LOAD, JOIN, NEXT), (LOOK,), books="reload", asked=_offline(V.RELOAD)),
    Recipe("stored and struck out", V.REDEEM, (CUT, PAY, VOID, JOIN, NEXT), (LOOK,), asked=_offline(V.REDEEM)),
    Recipe("stored reverse", V.REVERSE, (CUT, VOID, JOIN, NEXT), (PAY,), books="redeem reverse"),
    Recipe("stored refund", V.REFUND, (CUT, REFUND, JOIN, NEXT), (PAY,), books="redeem reverse"),
    Recipe("refund, its history", V.REFUND, (REFUND, NEXT), (PAY,), books="redeem reverse", places=HISTORIES),
    Recipe("any call", V.REDEEM, (PAY, LOAD, NEXT), books="redeem reload", asked=_offline(V.RELOAD), places=ROOTS),
    Recipe("any call: paying", V.REDEEM, (PAY, LOOK, NEXT), books="redeem", places=ROOTS),
)


def _all() -> Iterator[Scenario]:
    for bare, tables in TABLES.items():
        for known in tables.values():
            made = (recipe.at(known, bare=bare) for recipe in RECIPES)
            yield from (scenario for scenario in made if scenario is not None)


TABLES: Mapping[bool, Mapping[str, Capabilities]] = {
    bare: {face: table(face, bare=bare) for face in FACES} for bare in (False, True)
}
"""Every backend's table: on what our own host promises, and (``True``) on the vendor's bare word."""
SCENARIOS = tuple(_all())
