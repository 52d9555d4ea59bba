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
from app.domain.verb import BETWEEN, PLAIN, Verb
from app.domain.view import OutcomeKind
from app.ui import format as fmt
from app.ui.sentences import CAUSES, DECLINES, NOT_MOVED, OUTCOMES, PERHAPS, Sentence
from app.ui.text import QT_TRANSLATE_NOOP, Say, say


class Did(StrEnum):
    """What happened. The value is the English text."""

    # money
    TRANSFERRED = QT_TRANSLATE_NOOP("Till", "{amount} transferred")
    COMBINED = QT_TRANSLATE_NOOP("Till", "{amount} combined")
    ACTIVATED = QT_TRANSLATE_NOOP("Till", "{amount} activated")
    GIFTED = QT_TRANSLATE_NOOP("Till", "{amount} given as a gift")
    RELEASED = QT_TRANSLATE_NOOP("Till", "{amount} released")
    WORD_TRANSFERRED = QT_TRANSLATE_NOOP("Till", "Transferred to a new card")
    WORD_COMBINED = QT_TRANSLATE_NOOP("Till", "Combined on one card")
    WORD_ACTIVATED = QT_TRANSLATE_NOOP("Till", "Activated")
    WORD_GIFTED = QT_TRANSLATE_NOOP("Till", "Given as a gift")
    WORD_GIFTED_TO = QT_TRANSLATE_NOOP("Till", "Given to {recipient}")
    WORD_RELEASED = QT_TRANSLATE_NOOP("Till", "Released")

    # no money
    SAVED = QT_TRANSLATE_NOOP("Till", "Saved for a customer")
    SAVED_FOR = QT_TRANSLATE_NOOP("Till", "Saved for {customer}")
    SHARED = QT_TRANSLATE_NOOP("Till", "Card shared")
    SHARED_WITH = QT_TRANSLATE_NOOP("Till", "Shared with {recipient}")
    GIVEN = QT_TRANSLATE_NOOP("Till", "Card given away")
    GIVEN_TO = QT_TRANSLATE_NOOP("Till", "Given to {recipient}")
    PREFERRED = QT_TRANSLATE_NOOP("Till", "Card preferred")
    PREFERRED_BY = QT_TRANSLATE_NOOP("Till", "Preferred for {customer}")
    DELETED = QT_TRANSLATE_NOOP("Till", "Card deleted")
    NEW_PIN = QT_TRANSLATE_NOOP("Till", "New PIN made")
    NEW_CODE = QT_TRANSLATE_NOOP("Till", "Extra code made")
    BLANKS = QT_TRANSLATE_NOOP("Till", "Blank cards made")
    ASKED_FOR = QT_TRANSLATE_NOOP("Till", "{what}: asked for")
    DECLINED = QT_TRANSLATE_NOOP("Till", "{what}: declined")
    CANCELLED = QT_TRANSLATE_NOOP("Till", "{what}: cancelled")


Word = Say | Did

MOVED: Mapping[Verb, tuple[Word, Word]] = {
    Verb.REDEEM: (Say.PAID, Say.WORD_PAID),
    Verb.AUTHORIZE: (Say.RESERVED, Say.WORD_RESERVED),
    Verb.CAPTURE: (Say.PAID, Say.WORD_PAID),
    Verb.RELOAD: (Say.LOADED, Say.WORD_LOADED),
    Verb.ISSUE: (Say.SOLD, Say.WORD_SOLD),
    Verb.ACTIVATE: (Did.ACTIVATED, Did.WORD_ACTIVATED),
    Verb.REFUND: (Say.GIVEN_BACK, Say.WORD_GIVEN_BACK),
    Verb.REVERSE: (Say.TAKEN_BACK, Say.WORD_TAKEN_BACK),
    Verb.CANCEL: (Did.RELEASED, Did.WORD_RELEASED),
    Verb.CASH_OUT: (Say.PAID_OUT, Say.WORD_PAID_OUT),
    Verb.TRANSFER: (Did.TRANSFERRED, Did.WORD_TRANSFERRED),
    Verb.COMBINE: (Did.COMBINED, Did.WORD_COMBINED),
    Verb.GIFT: (Did.GIFTED, Did.WORD_GIFTED),
}
"""What a verb did to money: as a phrase with the amount, and as a word above it."""
DONE: Mapping[Verb, tuple[Did, Did]] = {
    Verb.SAVE: (Did.SAVED, Did.SAVED_FOR),
    Verb.SHARE: (Did.SHARED, Did.SHARED_WITH),
    Verb.GIFT: (Did.GIVEN, Did.GIVEN_TO),
    Verb.PREFER: (Did.PREFERRED, Did.PREFERRED_BY),
    Verb.DELETE: (Did.DELETED, Did.DELETED),
    Verb.ROTATE_PIN: (Did.NEW_PIN, Did.NEW_PIN),
    Verb.NEW_CODE: (Did.NEW_CODE, Did.NEW_CODE),
    Verb.MAKE_BLANKS: (Did.BLANKS, Did.BLANKS),
}
"""What a verb did where no money moved: alone, and with the person it was done for."""
NAMES: Mapping[Verb, Say] = {
    Verb.SAVE: Say.SAVE,
    Verb.SHARE: Say.SHARE,
    Verb.GIFT: Say.GIFT,
    Verb.PREFER: Say.PREFER,
    Verb.DELETE: Say.DELETE,
    Verb.ROTATE_PIN: Say.NEW_PIN,
    Verb.NEW_CODE: Say.NEW_CODE,
    Verb.MAKE_BLANKS: Say.BLANKS,
    Verb.TRANSFER: Say.TRANSFER,
    Verb.COMBINE: Say.COMBINE,
    Verb.CASH_OUT: Say.CASH_OUT,
    Verb.ACTIVATE: Say.ACTIVATE,
    Verb.LIST_CARDS: Say.CUSTOMER,
    Verb.LIST_ALL: Say.ALL_CARDS,
}
"""What was wanted, where it came to nothing or there is no amount to tell it by."""


