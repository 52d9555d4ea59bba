"""Dintero's chapter: wallets with codes. A card is sold with a code and a PIN that are told once; money is reserved,
taken in part and released; the drawer pays out what a card held; blanks are made, sold by their ids, and by the box; a
card that was lost stands on the till's own stop list.
"""

from __future__ import annotations

import re

from app.tour.parpay import KARI
from app.tour.stage import Stage

FACE, TITLE = "dintero", "Web card"
PLACE_OF_FIRST_BLANK = 8
"""In the list of all cards, counted from 0: behind the seven demo cards and the one that was sold."""
LABEL = re.compile(r"[0-9A-F]{8}-00[1-9]")
"""What is printed on a blank: box and number."""
LOST = "Reported lost"


def chapter(stage: Stage) -> None:
    """Begins with a cashier; the manager comes for what only managers may, and goes again."""
    sell(stage)
    reserve(stage)
    customer(stage)
    stop(stage)
    stage.manager()
    cash_out(stage)
    codes(stage)
    blanks(stage)
    free(stage)
    stage.cashier()


def sell(stage: Stage) -> None:
    """A new card with its code and its PIN; then an older one pays, and the payment is taken back."""
    stage.sell(TITLE, 200_00)
    stage.shoot("code-and-pin")
    stage.press("h")
    stage.home()
    stage.pay(20_00, "ordinary", FACE)
    stage.approved(amount="20.00 NOK", balance="80.00 NOK")
    stage.next_customer()
    stage.press("F6")
    stage.wait(screen="void")
    stage.press("Enter")
    stage.approved(amount="20.00 NOK")
    stage.next_customer()


def reserve(stage: Stage) -> None:
    """Two reservations: of one a part is taken and the rest released by itself, the other is let go."""
    for minor in (60_00, 30_00):
        stage.more("r", screen="amount")
        stage.press(str(minor), "Enter")
        stage.wait(screen="await-card")
        stage.swipe("ordinary", FACE)
        stage.approved()
        if minor == 60_00:
            stage.shoot("reserved")
        stage.next_customer()
    stage.more("v", screen="reservations", amount="90.00 NOK")
    stage.shoot("reservations")
    stage.press("Enter")
    stage.wait(screen="amount")
    stage.press("4500", "Enter")
    stage.approved(amount="45.00 NOK")
    stage.shoot("captured")
    stage.next_customer()
    stage.more("v", screen="reservations", amount="30.00 NOK")
    stage.press("r")
    stage.wait(screen="confirm", amount="30.00 NOK")
    stage.press("Enter")
    stage.approved(amount="30.00 NOK")
    stage.next_customer()


def customer(stage: Stage) -> None:
    """Somebody for whom this service keeps nothing: each service has customers of its own."""
    stage.more("m", screen="pick-programme")
    stage.pick(TITLE)
    stage.say(KARI, "Which customer")
    stage.wait(screen="cards", seen=f"~keeps no cards for {KARI}")
    stage.shoot("no-cards-here")
    stage.press("Enter")
    stage.wait(screen="question")
    stage.press("Esc")
    stage.wait(screen="pick-programme")
    stage.press("Esc")
    stage.home()


def stop(stage: Stage) -> None:
    """A lost card: the shop takes it no more, whatever the service says."""
    stage.sheet("low", FACE, balance="5.00 NOK")
    stage.press("o")
    stage.say(LOST, "Why is the card stopped")
    stage.home()
    stage.pay(5_00, "low", FACE)
    stage.wait(screen="outcome", outcome="DECLINED")
    stage.press("Esc")
    stage.home()
    stage.sheet("low", FACE, seen=f"~{LOST}")
    stage.shoot("stopped-card")
    stage.press("Esc")
    stage.home()


def cash_out(stage: Stage) -> None:
    """The drawer pays what the customer wants off the card."""
    stage.sheet("ordinary", FACE, balance="55.00 NOK")
    stage.press("u")
    stage.wait(screen="amount")
    stage.press("1500", "Enter")
    stage.wait(screen="confirm", amount="15.00 NOK")
    stage.shoot("cash-out")
    stage.press("Enter")
    stage.approved(amount="15.00 NOK", balance="40.00 NOK")
    stage.shoot("paid-out")
    stage.next_customer()


def codes(stage: Stage) -> None:
    """A further code for the same card, to be lent for a day; and a PIN for a card that had none."""
    stage.sheet("ordinary", FACE, balance="40.00 NOK")
    stage.press("e")
    stage.wait(screen="question", seen="~For how many hours")
    stage.press("24", "Enter")
    stage.approved()
    stage.press("Enter")
    stage.wait(screen="new-card")
    stage.shoot("extra-code")
    stage.press("h")
    stage.home()
    stage.sheet("zero", FACE, balance="0.00 NOK")
    stage.press("w")
    stage.wait(screen="confirm")
    stage.press("Enter")
    stage.approved()
    stage.press("Enter")
    stage.wait(screen="new-card")
    stage.shoot("new-pin")
    stage.press("h")
    stage.home()


def blanks(stage: Stage) -> None:
    """Three blanks for the shelf. One is sold out of the list of all cards, two as a row."""
    stage.more("b", screen="question", seen="~How many blank cards")
    stage.press("3", "Enter")
    stage.wait(screen="confirm")
    stage.press("Enter")
    stage.approved()
    stage.press("Enter")
    stage.wait(screen="new-card")
    stage.shoot("blanks")
    printed = stage.slip("*-new-card.txt", "-003").read_text(encoding="utf-8")
    _, first, last = sorted(set(LABEL.findall(printed)))
    stage.press("h")
    stage.home()
    stage.more("y", screen="pick-programme")
    stage.pick(TITLE)
    stage.wait(screen="cards", seen="~Not active")
    stage.press(*["Down"] * PLACE_OF_FIRST_BLANK)
    stage.wait(seen="~-001")
    stage.shoot("all-cards")
    stage.press("Enter")
    stage.wait(screen="sheet")
    stage.press("a")
    stage.wait(screen="amount")
    stage.press("4000", "Enter")
    stage.wait(screen="tender")
    stage.press("c")
    stage.approved(amount="40.00 NOK")
    stage.next_customer()
    stage.more("z", screen="pick-programme")
    stage.pick(TITLE)
    stage.say(first, "Which is the first card")
    stage.say(last, "Which is the last card")
    stage.wait(screen="amount")
    stage.press("2500", "Enter")
    stage.wait(screen="confirm", amount="50.00 NOK")
    stage.shoot("range-by-ids")
    stage.press("Enter")
    stage.wait(screen="tender")
    stage.press("c")
    stage.wait(screen="range", amount="2 of 2", seen="~No card was refused")
    stage.press("Enter")
    stage.home()


def free(stage: Stage) -> None:
    """The card was found: the manager takes it off the list, and it pays."""
    stage.more("q", screen="stop-list", message=LOST)
    stage.shoot("stop-list")
    stage.press("f")
    stage.wait(seen="~This till takes the card again")
    stage.press("Enter")
    stage.wait(screen="stop-list", seen="~No card is stopped")
    stage.press("Enter")
    stage.home()
    stage.pay(5_00, "low", FACE)
    stage.approved(amount="5.00 NOK", balance="0.00 NOK")
    stage.next_customer()
