"""What the lists behind F7 say: a service's cards, reservations, the stop list, a range on its way; and rows of verbs
that move no money.

As in :mod:`app.ui.text`: English sources, translated by :func:`~app.ui.text.say` when they are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.domain.messages import Task
from app.domain.verb import PLAIN, READS, Verb
from app.ui.text import QT_TRANSLATE_NOOP, TASKS, Say, say


class Lists(StrEnum):
    """What the lists say. The value is the English text."""

    # a service's cards
    CARDS_OF = QT_TRANSLATE_NOOP("Till", "Cards of {customer}")
    CARDS_ALL = QT_TRANSLATE_NOOP("Till", "All cards of the account")
    CARDS_FOR = QT_TRANSLATE_NOOP("Till", "{task}: which card?")
    KEPT_BY = QT_TRANSLATE_NOOP("Till", "kept by {backend}")
    KEPT_FOR = QT_TRANSLATE_NOOP("Till", "of {customer}, kept by {backend}")
    CARDS_EMPTY = QT_TRANSLATE_NOOP("Till", "No cards here")
    CARDS_EMPTY_WHY = QT_TRANSLATE_NOOP("Till", "{backend} keeps no cards for {customer}.")
    ACCOUNT_EMPTY_WHY = QT_TRANSLATE_NOOP("Till", "{backend} keeps no cards in this account.")
    CARDS_ASKING = QT_TRANSLATE_NOOP("Till", "Asking {backend} …")
    CARDS_REFUSED = QT_TRANSLATE_NOOP("Till", "The list did not come")
    OPEN_CARD = QT_TRANSLATE_NOOP("Till", "Open the card")
    TAKE_CARD = QT_TRANSLATE_NOOP("Till", "Take this card")
    DETAILS = QT_TRANSLATE_NOOP("Till", "Ask for details")
    DETAILED = QT_TRANSLATE_NOOP("Till", "Asked just now")
    MORE_CARDS = QT_TRANSLATE_NOOP("Till", "More cards")
    NO_MORE_CARDS = QT_TRANSLATE_NOOP("Till", "These are all")
    UNDER_WAY = QT_TRANSLATE_NOOP("Till", "under way")
    PREFERRED = QT_TRANSLATE_NOOP("Till", "Preferred")
    NOT_KNOWN = QT_TRANSLATE_NOOP("Till", "not known")

    # states of a kept card
    STATE_ACTIVE = QT_TRANSLATE_NOOP("Till", "Active")
    STATE_UNUSED = QT_TRANSLATE_NOOP("Till", "Active, never used")
    STATE_INACTIVE = QT_TRANSLATE_NOOP("Till", "Not active")
    STATE_CREATED = QT_TRANSLATE_NOOP("Till", "Made, not yet active")
    STATE_COMBINED = QT_TRANSLATE_NOOP("Till", "Combined into another card")
    STATE_USED = QT_TRANSLATE_NOOP("Till", "Active, used before")
    STATE_EXPIRED = QT_TRANSLATE_NOOP("Till", "Expired")
    STATE_BLOCKED = QT_TRANSLATE_NOOP("Till", "Blocked")
    STATE_DELETED = QT_TRANSLATE_NOOP("Till", "Deleted")
    STATE_UNASKED = QT_TRANSLATE_NOOP("Till", "Balance could not be asked")
    STATE_NO_CARD = QT_TRANSLATE_NOOP("Till", "Not known as a gift card")

    # reservations
    RESERVATIONS = QT_TRANSLATE_NOOP("Till", "Reservations")
    RESERVATIONS_HELD = QT_TRANSLATE_NOOP("Till", "held on cards")
    RESERVATIONS_COUNT = QT_TRANSLATE_NOOP("Till", "reservations")
    RESERVATIONS_NONE = QT_TRANSLATE_NOOP("Till", "Nothing is reserved")
    RESERVATIONS_NONE_WHY = QT_TRANSLATE_NOOP("Till", "Money that is held on a card stands here until it is captured "
                                              "or released.")  # fmt: skip
    RESERVATIONS_WHY = QT_TRANSLATE_NOOP("Till", "A capture takes the money, or part of it. A release lets it go.")
    HELD_FOR = QT_TRANSLATE_NOOP("Till", "held for {age}")
    HELD_NOW = QT_TRANSLATE_NOOP("Till", "held just now")

    # stop list
    STOP_TITLE = QT_TRANSLATE_NOOP("Till", "Cards this till takes no more")
    STOP_NONE = QT_TRANSLATE_NOOP("Till", "No card is stopped")
    STOP_NONE_WHY = QT_TRANSLATE_NOOP("Till", "A card that is lost or disputed can be stopped from its sheet, or by "
                                      "F7.")  # fmt: skip
    STOPPED_BY = QT_TRANSLATE_NOOP("Till", "Stopped by {name}, {moment}")
    STOP_NO_WHY = QT_TRANSLATE_NOOP("Till", "no reason given")
    FREE = QT_TRANSLATE_NOOP("Till", "Free the card")
    FREE_ASK = QT_TRANSLATE_NOOP("Till", "Free {card}?")
    FREE_WHY = QT_TRANSLATE_NOOP("Till", "This till takes the card again from now on. To stop it once more, it must be "
                                 "swiped or keyed.")  # fmt: skip
    FREE_MANAGER = QT_TRANSLATE_NOOP("Till", "Managers only")

    # a range
    RANGE_TITLE = QT_TRANSLATE_NOOP("Till", "Activating cards, {amount} each")
    RANGE_OVER = QT_TRANSLATE_NOOP("Till", "Activated, {amount} each")
    RANGE_DONE = QT_TRANSLATE_NOOP("Till", "{n} of {total}")
    RANGE_ACTIVE = QT_TRANSLATE_NOOP("Till", "cards are active")
    RANGE_REFUSED = QT_TRANSLATE_NOOP("Till", "refused")
    RANGE_WAITING = QT_TRANSLATE_NOOP("Till", "waiting")
    RANGE_GOES_ON = QT_TRANSLATE_NOOP("Till", "You can leave: it goes on by itself, and F7 or F8 shows what is open.")
    RANGE_NOT_OVER = QT_TRANSLATE_NOOP("Till", "not over yet")
    RANGE_NO_PROBLEM = QT_TRANSLATE_NOOP("Till", "No card was refused.")
    RANGE_PROBLEMS = QT_TRANSLATE_NOOP("Till", "To look at")
    RANGE_LAY_APART = QT_TRANSLATE_NOOP("Till", "Do not hand these out.")
    RANGE_TOLD = QT_TRANSLATE_NOOP("Till", "{n} of {total} cards are active.")
    CHECKED = QT_TRANSLATE_NOOP("Till", "Being checked: nobody knows yet.")

    # rows: what a verb did to money, beyond those that pay and load
    TRANSFERRED = QT_TRANSLATE_NOOP("Till", "{amount} transferred")
    COMBINED = QT_TRANSLATE_NOOP("Till", "{amount} combined")
    GIFTED = QT_TRANSLATE_NOOP("Till", "{amount} given as a gift")
    ACTIVATED = QT_TRANSLATE_NOOP("Till", "{amount} activated")
    RELEASED = QT_TRANSLATE_NOOP("Till", "{amount} released")
    # rows: what was done without money
    SAVED = QT_TRANSLATE_NOOP("Till", "Card saved")
    SHARED = QT_TRANSLATE_NOOP("Till", "Card shared")
    GIVEN_AWAY = QT_TRANSLATE_NOOP("Till", "Card given away")
    MADE_PREFERRED = QT_TRANSLATE_NOOP("Till", "Card preferred")
    DELETED = QT_TRANSLATE_NOOP("Till", "Card deleted")
    PIN_CHANGED = QT_TRANSLATE_NOOP("Till", "New PIN made")
    CODE_MADE = QT_TRANSLATE_NOOP("Till", "Extra code made")
    BLANKS_MADE = QT_TRANSLATE_NOOP("Till", "Blank cards made")
    BALANCE_READ = QT_TRANSLATE_NOOP("Till", "Balance read")
    CARD_READ = QT_TRANSLATE_NOOP("Till", "Card looked up")
    CARDS_LISTED = QT_TRANSLATE_NOOP("Till", "Cards listed")
    # rows: what came to nothing, or is in doubt, of verbs whose amount alone does not tell what was meant
    NAMED_DECLINED = QT_TRANSLATE_NOOP("Till", "{what}: {amount} declined")
    NAMED_CANCELLED = QT_TRANSLATE_NOOP("Till", "{what}: {amount} cancelled")
    NAMED_ASKED = QT_TRANSLATE_NOOP("Till", "{what}: {amount}, not known yet")
    NARROW_ASKED = QT_TRANSLATE_NOOP("Till", "{what}: {amount}, not known")
    PLAIN_DECLINED = QT_TRANSLATE_NOOP("Till", "{what}: declined")
    PLAIN_CANCELLED = QT_TRANSLATE_NOOP("Till", "{what}: cancelled")
    PLAIN_ASKED = QT_TRANSLATE_NOOP("Till", "{what}: not known yet")


STATES: Mapping[str, Lists] = {
    "active": Lists.STATE_ACTIVE,
    "unused": Lists.STATE_UNUSED,
    "inactive": Lists.STATE_INACTIVE,
    "created": Lists.STATE_CREATED,
    "combined": Lists.STATE_COMBINED,
    "used": Lists.STATE_USED,
    "expired": Lists.STATE_EXPIRED,
    "blocked": Lists.STATE_BLOCKED,
    "deleted": Lists.STATE_DELETED,
    # why Gr4vy could not tell a balance: the only thing it says of a card's state
    "expired_card": Lists.STATE_EXPIRED,
    "inactive_card": Lists.STATE_INACTIVE,
    "invalid_gift_card": Lists.STATE_NO_CARD,
    "suspected_fraud": Lists.STATE_BLOCKED,
    "service_error": Lists.STATE_UNASKED,
    "service_network_error": Lists.STATE_UNASKED,
    "invalid_service_configuration": Lists.STATE_UNASKED,
    "invalid_service_credentials": Lists.STATE_UNASKED,
    "unknown_error": Lists.STATE_UNASKED,
}
"""States of a kept card that have a word, in lower case. No vendor publishes its whole list."""
USABLE = frozenset({"", "active", "unused", "used"})
"""States, or the lack of one, in which nothing speaks against the card."""


def card_state(state: str) -> str:
    """A kept card's state in words; one that no table knows is shown as the service says it."""
    known = STATES.get(state.lower())
    return say(known) if known else state


