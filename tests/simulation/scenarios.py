"""What is played on every backend: a recipe for each way of each verb, and the scenarios that its tables make of it.

A verb of a table without a recipe fails a test. To add one: a line here (in ``further.py`` for what stands behind F7),
and a deed in ``cashier.py`` where the counter has a flow of its own for it.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.verb import Verb
from tests.simulation.deed import Deed
from tests.simulation.further import FURTHER
from tests.simulation.recipe import (
    HERE,
    HISTORIES,
    NEW_CARDS,
    ROOTS,
    THERE,
    Recipe,
    all_undone,
    asks_for_a_pin,
    has_restricted_cards,
    no_undo,
    offline,
    refused_offline,
    scenarios,
    undo,
)

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
        asked=all_undone,
    ),
    Recipe(
        "redeem with a PIN",
        V.REDEEM,
        (replace(PAY, card="pin"), NEXT),
        books="redeem",
        asked=asks_for_a_pin,
    ),
    Recipe(
        "redeem with a PIN that was asked for before",
        V.REDEEM,
        (replace(PAY, card="pin"), NEXT),
        (replace(PAY, card="pin"),),
        books="redeem redeem",
        asked=asks_for_a_pin,
    ),
    Recipe("redeem with a wrong PIN", V.REDEEM, (replace(PAY, card="pin", pin="9990"), NEXT), books=""),
    Recipe("redeem, given up", V.REDEEM, (replace(PAY, patience=0), NEXT), books="redeem"),
    Recipe(
        "redeem, given up and undone",
        V.REDEEM,
        (replace(PAY, patience=0), NEXT),
        books="redeem reverse",
        asked=undo(V.REDEEM),
        slow=V.REDEEM,
    ),
    Recipe("reload", V.RELOAD, (LOAD, NEXT), books="reload"),
    Recipe("issue", V.ISSUE, (SOLD, NEXT), books="issue"),
    Recipe("issue: the empty card", V.ISSUE, (SOLD, NEXT), books="issue", places=NEW_CARDS),
    Recipe("authorize", V.AUTHORIZE, (BASKET, NEXT), books="authorize capture"),
    Recipe("authorize: some of it", V.AUTHORIZE, (MIXED, NEXT), books="authorize capture", asked=has_restricted_cards),
    Recipe("capture", V.CAPTURE, (BASKET, NEXT), books="authorize capture"),
    Recipe("capture: some of it", V.CAPTURE, (MIXED, NEXT), books="authorize capture", asked=has_restricted_cards),
    Recipe("cancel: nothing of it", V.CANCEL, (FORBIDDEN, NEXT), books="authorize cancel", asked=has_restricted_cards),
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
        asked=undo(V.CAPTURE),
    ),
    Recipe("reverse a load", V.REVERSE, (VOID, NEXT), (LOAD,), books="reload unload", asked=undo(V.RELOAD)),
    Recipe("reverse a sold card", V.REVERSE, (VOID, NEXT), (SOLD,), books="issue unload", asked=undo(V.ISSUE)),
    Recipe(
        "a load that can't be taken back",
        V.RELOAD,
        (LOAD, VOID, NEXT),
        books="reload",
        asked=no_undo(V.RELOAD),
    ),
    Recipe(
        "a payment that can't be taken back",
        V.REDEEM,
        (PAY, VOID, NEXT),
        books="redeem",
        asked=no_undo(V.REDEEM),
    ),
    Recipe(
        "a sold card that can't be taken back",
        V.ISSUE,
        (SOLD, VOID, NEXT),
        books="issue",
        asked=no_undo(V.ISSUE),
    ),
    Recipe("refund", V.REFUND, (REFUND, NEXT), (PAY,), books="redeem reverse"),
    Recipe("stored redeem", V.REDEEM, (CUT, PAY, JOIN, NEXT), (LOOK,), books="redeem", asked=offline(V.REDEEM)),
    Recipe("refused while cut", V.REDEEM, (CUT, PAY, JOIN, NEXT), (LOOK,), asked=refused_offline),
    Recipe("stored reload", V.RELOAD, (CUT, LOAD, JOIN, NEXT), (LOOK,), books="reload", asked=offline(V.RELOAD)),
    Recipe("stored and struck out", V.REDEEM, (CUT, PAY, VOID, JOIN, NEXT), (LOOK,), asked=offline(V.REDEEM)),
    Recipe("stored reverse", V.REVERSE, (CUT, VOID, JOIN, NEXT), (PAY,), books="redeem reverse"),
    Recipe("stored refund", V.REFUND, (CUT, REFUND, JOIN, NEXT), (PAY,), books="redeem reverse"),
    Recipe("refund, its history", V.REFUND, (REFUND, NEXT), (PAY,), books="redeem reverse", places=HISTORIES),
    Recipe("any call", V.REDEEM, (PAY, LOAD, NEXT), books="redeem reload", asked=offline(V.RELOAD), places=ROOTS),
    Recipe("any call: paying", V.REDEEM, (PAY, LOOK, NEXT), books="redeem", places=ROOTS),
)


SCENARIOS = tuple(scenarios((*RECIPES, *FURTHER)))
