"""The line is cut while all four services have something: what may wait is accepted and queued, what may not says why.

Swedbank Pay, PAR Pay and Dintero take a payment that is told them later; Gr4vy can't, because its PIN may rest on no
disk. What only ends something that a service holds already (a capture, a refund) waits whatever the limits.
"""

from __future__ import annotations

from app.tour import dintero, gr4vy, parpay
from app.tour.stage import Stage


def chapter(stage: Stage) -> None:
    """Into the cut, through it, and back."""
    before(stage)
    stage.press("F12")
    stage.wait(screen="home", line="~Line cut")
    what_waits(stage)
    what_does_not(stage)
    back(stage)


def before(stage: Stage) -> None:
    """While the line is good: money is held at one service, and paid at another."""
    stage.more("r", screen="amount")
    stage.press("2000", "Enter")
    stage.wait(screen="await-card")
    stage.swipe("ordinary", dintero.FACE)
    stage.approved(amount="20.00 NOK")
    stage.next_customer()
    stage.pay(70_00, "pin", gr4vy.FACE)
    stage.pin("pin", gr4vy.FACE)
    stage.approved(amount="70.00 NOK")
    stage.next_customer()


def what_waits(stage: Stage) -> None:
    """Four services, five items."""
    stage.pay(10_00, "low")
    stage.accepted("1")
    stage.next_customer()
    stage.pay(12_00, "ordinary", parpay.FACE)
    stage.accepted("2")
    stage.next_customer()
    stage.pay(5_00, "ordinary", dintero.FACE)
    stage.accepted("3")
    stage.next_customer()
    stage.more("v", screen="reservations", amount="20.00 NOK")
    stage.press("Enter")
    stage.wait(screen="amount")
    stage.press("2000", "Enter")
    stage.accepted("4")
    stage.shoot("captured-offline")
    stage.next_customer()
    stage.refund((gr4vy.TITLE, "70.00 NOK"), 15_00, offline=True)


def what_does_not(stage: Stage) -> None:
    """A card that needs its PIN, and everything that a service must make or answer."""
    stage.swipe("pin", gr4vy.FACE)
    stage.wait(screen="sheet", seen="~Needs the line")
    stage.shoot("needs-the-line")
    stage.press("Esc")
    stage.home()
    stage.press("F7")
    stage.wait(seen="~What else?")
    stage.shoot("more-offline")
    stage.press("Esc")
    stage.home()


def back(stage: Stage) -> None:
    """All of it is told, each to its own."""
    stage.press("F8")
    stage.wait(screen="queue", queue_count="5")
    stage.shoot("queue-of-four")
    stage.press("F12")
    stage.wait(screen="queue", queue_count="", line="Line", seen="~All told")
    stage.press("Enter")
    stage.home()
