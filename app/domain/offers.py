"""May it be done: with this card, at this backend, by this person, with the line as it is?

One answer for the button that is dimmed and for the command that is refused, so that no button that would fail looks
as if it worked, and no command works that has no button.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.card import EntryMode
from app.domain.flow import CardInHand
from app.domain.frame import Role, Why
from app.domain.job import CARD_TASKS, PLANS, VERBS, Question
from app.domain.messages import Task
from app.domain.money import Money
from app.domain.till import Setup, Till
from app.domain.verb import Printed, Verb

_WHILE_STOPPED = frozenset({Task.BALANCE, Task.ENTER_PIN})
"""What may still be done with a card of the stop list: look."""
_NEEDS_MONEY = frozenset({Task.TRANSFER, Task.CASH_OUT})
_COUNTS = frozenset({Question.AMOUNT, Question.SOURCES})
"""Questions whose answer is an amount in the till's own currency."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides besides the task.

    Attributes:
        stopped: Whether the card is on the till's own stop list.
        balance: What is on the card, where known.
        busy: Whether something of the card is not settled.
        reserved: Whether any reservation stands.
    """

    till: Till
    setup: Setup
    stopped: bool = False
    balance: Money | None = None
    busy: bool = False
    reserved: bool = False


def line_up(till: Till, face: str) -> bool:
    """Whether a call to this backend is worth trying: not cut by hand, and its last real call came back."""
    health = till.health.get(face)
    return till.line_up and (health is None or health.up)


def is_manager(till: Till) -> bool:
    """Whether a manager has the till."""
    return till.operator is not None and till.operator.role is Role.MANAGER


def why_not_verb(verb: Verb, faces: Iterable[str], standing: Standing) -> Why | None:
    """Why none of these backends can do a verb right now; None where one can."""
    reasons = []
    for face in faces:
        rule = standing.setup.rule(face, verb)
        if rule is None:
            reasons.append(Why.NOT_AT_BACKEND)
        elif line_up(standing.till, face):
            return None
        elif not rule.offline:
            reasons.append(Why.LINE_DOWN)
        elif not standing.till.limits.enabled:
            reasons.append(Why.OFFLINE_OFF)
        else:
            return None
    # a backend that could, if only the line were there, tells more than one that never could
    return next((why for why in reasons if why is not Why.NOT_AT_BACKEND), Why.NOT_AT_BACKEND)


def why_not(task: Task, standing: Standing) -> Why | None:
    """Why a task can't be begun, whatever card will be swiped for it."""
    plan = PLANS.get(task)
    verb = VERBS.get(task)
    reason = why_not_verb(verb, standing.setup.capabilities, standing) if verb is not None else None
    if reason is Why.NOT_AT_BACKEND:
        return reason
    if task is Task.RESERVATIONS:  # kept here, looked at and queued without the line, too
        return None if standing.reserved else Why.NO_RESERVATION
    if plan is not None and plan.manager and not is_manager(standing.till):
        return Why.MANAGER_ONLY
    return reason


def offered(card: CardInHand, standing: Standing) -> tuple[Task, ...]:
    """What stands on a card's sheet: whatever its backend can do with a card, now or at another time."""
    return tuple(task for task in CARD_TASKS if _concerns(task, card, standing))


def _concerns(task: Task, card: CardInHand, standing: Standing) -> bool:
    if task is Task.ENTER_PIN:
        return tells_nothing_without_pin(card, standing.setup)
    if task is Task.STOP:
        return not standing.stopped
    return standing.setup.rule(card.ref.face, VERBS[task]) is not None


def tells_nothing_without_pin(card: CardInHand, setup: Setup) -> bool:
    """Whether the backend must have the PIN even to say what is on the card. One that is printed on the card and was
    keyed with it stands in ``cvc``.
    """
    rule = setup.rule(card.ref.face, Verb.BALANCE)
    return rule is not None and rule.needs_pin and card.secret is not None and not card.secret.cvc


def _is_foreign(standing: Standing) -> bool:
    return standing.balance is not None and standing.balance.currency is not standing.setup.currency


def pin_is_keyed(card: CardInHand, setup: Setup) -> bool:
    """Whether what was keyed beside the number is the very PIN that the backend asks for."""
    backend = setup.capabilities.get(card.ref.face)
    printed = backend.printed if backend is not None else Printed.NOTHING
    return card.secret is not None and bool(card.secret.cvc) and printed in (Printed.PIN, Printed.PASSCODE)


def why_not_card(task: Task, card: CardInHand, standing: Standing) -> Why | None:
    """Why a task can't be done with this very card now."""
    face = card.ref.face
    stored = card.ref.entry is EntryMode.STORED
    plan = PLANS.get(task)
    if standing.stopped and task not in _WHILE_STOPPED:
        return Why.CARD_STOPPED
    if task is Task.STOP:
        return None
    if task is Task.ENTER_PIN:
        return None if line_up(standing.till, face) else Why.LINE_DOWN
    if standing.setup.rule(face, VERBS[task]) is None:
        return Why.NOT_AT_BACKEND
    if plan is not None:
        if plan.stored and not stored:
            return Why.STORED_ONLY
        asked_and_nameless = standing.balance is not None and not card.ref.account_id
        if task is Task.DELETE and asked_and_nameless and standing.setup.only_forgets(face):
            return Why.STORED_ONLY  # nothing is kept of it that could be deleted
        if plan.in_hand and stored and not (task is Task.ACTIVATE and standing.setup.capabilities[face].blanks_by_id):
            return Why.CARD_ONLY
        if plan.manager and not is_manager(standing.till):
            return Why.MANAGER_ONLY
    if task is Task.DELETE and standing.busy:
        return Why.BUSY  # what is still to be told of it would be refused
    if task is Task.BALANCE:
        return None if line_up(standing.till, face) else Why.LINE_DOWN
    if _is_foreign(standing) and (plan is None or _COUNTS & set(plan.questions)):
        return Why.OTHER_CURRENCY
    if task is Task.ACTIVATE and standing.balance is not None and standing.balance.is_positive:
        return Why.ACTIVE
    if task in _NEEDS_MONEY and standing.balance is not None and not standing.balance.is_positive:
        return Why.NOTHING_ON_IT
    if stored and not line_up(standing.till, face):
        return Why.LINE_DOWN  # what is known of it is an id that only the backend can turn into money
    return why_not_verb(VERBS[task], (face,), standing)