def moved(verb: Verb, amount: str) -> str:
    """``250.00 NOK paid``: an amount and the word for what became of it, never a bare minus."""
    return say(MOVED.get(verb, (Say.ASKED_FOR, Say.WORD_ASKED_FOR))[0], amount=amount)


def moved_word(verb: Verb, recipient: str = "") -> str:
    """``Paid``: the word alone, as a heading above the amount."""
    if verb is Verb.GIFT and recipient:
        return say(Did.WORD_GIFTED_TO, recipient=fmt.short(recipient))
    return say(MOVED.get(verb, (Say.ASKED_FOR, Say.WORD_ASKED_FOR))[1])


def is_moneyless(verb: Verb, amount: Money) -> bool:
    """Whether the amount says nothing: none moved, or none was known yet."""
    return not amount and verb in NAMES


def done(verb: Verb, customer: str = "", recipient: str = "") -> str:
    """``Saved for anna``: what happened where no money moved."""
    alone, for_whom = DONE.get(verb, (Did.ASKED_FOR, Did.ASKED_FOR))
    if alone is Did.ASKED_FOR:
        return say(alone, what=name(verb))
    whom = fmt.short(customer if verb in (Verb.SAVE, Verb.PREFER) else recipient)
    return say(for_whom, customer=whom, recipient=whom) if whom else say(alone)


def name(verb: Verb) -> str:
    """``Transfer``: what was wanted."""
    return say(NAMES[verb])


_MAY_BE_DONE = QT_TRANSLATE_NOOP("Till", "It may have been done.")
_MAY_HAVE_MOVED = QT_TRANSLATE_NOOP("Till", "The money may have moved.")
_IS_DONE = QT_TRANSLATE_NOOP("Till", "The service has done it.")
_UNCHANGED = QT_TRANSLATE_NOOP("Till", "Nothing has changed.")
_ADVICE: Mapping[str, str] = {
    CAUSES[Cause.TIMEOUT].now: QT_TRANSLATE_NOOP("Till", "The till asks again by itself. Do not start it twice."),
    CAUSES[Cause.CONNECT].now: QT_TRANSLATE_NOOP("Till", "Try again."),
    CAUSES[Cause.TLS].now: QT_TRANSLATE_NOOP("Till", "Call support."),
    DECLINES[Decline.EXPIRED].now: QT_TRANSLATE_NOOP("Till", "Try another card."),
    DECLINES[Decline.OFFLINE_OFF].now: QT_TRANSLATE_NOOP("Till", "Try again when the line is back."),
}
"""Where nothing is to pay, no other tender helps: what helps instead."""


def suited(sentence: Sentence, verb: Verb, amount: Money, *, begun: bool = True) -> Sentence:
    """A sentence about a payment, said of a verb that is none: no money in doubt where none moves, no other tender.

    ``begun`` is False where only something was asked about a card: silence leaves nothing in doubt then.
    """
    moneyless = is_moneyless(verb, amount)
    if not begun and sentence.money == PERHAPS:
        sentence = replace(sentence, money=NOT_MOVED, now=CAUSES[Cause.CONNECT].now)
    if not moneyless and verb not in BETWEEN | PLAIN | {Verb.CASH_OUT}:
        return sentence
    what, money = sentence.what, sentence.money
    if money == PERHAPS:
        money = _MAY_BE_DONE if moneyless else _MAY_HAVE_MOVED
    elif money and moneyless:
        money = _UNCHANGED
    if moneyless and what == OUTCOMES[OutcomeKind.APPROVED].what:
        what = _IS_DONE
    return replace(sentence, what=what, money=money, now=_ADVICE.get(sentence.now, sentence.now))
