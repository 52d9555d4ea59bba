"""What stands behind F7, as recipes: money between cards, people's cards, printed cards, reservations, the drawer.

Every one ends with an ordinary payment, so that a till which lost its way is found out by the next customer.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.verb import Capabilities, Verb
from tests.contract.table import CODE_IS_PIN, ENDPOINTS
from tests.simulation.deed import Deed
from tests.simulation.recipe import HERE, Asked, Recipe, undo

NEXT = Deed("pay", amount=5_00)
OTHER = Deed("pay", card="low", amount=5_00)
"""The next customer, with the same card or with another one."""
VOID = Deed("void")

TRANSFER = Deed("transfer", amount=30_00)
COMBINE = Deed("combine", then=((HERE, "low"), (HERE, "pin")))
SAVE = Deed("save")
SHARE, GIFT, PREFER = Deed("share"), Deed("gift"), Deed("prefer")
GIFT_NEW = Deed("gift-new", amount=50_00)
LISTED = Deed("customer", amount=30_00)
"""A customer is found; what is done with the card stands on its sheet."""
ALL = Deed("all-cards")
ACTIVATE = Deed("activate", card="inactive", amount=40_00)
RANGE = Deed("range", amount=10_00)
RESERVE = Deed("reserve", amount=20_00)
CAPTURE, RELEASE = Deed("capture", amount=20_00), Deed("release")
CASH_OUT = Deed("cash-out", amount=15_00)
STOP = Deed("stop")


def has(verb: Verb) -> Asked:
    """A backend that has a further verb as well."""
    return lambda table: table.rule(verb) is not None


def without(verb: Verb) -> Asked:
    """A backend that has not."""
    return lambda table: table.rule(verb) is None


def keeps(table: Capabilities) -> bool:
    """Whether a card out of a list can be deleted there: one that was saved, and is plastic still."""
    return table.rule(Verb.SAVE) is not None and table.rule(Verb.DELETE) is not None


def prints_codes(table: Capabilities) -> bool:
    """Whether a code that is printed on the card may be keyed with its number."""
    return table.face in CODE_IS_PIN


def at(verb: Verb) -> dict[str, str]:
    """Where another verb's calls go: the fault lies in wait there."""
    return {face: places[verb] for face, places in ENDPOINTS.items() if verb in places}


