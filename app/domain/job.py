"""What the till asks before one of the further verbs goes out: one table, a line per task.

A job is a few questions in a fixed order, each answered by a swipe, a key or a word; Esc goes back by one, and nothing
moves before the last is answered. What costs money is paid for then (``sale``), and only after that is the backend
asked.

    task        questions                                   then
    ---------   ------------------------------------------  ---------------------------------------------------------
    transfer    card, amount, confirm                       part or all of it goes to a new card, which is handed over
    combine     card, sources, confirm                      the money of the sources goes to the card; they end
    save        card, customer                              the backend keeps the card for the customer
    share       customer, stored card, recipient, confirm   both use the same card
    gift        customer, stored card, recipient, confirm   the card leaves its owner
    gift-new    programme, customer, recipient, amount      paid by bank card, a new card is sent to the recipient
    activate    card, amount                                paid, a printed card gets its value
    range       programme, first, last, amount, confirm     paid, printed cards in a row get their value
    reserve     amount, card                                the money is held until somebody captures or releases it
    cash-out    card, amount, confirm                       the drawer pays what the card held
    ...

Who may do it and whether it can be done now is decided in ``offers.py``, for the button and for the command alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.messages import Task
from app.domain.records import SaleKind
from app.domain.verb import Verb


class Question(StrEnum):
    """What is asked."""

    PROGRAMME = "programme"
    CARD = "card"
    AMOUNT = "amount"
    CUSTOMER = "customer"
    RECIPIENT = "recipient"
    SOURCES = "sources"
    FIRST = "first"
    LAST = "last"
    COUNT = "count"
    REASON = "reason"
    CONFIRM = "confirm"


Q = Question
WORDS = frozenset({Q.CUSTOMER, Q.RECIPIENT, Q.FIRST, Q.LAST, Q.COUNT, Q.REASON})
"""Answered by typing."""
ENDS = frozenset({Q.FIRST, Q.LAST})
"""The two cards that a range runs from and to: may be shown, too."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One line of the table.

    Attributes:
        verb: What the backend is asked for; None where the till does it by itself.
        questions: In this order.
        sale: What is opened and paid for before the verb goes out; None where nothing is to pay.
        manager: Whether only a manager may.
        stored: Whether the card must be one that a backend keeps for a customer.
        in_hand: Whether the card's own number is needed, so a stored one will not do.
        look: Whether what is on the card must be known first.
    """

    verb: Verb | None
    questions: tuple[Question, ...]
    sale: SaleKind | None = None
    manager: bool = False
    stored: bool = False
    in_hand: bool = False
    look: bool = False


PLANS: Mapping[Task, Plan] = {
    Task.TRANSFER: Plan(Verb.TRANSFER, (Q.CARD, Q.AMOUNT, Q.CONFIRM), in_hand=True, look=True),
    Task.COMBINE: Plan(Verb.COMBINE, (Q.CARD, Q.SOURCES, Q.CONFIRM), look=True),
    Task.SAVE: Plan(Verb.SAVE, (Q.CARD, Q.CUSTOMER), in_hand=True),
    Task.SHARE: Plan(Verb.SHARE, (Q.PROGRAMME, Q.CUSTOMER, Q.CARD, Q.RECIPIENT, Q.CONFIRM), stored=True),
    Task.GIFT: Plan(Verb.GIFT, (Q.PROGRAMME, Q.CUSTOMER, Q.CARD, Q.RECIPIENT, Q.CONFIRM), stored=True),
    Task.GIFT_NEW: Plan(Verb.GIFT, (Q.PROGRAMME, Q.CUSTOMER, Q.RECIPIENT, Q.AMOUNT), SaleKind.GIFT),
    Task.PREFER: Plan(Verb.PREFER, (Q.PROGRAMME, Q.CUSTOMER, Q.CARD), stored=True),
    Task.DELETE: Plan(Verb.DELETE, (Q.CARD, Q.CONFIRM), manager=True, look=True),
    Task.NEW_PIN: Plan(Verb.ROTATE_PIN, (Q.CARD, Q.CONFIRM), manager=True, look=True),
    Task.NEW_CODE: Plan(Verb.NEW_CODE, (Q.CARD, Q.COUNT), manager=True, look=True),
    Task.ACTIVATE: Plan(Verb.ACTIVATE, (Q.CARD, Q.AMOUNT), SaleKind.ACTIVATE, in_hand=True),
    Task.RANGE: Plan(Verb.ACTIVATE, (Q.PROGRAMME, Q.FIRST, Q.LAST, Q.AMOUNT, Q.CONFIRM), SaleKind.RANGE, manager=True),
    Task.BLANKS: Plan(Verb.MAKE_BLANKS, (Q.PROGRAMME, Q.COUNT, Q.CONFIRM), manager=True),
    Task.RESERVE: Plan(Verb.AUTHORIZE, (Q.AMOUNT, Q.CARD), SaleKind.RESERVE),
    Task.CAPTURE: Plan(Verb.CAPTURE, (Q.AMOUNT,), SaleKind.PAY),
    Task.RELEASE: Plan(Verb.CANCEL, (Q.CONFIRM,)),
    Task.CASH_OUT: Plan(Verb.CASH_OUT, (Q.CARD, Q.AMOUNT, Q.CONFIRM), SaleKind.CASH_OUT, look=True),
    Task.CUSTOMER: Plan(Verb.LIST_CARDS, (Q.PROGRAMME, Q.CUSTOMER)),
    Task.ALL_CARDS: Plan(Verb.LIST_ALL, (Q.PROGRAMME,), manager=True),
    Task.STOP: Plan(None, (Q.CARD, Q.REASON)),
}

PREPAID = frozenset({SaleKind.ACTIVATE, SaleKind.RANGE, SaleKind.GIFT})
"""Sales whose tender is taken before the backend is asked, as for a load or a new card."""

CARD_TASKS = (
    Task.ENTER_PIN, Task.PAY, Task.LOAD, Task.BALANCE, Task.ACTIVATE, Task.TRANSFER, Task.COMBINE, Task.SAVE,
    Task.SHARE, Task.GIFT, Task.PREFER, Task.RESERVE, Task.CASH_OUT, Task.NEW_PIN, Task.NEW_CODE, Task.DELETE,
    Task.STOP,
)  # fmt: skip
"""What may stand on a card's sheet, in this order."""

MORE_TASKS = (
    Task.CUSTOMER, Task.TRANSFER, Task.COMBINE, Task.SAVE, Task.SHARE, Task.GIFT, Task.GIFT_NEW, Task.ACTIVATE,
    Task.RANGE, Task.RESERVE, Task.RESERVATIONS, Task.CASH_OUT, Task.NEW_PIN, Task.NEW_CODE, Task.DELETE, Task.BLANKS,
    Task.ALL_CARDS, Task.STOP, Task.STOP_LIST,
)  # fmt: skip
"""What F7 opens."""

VERBS: Mapping[Task, Verb] = {
    Task.PAY: Verb.REDEEM,
    Task.LOAD: Verb.RELOAD,
    Task.SELL: Verb.ISSUE,
    Task.BALANCE: Verb.BALANCE,
    Task.RESERVATIONS: Verb.AUTHORIZE,
} | {task: plan.verb for task, plan in PLANS.items() if plan.verb is not None}
"""The verb a backend must have for a task."""

MOST_SOURCES = 20
"""Cards combined in one go: more is not a customer at a counter."""
MOST_IN_RANGE = 200
"""Printed cards activated in one go: a box. Each is a transaction, and the screen follows all of them."""
LONGEST_CODE_HOURS = 24 * 31
"""A further code is for lending a card, not for a year."""
