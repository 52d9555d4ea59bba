"""Gr4vy's chapter: a vault. Nothing is told of a card without its PIN; a kept card pays by its id alone; printed cards
get their value one by one or by the box; a virtual card is nothing but an address. What is made once and gets no answer
is never sent again: a person asks, and says what they were told.
"""

from __future__ import annotations

from app.issuer.faces.gr4vy.face import printed_row
from app.issuer.faults import Fault
from app.tour.stage import Stage
from app.training import MANAGER_PIN

FACE, TITLE = "gr4vy", "City card"
ACTIVATIONS = "*/gift-cards/activations"
NILS = "nils"
SERVICE_CODE = "125000"
"""What the stripe of a demo card says behind its expiry; nobody here looks at it."""


def chapter(stage: Stage) -> None:
    """From a sheet that tells nothing to a call to the service's people."""
    pin_first(stage)
    keep(stage)
    by_id(stage)
    activate(stage)
    virtual(stage)
    box(stage)
    forget(stage)
    made_once(stage)
    stage.cashier()


def pin_first(stage: Stage) -> None:
    """The service tells nothing without the PIN; with it, the card shows what is on it and pays."""
    stage.swipe("ordinary", FACE)
    stage.wait(screen="sheet", seen="~Enter the PIN to see")
    stage.shoot("gr4vy-sheet")
    stage.press("Enter")
    stage.pin("ordinary", FACE)
    stage.wait(screen="sheet", balance="100.00 NOK")
    stage.amount("F2", 20_00)
    stage.press("Enter")
    stage.approved(amount="20.00 NOK", balance="80.00 NOK")
    stage.next_customer()


def keep(stage: Stage) -> None:
    """Into the vault, for a customer."""
    stage.swipe("ordinary", FACE)
    stage.wait(screen="sheet", seen="~Enter the PIN to see")
    stage.press("s")
    stage.say(NILS, "For which customer")
    stage.pin("ordinary", FACE)
    stage.approved()
    stage.next_customer()


def by_id(stage: Stage) -> None:
    """The customer has no card with them: it pays by its id, without a PIN; part of that is given back."""
    stage.more("m", screen="pick-programme")
    stage.pick(TITLE)
    stage.say(NILS, "Which customer")
    stage.wait(screen="cards", balance="80.00 NOK")
    stage.press("i")
    stage.wait(screen="cards", seen="~Asked just now")
    stage.shoot("card-details")
    stage.press("Enter")
    stage.wait(screen="sheet", balance="80.00 NOK")
    stage.amount("F2", 30_00)
    stage.press("Enter")
    stage.approved(amount="30.00 NOK", balance="50.00 NOK")
    stage.shoot("paid-by-id")
    stage.next_customer()
    stage.refund((TITLE, "30.00 NOK"), 5_00)


def activate(stage: Stage) -> None:
    """A printed card gets its value, and is paid for first."""
    stage.more("a", screen="await-card")
    stage.swipe("inactive", FACE)
    stage.wait(screen="amount")
    stage.press("5000", "Enter")
    stage.wait(screen="tender", amount="50.00 NOK")
    stage.press("c")
    stage.approved(amount="50.00 NOK")
    stage.shoot("activated")
    stage.next_customer()


def virtual(stage: Stage) -> None:
    """A card without plastic: its holder gets an address, as text and as a code to scan."""
    stage.sell(TITLE, 100_00)
    stage.shoot("virtual-card")
    stage.press("h")
    stage.home()


def box(stage: Stage) -> None:
    """A manager: printed cards in a row, each activated by itself."""
    row = printed_row()
    first, last = row[0].number, row[2].number
    stage.more("z", screen="sign-in")
    stage.press(MANAGER_PIN, "Enter")
    stage.pick(TITLE)
    stage.say(first, "Which is the first card")
    stage.say(last, "Which is the last card")
    stage.wait(screen="amount")
    stage.press("2000", "Enter")
    stage.wait(screen="confirm", amount="60.00 NOK")
    stage.shoot("range")
    stage.press("Enter")
    stage.wait(screen="tender", amount="60.00 NOK")
    stage.press("c")
    stage.wait(screen="range", amount="3 of 3", seen="~No card was refused")
    stage.shoot("range-active")
    stage.press("Enter")
    stage.home()


def forget(stage: Stage) -> None:
    """A manager takes the customer's card out of the vault."""
    stage.more("m", screen="pick-programme")
    stage.pick(TITLE)
    stage.say(NILS, "Which customer")
    stage.wait(screen="cards", balance="55.00 NOK")
    stage.press("Enter")
    stage.wait(screen="sheet", balance="55.00 NOK")
    stage.press("l")
    stage.wait(screen="confirm")
    stage.shoot("delete")
    stage.press("Enter")
    stage.approved()
    stage.next_customer()


def made_once(stage: Stage) -> None:
    """The card is active and nobody hears of it. It is not sent again; a person asks the service, and says so."""
    stage.bank.spoil(Fault(kind="lose_answer", endpoint=ACTIVATIONS, next=1))
    stage.more("a", screen="await-card")
    last = printed_row()[-1]
    stage.swipe_track(f"{last.number}={last.expiry:%y%m}{SERVICE_CODE}")
    stage.wait(screen="amount")
    stage.press("2500", "Enter")
    stage.wait(screen="tender")
    stage.press("c")
    stage.wait(screen="outcome", outcome="!APPROVED")
    stage.shoot("made-once")
    stage.bank.mend()
    stage.press("Enter")
    stage.home()
    stage.press("F8")
    stage.wait(screen="queue", seen="~It went through")
    stage.shoot("repair-desk")
    stage.press("1")
    stage.wait(seen="~The service says that it is done")
    stage.press("Asked: it is active")
    stage.shoot("it-went-through")
    stage.press("Enter")
    stage.wait(screen="queue", seen="~All told")
    stage.press("Enter")
    stage.home()