ROWS: Mapping[Verb, StrEnum] = {
    Verb.REDEEM: Say.PAID,
    Verb.CAPTURE: Say.PAID,
    Verb.AUTHORIZE: Say.RESERVED,
    Verb.CANCEL: Lists.RELEASED,
    Verb.RELOAD: Say.LOADED,
    Verb.ISSUE: Say.SOLD,
    Verb.ACTIVATE: Lists.ACTIVATED,
    Verb.GIFT: Lists.GIFTED,
    Verb.REFUND: Say.GIVEN_BACK,
    Verb.REVERSE: Say.TAKEN_BACK,
    Verb.CASH_OUT: Say.PAID_OUT,
    Verb.TRANSFER: Lists.TRANSFERRED,
    Verb.COMBINE: Lists.COMBINED,
}
"""What a verb did to money, in a row of a list."""
PLAIN_ROWS: Mapping[Verb, Lists] = {
    Verb.SAVE: Lists.SAVED,
    Verb.SHARE: Lists.SHARED,
    Verb.GIFT: Lists.GIVEN_AWAY,
    Verb.PREFER: Lists.MADE_PREFERRED,
    Verb.DELETE: Lists.DELETED,
    Verb.ROTATE_PIN: Lists.PIN_CHANGED,
    Verb.NEW_CODE: Lists.CODE_MADE,
    Verb.MAKE_BLANKS: Lists.BLANKS_MADE,
    Verb.BALANCE: Lists.BALANCE_READ,
    Verb.READ: Lists.CARD_READ,
    Verb.LIST_CARDS: Lists.CARDS_LISTED,
    Verb.LIST_ALL: Lists.CARDS_LISTED,
}
"""What a verb without money did."""
_TASKS: Mapping[Verb, Task] = {
    Verb.ACTIVATE: Task.ACTIVATE,
    Verb.AUTHORIZE: Task.RESERVE,
    Verb.CANCEL: Task.RELEASE,
    Verb.CASH_OUT: Task.CASH_OUT,
    Verb.TRANSFER: Task.TRANSFER,
    Verb.COMBINE: Task.COMBINE,
    Verb.SAVE: Task.SAVE,
    Verb.SHARE: Task.SHARE,
    Verb.GIFT: Task.GIFT_NEW,
    Verb.PREFER: Task.PREFER,
    Verb.DELETE: Task.DELETE,
    Verb.ROTATE_PIN: Task.NEW_PIN,
    Verb.NEW_CODE: Task.NEW_CODE,
    Verb.MAKE_BLANKS: Task.BLANKS,
    Verb.BALANCE: Task.BALANCE,
    Verb.READ: Task.BALANCE,
    Verb.LIST_CARDS: Task.CUSTOMER,
    Verb.LIST_ALL: Task.ALL_CARDS,
}


def is_plain(verb: Verb, minor: int) -> bool:
    """Whether there is no money to speak of: the verb moves none, or (a gift) this one moved none."""
    return verb in PLAIN | READS or (verb is Verb.GIFT and minor == 0)


def task_name(verb: Verb, minor: int) -> str:
    """The name of the task that a verb belongs to; empty where its amount tells enough (payments, loads, refunds)."""
    task = Task.GIFT if verb is Verb.GIFT and minor == 0 else _TASKS.get(verb)
    return say(TASKS[task]) if task else ""
