"""Swedbank Pay's chapter, and the day around all four: a good morning, a bad noon with a murder in it, and an evening
that puts it right. The other three services have their chapters between morning and noon.

Amounts are minor units (25000 is 250.00). Every wait names what the window must show; nothing waits for time to pass.
"""

from __future__ import annotations

from app.issuer.faults import Fault
from app.tour.stage import READY, Stage
from app.training import CASHIER_PIN, MANAGER_PIN

TITLE = "Gift card"
PURCHASES = "*/payment/purchase"
BANK_CARD = "4111111111111111=30121010000000000"
"""The number of every scheme's handbook: what must never be kept of a card is shown with it."""
SCRATCHED = b";70133600\x15\x7f0=?\r"
LONG = 60.0
"""Seconds that an answer is held back: longer than the till will live."""


# --- morning: the line is good --------------------------------------------------------------------------------------


def morning(stage: Stage) -> None:
    """Balance, load, pay, sell: everything at its best."""
    stage.wait(screen="home", reader=READY, line="Line")
    stage.shoot("home")
    stage.swipe("ordinary")
    stage.wait(screen="sheet", balance="100.00 NOK")
    stage.shoot("balance")
    stage.press("Esc")
    stage.home()
    part_by_card(stage)
    load(stage)
    pay(stage)
    sell(stage)
    pin(stage)
    basket(stage)
    refund(stage)
    keyed(stage)
    refused_cards(stage)


def part_by_card(stage: Stage) -> None:
    """150.00: five from one card, a hundred from another, the rest in cash."""
    stage.pay(150_00, "low")
    stage.wait(screen="outcome", outcome="APPROVED", amount="5.00 NOK", due="145.00 NOK")
    stage.shoot("part-paid")
    stage.swipe("ordinary")
    stage.wait(screen="outcome", outcome="APPROVED", due="45.00 NOK")
    stage.press("t")
    stage.wait(screen="tender")
    stage.shoot("rest-by-tender")
    stage.press("c")
    stage.wait(screen="outcome", outcome="APPROVED", due="")
    stage.shoot("paid-by-three")
    stage.next_customer()


def load(stage: Stage) -> None:
    """A load is paid for first."""
    stage.amount("F3", 1000_00)
    stage.wait(screen="amount", amount="1,000.00 NOK")
    stage.shoot("load-amount")
    stage.press("Enter")
    stage.wait(screen="await-card")
    stage.swipe("ordinary")
    stage.wait(screen="tender")
    stage.shoot("load-tender")
    stage.press("c")
    stage.wait(screen="outcome", outcome="APPROVED", balance="1,000.00 NOK")
    stage.shoot("loaded")
    stage.next_customer()


def pay(stage: Stage) -> None:
    """F2, digits, Enter, swipe."""
    stage.amount("F2", 250_00)
    stage.press("Enter")
    stage.wait(screen="await-card", amount="250.00 NOK")
    stage.shoot("swipe-to-pay")
    stage.swipe("ordinary")
    stage.wait(screen="outcome", outcome="APPROVED", amount="250.00 NOK", balance="750.00 NOK")
    stage.shoot("paid")
    stage.next_customer()


def sell(stage: Stage) -> None:
    """Four services sell cards. A new one is shown and printed once, then handed over and forgotten."""
    stage.press("F4")
    stage.wait(screen="pick-programme", seen=f"~{TITLE}")
    stage.shoot("whose-card")
    stage.press("Esc")
    stage.home()
    stage.sell(TITLE, 200_00)
    stage.shoot("new-card")
    stage.press("h")
    stage.home()


