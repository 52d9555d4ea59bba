"""What a verb did, in words: to money, or where none moved, to a card.

A word never says more than happened: these are for what was booked. What was only asked for, declined or cancelled has
words of its own in :mod:`app.ui.presenters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from app.domain.host import Cause, Decline
from app.domain.money import Money
from app.domain.verb import BETWEEN, LOADS, PLAIN, UNDOES, Verb
from app.domain.view import OutcomeKind
from app.ui import format as fmt
from app.ui.list_text import PLAIN_ROWS, ROWS, task_name
from app.ui.sentences import CAUSES, DECLINES, NOT_MOVED, OUTCOMES, PERHAPS, Sentence
from app.ui.text import QT_TRANSLATE_NOOP, Say, say


class Did(StrEnum):
    """What happened, as a heading or with the person it was done for. The value is the English text."""

    TRANSFERRED = QT_TRANSLATE_NOOP("Till", "Transferred to a new card")
    COMBINED = QT_TRANSLATE_NOOP("Till", "Combined on one card")
    ACTIVATED = QT_TRANSLATE_NOOP("Till", "Activated")
    GIFTED = QT_TRANSLATE_NOOP("Till", "Given as a gift")
    GIVEN_TO = QT_TRANSLATE_NOOP("Till", "Given to {recipient}")
    RELEASED = QT_TRANSLATE_NOOP("Till", "Released")
    SAVED_FOR = QT_TRANSLATE_NOOP("Till", "Saved for {customer}")
    SHARED_WITH = QT_TRANSLATE_NOOP("Till", "Shared with {recipient}")
    PREFERRED_BY = QT_TRANSLATE_NOOP("Till", "Preferred for {customer}")


HEADINGS: Mapping[Verb, Say | Did] = {
    Verb.REDEEM: Say.WORD_PAID,
    Verb.AUTHORIZE: Say.WORD_RESERVED,
    Verb.CAPTURE: Say.WORD_PAID,
    Verb.RELOAD: Say.WORD_LOADED,
    Verb.ISSUE: Say.WORD_SOLD,
    Verb.ACTIVATE: Did.ACTIVATED,
    Verb.REFUND: Say.WORD_GIVEN_BACK,
    Verb.REVERSE: Say.WORD_TAKEN_BACK,
    Verb.CANCEL: Did.RELEASED,
    Verb.CASH_OUT: Say.WORD_PAID_OUT,
    Verb.TRANSFER: Did.TRANSFERRED,
    Verb.COMBINE: Did.COMBINED,
    Verb.GIFT: Did.GIFTED,
}
"""What a verb did to money: the word above the amount."""
FOR_WHOM: Mapping[Verb, Did] = {
    Verb.SAVE: Did.SAVED_FOR,
    Verb.SHARE: Did.SHARED_WITH,
    Verb.GIFT: Did.GIVEN_TO,
    Verb.PREFER: Did.PREFERRED_BY,
}
"""What a verb did where no money moved, with the person it was done for."""


def moved(verb: Verb, amount: str) -> str:
    """``250.00 NOK paid``: an amount and the word for what became of it, never a bare minus."""
    return say(ROWS.get(verb, Say.ASKED_FOR), amount=amount)


def moved_word(verb: Verb, recipient: str = "") -> str:
    """``Paid``: the word alone, as a heading above the amount."""
    if verb is Verb.GIFT and recipient:
        return say(Did.GIVEN_TO, recipient=fmt.short(recipient))
    return say(HEADINGS.get(verb, Say.WORD_ASKED_FOR))


def is_moneyless(verb: Verb, amount: Money) -> bool:
    """Whether the amount says nothing: none moved, or none was known yet."""
    return not amount and bool(name(verb))


def done(verb: Verb, customer: str = "", recipient: str = "") -> str:
    """``Saved for anna``: what happened where no money moved."""
    whom = fmt.short(customer if verb in (Verb.SAVE, Verb.PREFER) else recipient)
    if whom and verb in FOR_WHOM:
        return say(FOR_WHOM[verb], customer=whom, recipient=whom)
    return say(PLAIN_ROWS[verb]) if verb in PLAIN_ROWS else name(verb)


def name(verb: Verb) -> str:
    """``Transfer``: what was wanted; empty where an amount tells enough."""
    return task_name(verb, 0)


_MAY_BE_DONE = QT_TRANSLATE_NOOP("Till", "It may have been done.")
_MAY_HAVE_MOVED = QT_TRANSLATE_NOOP("Till", "The money may have moved.")
_IS_DONE = QT_TRANSLATE_NOOP("Till", "The service has done it.")
_DECIDE = QT_TRANSLATE_NOOP("Till", "It is not sent again. Ask the service how it ended, then decide: F8.")
_UNCHANGED = QT_TRANSLATE_NOOP("Till", "Nothing has changed.")
_ADVICE: Mapping[str, str] = {
    CAUSES[Cause.TIMEOUT].now: QT_TRANSLATE_NOOP("Till", "The till asks again by itself. Do not start it twice."),
    CAUSES[Cause.CONNECT].now: QT_TRANSLATE_NOOP("Till", "Try again."),
    CAUSES[Cause.TLS].now: QT_TRANSLATE_NOOP("Till", "Call support."),
    DECLINES[Decline.EXPIRED].now: QT_TRANSLATE_NOOP("Till", "Try another card."),
    DECLINES[Decline.OFFLINE_OFF].now: QT_TRANSLATE_NOOP("Till", "Try again when the line is back."),
}
"""Where nothing is to pay, no other tender helps: what helps instead."""
_TENDERS = frozenset(sentence.now for sentence in DECLINES.values() if "tender" in sentence.now)
_ANOTHER_WAY = QT_TRANSLATE_NOOP("Till", "Give the money back another way.")


def suited(sentence: Sentence, verb: Verb, amount: Money, *, begun: bool = True, stuck: bool = False) -> Sentence:
    """A sentence about a payment, said of a verb that is none: no money in doubt where none moves, no other tender.

    ``begun`` is False where only something was asked about a card: silence leaves nothing in doubt then. ``stuck``:
    nothing asks any more, so nobody is told to wait.
    """
    moneyless = is_moneyless(verb, amount)
    if not begun and sentence.money == PERHAPS:
        sentence = replace(sentence, money=NOT_MOVED, now=CAUSES[Cause.CONNECT].now)
    if stuck:
        sentence = replace(sentence, now=_DECIDE)
    if verb in UNDOES and sentence.now in _TENDERS:
        return replace(sentence, now=_ANOTHER_WAY)  # there is nothing to pay: something was to be given back
    if not moneyless and verb not in BETWEEN | PLAIN | LOADS | {Verb.CASH_OUT}:
        return sentence
    what, money = sentence.what, sentence.money
    if money == PERHAPS:
        money = _MAY_BE_DONE if moneyless else _MAY_HAVE_MOVED
    elif money and moneyless:
        money = _UNCHANGED
    if moneyless and what == OUTCOMES[OutcomeKind.APPROVED].what:
        what = _IS_DONE
    return replace(sentence, what=what, money=money, now=_ADVICE.get(sentence.now, sentence.now))
