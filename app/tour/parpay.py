"""PAR Pay's chapter: the whole life of a card. It pays, is loaded, moves to a new one, swallows another, is kept for a
customer, shared, given away; and a new one is sent as a gift.
"""

from __future__ import annotations

from app.issuer.faults import Fault
from app.tour.stage import Stage

FACE, TITLE = "parpay", "Meal card"
REDEEM = "*/giftcard/v1/redeem"
KARI, OLA, FRIEND = "kari", "ola", "liv@example.no"
"""Customers of the service, and somebody who is none yet."""
SLIP = "BAX 4711-0093"


def chapter(stage: Stage) -> None:
    """From the first swipe to an answer that was lost."""
    pay_and_load(stage)
    transfer(stage)
    combine(stage)
    save(stage)
    customer(stage)
    give_away(stage)
    gift(stage)
    stage.refund((TITLE, "25.00 NOK"), 10_00)
    lost_answer(stage)


def pay_and_load(stage: Stage) -> None:
    """A swipe opens the sheet with all that can be done; the same card pays and another is loaded."""
    stage.sheet("ordinary", FACE, balance="100.00 NOK")
    stage.shoot("par-sheet")
    stage.amount("F2", 25_00)
    stage.press("Enter")
    stage.approved(balance="75.00 NOK")
    stage.next_customer()
    stage.amount("F3", 300_00)
    stage.press("Enter")
    stage.wait(screen="await-card")
    stage.swipe("low", FACE)
    stage.wait(screen="tender")
    stage.press("c")
    stage.approved(balance="305.00 NOK")
    stage.next_customer()


def transfer(stage: Stage) -> None:
    """Part of a balance goes to a new card, proven by the passcode; the new card is shown once and handed over."""
    stage.sheet("ordinary", FACE, balance="75.00 NOK")
    stage.press("n")
    stage.wait(screen="amount")
    stage.press("5000", "Enter")
    stage.wait(screen="confirm", amount="50.00 NOK")
    stage.shoot("transfer")
    stage.press("Enter")
    stage.wait(screen="pin")
    stage.shoot("transfer-passcode")
    stage.pin("ordinary", FACE)
    stage.approved(amount="50.00 NOK")
    stage.press("Enter")
    stage.wait(screen="new-card")
    stage.shoot("transfer-new-card")
    stage.press("h")
    stage.home()


def combine(stage: Stage) -> None:
    """All that is on another card goes onto this one, and the other ends."""
    stage.sheet("ordinary", FACE, balance="25.00 NOK")
    stage.press("c")
    stage.wait(screen="sources")
    stage.swipe("low", FACE)
    stage.wait(screen="sources", amount="305.00 NOK")
    stage.shoot("combine-which")
    stage.press("Enter")
    stage.wait(screen="confirm", amount="305.00 NOK")
    stage.shoot("combine")
    stage.press("Enter")
    stage.approved(amount="305.00 NOK")
    stage.next_customer()


def save(stage: Stage) -> None:
    """Two cards are kept for a customer from now on."""
    for card in ("ordinary", "pin"):
        stage.swipe(card, FACE)
        stage.wait(screen="sheet")
        stage.press("s")
        stage.say(KARI, "For which customer")
        stage.pin(card, FACE)
        stage.approved()
        if card == "ordinary":
            stage.shoot("saved")
        stage.next_customer()


def customer(stage: Stage) -> None:
    """The customer's own list: one card becomes the preferred one, and somebody else may use it as well."""
    stage.more("m", screen="pick-programme")
    stage.pick(TITLE)
    stage.say(KARI, "Which customer")
    stage.wait(screen="cards", balance="330.00 NOK")
    stage.press("Enter")
    stage.wait(screen="sheet", balance="330.00 NOK")
    stage.press("f")
    stage.approved()
    stage.next_customer()
    stage.more("m", screen="pick-programme")
    stage.pick(TITLE)
    stage.say(KARI, "Which customer")
    stage.wait(screen="cards", seen="~Preferred")
    stage.shoot("customers-cards")
    stage.press("Enter")
    stage.wait(screen="sheet")
    stage.press("h")
    stage.say(OLA, "Who may use the card")
    stage.wait(screen="confirm")
    stage.shoot("share")
    stage.press("Enter")
    stage.approved()
    stage.next_customer()


def give_away(stage: Stage) -> None:
    """A kept card leaves its owner for good."""
    stage.more("g", screen="question")
    stage.say(KARI, "Whose card is it")
    stage.wait(screen="cards", seen="~500.00 NOK")
    stage.press("2")
    stage.wait(balance="500.00 NOK")
    stage.shoot("give-away-which")
    stage.press("Enter")
    stage.say(OLA, "Who gets the card")
    stage.wait(screen="confirm")
    stage.shoot("give-away")
    stage.press("Enter")
    stage.approved()
    stage.next_customer()


def gift(stage: Stage) -> None:
    """A new card for somebody, paid by bank card: the service wants to know the purchase from its slip."""
    stage.more("i", screen="question")
    stage.say(KARI, "Which customer gives")
    stage.say(FRIEND, "Who gets the new card")
    stage.wait(screen="amount")
    stage.press("15000", "Enter")
    stage.wait(screen="tender", amount="150.00 NOK")
    stage.press("b")
    stage.wait(seen="~Reference on the bank card's slip")
    stage.press(SLIP)
    stage.shoot("gift-slip")
    stage.press("Enter")
    stage.approved(amount="150.00 NOK")
    stage.shoot("gift-sent")
    stage.next_customer()


def lost_answer(stage: Stage) -> None:
    """Paid, and the answer is lost: the same request once more, and the service tells what it did."""
    stage.bank.spoil(
        Fault(kind="lose_answer", endpoint=REDEEM, next=1),
        Fault(kind="delay", endpoint=REDEEM, when="before", seconds=1.0),
    )
    stage.pay(40_00, "ordinary", FACE)
    stage.wait(screen="outcome", outcome="CHECKING")
    stage.shoot("par-asks-again")
    stage.approved(amount="40.00 NOK")
    stage.bank.mend()
    stage.next_customer()