def pin(stage: Stage) -> None:
    """The customer's PIN on the screen's pad: wrong once, then right."""
    secret = stage.bank.card("pin")["pin"]
    wrong = "".join(str((int(digit) + 1) % 10) for digit in secret)
    stage.pay(50_00, "pin")
    stage.wait(screen="pin")
    stage.till.click(*wrong)
    stage.shoot("pin")
    stage.press("Enter")
    stage.wait(screen="pin", message="That PIN was wrong. Try once more.")
    stage.shoot("pin-again")
    stage.till.click(*secret)
    stage.press("Enter")
    stage.wait(screen="outcome", outcome="APPROVED", amount="50.00 NOK")
    stage.shoot("paid-with-pin")
    stage.next_customer()


def basket(stage: Stage) -> None:
    """A card that pays for some goods only: it pays for these, the rest is paid otherwise."""
    stage.press("F2")
    stage.wait(screen="amount")
    stage.press("F2", "123")
    stage.wait(screen="amount", amount="323.00 NOK")
    stage.shoot("basket")
    stage.press("Enter")
    stage.wait(screen="await-card")
    stage.swipe("restricted")
    stage.wait(screen="outcome", outcome="APPROVED", due="!")
    stage.shoot("basket-part")
    stage.press("t")
    stage.wait(screen="tender")
    stage.press("b")
    stage.wait(screen="outcome", due="")
    stage.next_customer()


def refund(stage: Stage) -> None:
    """Part of the payment in full is given back, by the number on its receipt."""
    paid = stage.bank.wait_for(lambda entry: entry["operation"] == "Purchase" and entry["amount"] == 250_00)
    stage.press("F5")
    stage.wait(screen="refund")
    stage.press(paid["stan"], "Enter")
    stage.wait(screen="refund", seen="~250.00 NOK can be given back")
    stage.press("5000")
    stage.wait(amount="50.00 NOK")
    stage.shoot("refund")
    stage.press("Enter")
    stage.wait(screen="outcome", outcome="APPROVED", amount="50.00 NOK")
    stage.shoot("refunded")
    stage.next_customer()


def keyed(stage: Stage) -> None:
    """A dead stripe: the number is keyed, and the card is loaded."""
    card = stage.bank.card("low")
    stage.amount("F3", 300_00)
    stage.press("Enter")
    stage.wait(screen="await-card")
    stage.press("k")
    stage.wait(screen="key-card")
    stage.press(card["number"])
    stage.shoot("key-card")
    stage.press("Enter", card["expiry"].replace("/", ""), card["cvc"], "Enter")
    stage.wait(screen="tender")
    stage.press("c")
    stage.wait(screen="outcome", outcome="APPROVED", balance="300.00 NOK")
    stage.shoot("keyed-and-loaded")
    stage.next_customer()


def refused_cards(stage: Stage) -> None:
    """A scratched stripe, a bank card, a blocked card: each is told by its own sentence."""
    stage.noise(SCRATCHED)
    stage.wait(screen="home", seen="~C-0")
    stage.shoot("bad-swipe")
    stage.swipe_track(BANK_CARD)
    stage.wait(screen="home", seen="~C-05")
    stage.shoot("bank-card")
    stage.pay(10_00, "blocked")
    stage.wait(screen="outcome", outcome="DECLINED")
    stage.shoot("blocked")
    stage.press("Esc")
    stage.home()


# --- noon: the line falls, and the till with it ---------------------------------------------------------------------


def noon(stage: Stage) -> None:
    """Sells without the line up to the limit; then dies with a payment on the wire."""
    stage.press("F12")
    stage.wait(screen="home", line="~Line cut")
    stage.shoot("line-cut")
    stage.pay(450_00, "ordinary")
    stage.wait(screen="outcome", outcome="ACCEPTED OFFLINE", queue_count="1")
    stage.shoot("sold-offline")
    stage.next_customer()
    stage.pay(100_00, "ordinary")
    stage.wait(screen="outcome", outcome="DECLINED", message="~Up to 50.00 NOK")
    stage.shoot("above-the-limit")
    stage.press("p")
    stage.wait(screen="outcome", outcome="ACCEPTED OFFLINE", amount="50.00 NOK", due="50.00 NOK", queue_count="2")
    stage.shoot("up-to-the-limit")
    stage.press("t")
    stage.wait(screen="tender", amount="50.00 NOK")
    stage.press("c")
    stage.wait(screen="outcome", due="")
    stage.next_customer()
    stage.press("F8")
    stage.wait(screen="queue", queue_amount="500.00 NOK")
    stage.shoot("queue-offline")
    stage.press("Esc")
    stage.home()


