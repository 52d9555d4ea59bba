"""What a person at the counter sets out to do."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.messages import DeskAction
from tests.simulation.issuer import FACES
from tests.simulation.stock import KARI, OLA


@dataclass(frozen=True)
class Deed:
    """One thing a cashier (who may do what a manager may) sets out to do.

    Attributes:
        what: A task, or ``balance``, ``cut``, ``join``, ``decide``, ``wait``, ``z``; ``clock`` sets it by ``amount`` s.
        face: Whose card is meant.
        card: Which of its demo cards.
        then: Further cards, as face and name: for what the first one leaves to pay, or to be combined with it.
        sign: Which way the clock is set.
        patience: How many movements the cashier waits for an answer before Esc.
        stan: For a refund: the receipt's number; 0 is the last payment's.
        leave: Whether the customer walks away from what the cards leave to pay, instead of paying it in cash.
        keyed: Whether the card is read off and keyed, with the code that is printed on it.
        customer, recipient: Who keeps the card, and who gets it.
        count: How many cards, or for how many hours.
        end: Whether a card that gave its money away ends with it.
        sheet: What is begun from the card's sheet.
        details: Whether more is asked of a listed card first.
    """

    what: str
    face: str = FACES[0]
    card: str = "ordinary"
    then: tuple[tuple[str, str], ...] = ()
    amount: int = 10_00
    basket: tuple[str, ...] = ()
    patience: int = 60
    stan: int = 0
    pin: str = ""
    leave: bool = False
    sign: int = 1
    action: DeskAction = DeskAction.RETRY
    keyed: bool = False
    customer: str = OLA
    recipient: str = KARI
    count: int = 3
    end: bool = False
    sheet: str = ""
    details: bool = False