V = Verb
FURTHER = (
    Recipe("redeem, keyed", V.REDEEM, (replace(NEXT, keyed=True), NEXT), books="redeem", asked=prints_codes),
    Recipe("redeem, its balance", V.REDEEM, (replace(NEXT, amount=30_00), NEXT), books="redeem", places=at(V.BALANCE)),
    Recipe("a stopped card", V.REDEEM, (STOP, replace(NEXT, leave=True), OTHER), places=at(V.BALANCE)),
    # between cards
    Recipe("transfer", V.TRANSFER, (TRANSFER, NEXT), books="transfer"),
    Recipe("transfer all, and end", V.TRANSFER, (replace(TRANSFER, amount=100_00, end=True), OTHER), books="transfer"),
    Recipe("transfer, wrong PIN", V.TRANSFER, (replace(TRANSFER, pin="9990"), NEXT)),
    Recipe(
        "transfer, walked away", V.TRANSFER, (replace(TRANSFER, patience=0), NEXT), books="transfer", slow=V.TRANSFER
    ),
    Recipe(
        "transfer from the sheet",
        V.TRANSFER,
        (Deed("balance", amount=30_00, sheet="transfer"), NEXT),
        books="transfer",
        places=at(V.BALANCE),
    ),
    Recipe("combine", V.COMBINE, (COMBINE, NEXT), books="combine"),
    Recipe("combine, their balances", V.COMBINE, (COMBINE, NEXT), books="combine", places=at(V.BALANCE)),
    # people and their cards
    Recipe("save", V.SAVE, (SAVE, NEXT)),
    Recipe("save, walked away", V.SAVE, (replace(SAVE, patience=0), NEXT), slow=V.SAVE),
    Recipe("share", V.SHARE, (SHARE, NEXT), (SAVE,)),
    Recipe("prefer", V.PREFER, (PREFER, NEXT), (SAVE,)),
    Recipe("gift", V.GIFT, (GIFT, NEXT), (SAVE,), books="gift"),
    Recipe("gift, its list", V.GIFT, (GIFT, NEXT), (SAVE,), books="gift", places=at(V.LIST_CARDS)),
    Recipe("gift of a new card", V.GIFT, (GIFT_NEW, NEXT), books="gift"),
    Recipe(
        "gift of a new card, given up", V.GIFT, (replace(GIFT_NEW, patience=0), NEXT), books="gift", desk=1, slow=V.GIFT
    ),
    # what was read is proven by what is done with it
    Recipe("a customer's cards", V.LIST_CARDS, (replace(LISTED, sheet="pay"), NEXT), (SAVE,), books="redeem"),
    Recipe(
        "a listed card, looked at",
        V.READ,
        (replace(LISTED, details=True, sheet="pay"), NEXT),
        (SAVE,),
        books="redeem",
    ),
    Recipe(
        "a listed card pays",
        V.REDEEM,
        (replace(LISTED, sheet="pay"), NEXT),
        (SAVE,),
        books="redeem",
        asked=has(V.LIST_CARDS),
    ),
    Recipe(
        "a listed card is loaded",
        V.RELOAD,
        (replace(LISTED, sheet="load"), NEXT),
        (SAVE,),
        books="reload",
        asked=has(V.LIST_CARDS),
    ),
    Recipe("all cards", V.LIST_ALL, (replace(ALL, amount=30_00, sheet="pay"), NEXT), (SAVE,), books="redeem"),
    Recipe("delete an empty card", V.DELETE, (Deed("delete", card="zero"), NEXT), asked=without(V.SAVE)),
    Recipe("delete a card with money", V.DELETE, (Deed("delete"), NEXT), asked=without(V.SAVE)),
    Recipe("delete a listed card", V.DELETE, (replace(LISTED, sheet="delete"), NEXT), (SAVE,), asked=keeps),
    Recipe("delete what nobody keeps", V.DELETE, (Deed("delete"), NEXT), asked=keeps, places=at(V.BALANCE)),
    # what is told once
    Recipe("a new PIN", V.ROTATE_PIN, (Deed("new-pin", card="pin"), NEXT)),
    Recipe("a further code", V.NEW_CODE, (Deed("new-code", count=24), NEXT)),
    Recipe("blanks", V.MAKE_BLANKS, (Deed("blanks"), NEXT)),
    Recipe("blanks, looked for", V.MAKE_BLANKS, (Deed("blanks"), NEXT), places=at(V.DELETE)),
    # printed cards
    Recipe("activate", V.ACTIVATE, (ACTIVATE, NEXT), books="activate"),
    Recipe(
        "activate, walked away",
        V.ACTIVATE,
        (replace(ACTIVATE, patience=0), NEXT),
        books="activate unload",
        slow=V.ACTIVATE,
        asked=undo(V.ACTIVATE),
    ),
    Recipe("activate what is active", V.ACTIVATE, (replace(ACTIVATE, card="ordinary"), NEXT)),
    Recipe(
        "reverse an activation", V.REVERSE, (VOID, NEXT), (ACTIVATE,), books="activate unload", asked=undo(V.ACTIVATE)
    ),
    Recipe("range", V.ACTIVATE, (RANGE, NEXT), books="activate activate activate"),
    Recipe("range, left to itself", V.ACTIVATE, (replace(RANGE, patience=0), NEXT), books="activate activate activate"),
    # reservations
    Recipe("reserve", V.AUTHORIZE, (RESERVE, NEXT), books="authorize"),
    Recipe(
        "reserve, given up",
        V.AUTHORIZE,
        (replace(RESERVE, patience=0), NEXT),
        books="authorize cancel",
        slow=V.AUTHORIZE,
    ),
    Recipe("capture what was reserved", V.CAPTURE, (CAPTURE, NEXT), (RESERVE,), books="authorize capture"),
    Recipe(
        "capture part of it",
        V.CAPTURE,
        (replace(CAPTURE, amount=12_00), NEXT),
        (RESERVE,),
        books="authorize capture rest",
    ),
    Recipe("release", V.CANCEL, (RELEASE, NEXT), (RESERVE,), books="authorize cancel"),
    Recipe(
        "reserve and capture", V.CAPTURE, (RESERVE, CAPTURE, NEXT), books="authorize capture", places=at(V.AUTHORIZE)
    ),
    # the drawer
    Recipe("cash out", V.CASH_OUT, (CASH_OUT, NEXT), books="cash_out"),
    Recipe("cash out, its balance", V.CASH_OUT, (CASH_OUT, NEXT), books="cash_out", places=at(V.BALANCE)),
    Recipe(
        "cash out from the sheet, walked away",
        V.CASH_OUT,
        (Deed("balance", amount=15_00, sheet="cash-out", patience=1), NEXT),
        books="cash_out reverse",
        slow=V.CASH_OUT,
    ),
    Recipe("reverse a cash-out", V.REVERSE, (VOID, NEXT), (CASH_OUT,), books="cash_out reverse", asked=has(V.CASH_OUT)),
    Recipe(
        "refund of a cash-out",
        V.REFUND,
        (Deed("refund", amount=5_00), NEXT),
        (CASH_OUT,),
        books="cash_out reverse",
        asked=has(V.CASH_OUT),
    ),
)
"""Recipes of the further verbs, and of what else came with them."""