def killed(stage: Stage) -> None:
    """The line is joined, but no answer comes through: a payment and a forwarded one are booked, and nobody knows."""
    stage.bank.spoil(Fault(kind="delay", endpoint=PURCHASES, when="after", seconds=LONG))
    stage.press("F12")
    stage.wait(line="Line")
    stage.bank.wait_for(lambda entry: entry["amount"] == 450_00)
    stage.pay(120_00, "low")
    stage.wait(screen="asking")
    stage.bank.wait_for(lambda entry: entry["amount"] == 120_00)
    stage.shoot("asking-when-killed")
    stage.till.kill()


# --- evening: another life, and everything settles ------------------------------------------------------------------


def recovery(stage: Stage) -> None:
    """The same journal: what was under way is known, and is being checked."""
    stage.wait(screen="home", reader=READY, seen="~The till stopped in the middle")
    stage.shoot("started-again")
    stage.press("F8")
    stage.wait(screen="queue", queue_count="3", line="Line down")
    stage.shoot("checking")
    # the host is there again, and slow enough to be watched
    stage.bank.spoil(Fault(kind="delay", endpoint=PURCHASES, when="before", seconds=0.7))
    stage.wait(seen="~Sending 1 of")
    stage.shoot("sending")
    stage.wait(queue_count="")
    stage.bank.mend()
    stage.shoot("approved-after-restart")
    stage.press("1")
    stage.wait(screen="queue", seen="~All told")
    stage.shoot("all-told")
    stage.press("Enter")
    stage.home()


def lost_answer(stage: Stage) -> None:
    """Booked, and the answer is lost: the till asks again with the same references, and the host says DUPLICATE."""
    stage.bank.spoil(
        Fault(kind="lose_answer", endpoint=PURCHASES, next=1),
        Fault(kind="delay", endpoint=PURCHASES, when="before", seconds=1.0),
    )
    stage.pay(30_00, "ordinary")
    stage.wait(screen="outcome", outcome="CHECKING")
    stage.shoot("checking-the-outcome")
    stage.wait(screen="outcome", outcome="APPROVED", amount="30.00 NOK")
    stage.bank.mend()
    stage.shoot("settled-by-duplicate")
    stage.next_customer()
    stage.press("F6")
    stage.wait(screen="void")
    stage.shoot("void")
    stage.press("Enter")
    stage.wait(screen="outcome", outcome="APPROVED", amount="30.00 NOK")
    stage.shoot("voided")
    stage.next_customer()


def closing(stage: Stage) -> None:
    """The manager looks, counts and closes; the till is locked."""
    stage.press("F9")
    stage.wait(screen="sign-in")
    stage.shoot("manager-signs-in")
    stage.press(MANAGER_PIN, "Enter")
    stage.wait(screen="manager")
    stage.shoot("manager")
    stage.press("x")
    stage.wait(screen="report", message="The day so far")
    stage.shoot("x-report")
    stage.press("z")
    stage.wait(seen="~Close business day")
    stage.shoot("close-the-day")
    stage.press("Enter")
    stage.wait(screen="report", message="Day closed")
    stage.shoot("z-report")
    stage.press("F10")
    stage.wait(screen="sign-in")
    stage.shoot("locked")
    stage.press(CASHIER_PIN, "Enter")
    stage.home()
    stage.shoot("a-new-day")


def evening(stage: Stage) -> None:
    """The second life."""
    recovery(stage)
    lost_answer(stage)
    closing(stage)
