"""What the back office says: signing in, giving back, the queue, the manager, reports, the journal, the stopped till.

As in :mod:`app.ui.text`: English sources, translated by :func:`~app.ui.text.say` when they are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.domain.host import Cause, Decline
from app.domain.messages import DeskAction
from app.domain.records import Settlement
from app.domain.transaction import State
from app.domain.verb import Verb
from app.domain.view import QueueRow, Role
from app.ui.sentences import CAUSES, DECLINES, NOT_MOVED, NOTHING, Sentence
from app.ui.text import QT_TRANSLATE_NOOP, say


class Office(StrEnum):
    """What the back office says. The value is the English text."""

    # sign in
    WHO = QT_TRANSLATE_NOOP("Till", "Who are you?")
    WHO_MANAGER = QT_TRANSLATE_NOOP("Till", "A manager must do this")
    CASHIER = QT_TRANSLATE_NOOP("Till", "Cashier")
    MANAGER = QT_TRANSLATE_NOOP("Till", "Manager")
    DEMO_PIN = QT_TRANSLATE_NOOP("Till", "PIN {pin}")
    SIGN_IN = QT_TRANSLATE_NOOP("Till", "Sign in")
    YOUR_PIN = QT_TRANSLATE_NOOP("Till", "PIN of {name}")
    PICK_PERSON = QT_TRANSLATE_NOOP("Till", "Arrow keys choose the name")
    LOCKED_SAFE = QT_TRANSLATE_NOOP("Till", "The queue and every sale stay as they are.")

    # refund and void
    REFUND_STAN = QT_TRANSLATE_NOOP("Till", "Which payment is given back?")
    REFUND_HINT = QT_TRANSLATE_NOOP("Till", "Type the number (No.) printed on the receipt.")
    REFUND_FIND = QT_TRANSLATE_NOOP("Till", "Find the payment")
    REFUND_HOW_MUCH = QT_TRANSLATE_NOOP("Till", "How much is given back?")
    REFUND_LEFT = QT_TRANSLATE_NOOP("Till", "{amount} can be given back")
    REFUND_PART = QT_TRANSLATE_NOOP("Till", "Type an amount to give back only part of it.")
    GIVE_BACK = QT_TRANSLATE_NOOP("Till", "Give back {amount}")
    PAYMENT_NO = QT_TRANSLATE_NOOP("Till", "No.\u00a0{stan}")
    VOID_TITLE = QT_TRANSLATE_NOOP("Till", "Take this back?")
    VOID_WHY = QT_TRANSLATE_NOOP("Till", "The money goes back to the card it came from. Take back what was paid for.")
    VOID_LOAD_WHY = QT_TRANSLATE_NOOP("Till", "The amount comes off the card again. Give the customer's money back.")
    VOID_OFFLINE = QT_TRANSLATE_NOOP(
        "Till", "It was accepted offline and not sent yet: it is struck out, and nothing is taken from the card."
    )
    TAKE_BACK = QT_TRANSLATE_NOOP("Till", "Take it back")
    LEAVE_IT = QT_TRANSLATE_NOOP("Till", "Leave it")

    # queue and repair desk
    WAITING = QT_TRANSLATE_NOOP("Till", "waiting")
    IN_ALL = QT_TRANSLATE_NOOP("Till", "not told yet")
    SENDING = QT_TRANSLATE_NOOP("Till", "Sending {n} of {total}")
    SEND_NOW = QT_TRANSLATE_NOOP("Till", "Send now")
    QUEUE_EMPTY = QT_TRANSLATE_NOOP("Till", "All told")
    QUEUE_EMPTY_WHY = QT_TRANSLATE_NOOP("Till", "Everything this till accepted has been booked. Nothing waits.")
    QUEUE_MORE = QT_TRANSLATE_NOOP("Till", "and {n} more")
    TRIES = QT_TRANSLATE_NOOP("Till", "{n} tries")
    ONE_TRY = QT_TRANSLATE_NOOP("Till", "1 try")
    NOT_TRIED = QT_TRANSLATE_NOOP("Till", "not tried yet")
    OF_DAY = QT_TRANSLATE_NOOP("Till", "of {day}")
    DECIDE_TITLE = QT_TRANSLATE_NOOP("Till", "What shall become of it?")
    NOTHING_TO_DECIDE = QT_TRANSLATE_NOOP("Till", "Nothing to do: the till settles it by itself.")
    LATE = QT_TRANSLATE_NOOP("Till", "Waits for too long; still tried.")
    WAITS_ITS_TURN = QT_TRANSLATE_NOOP("Till", "Waits for its turn.")
    UNCONFIRMED = QT_TRANSLATE_NOOP("Till", "Approved after a restart; nobody told the customer. Keep it, or take it "
                                    "back.")  # fmt: skip
    RETRY = QT_TRANSLATE_NOOP("Till", "Try again")
    REVERSE = QT_TRANSLATE_NOOP("Till", "Take it back")
    KEEP = QT_TRANSLATE_NOOP("Till", "Keep it")
    CLOSE_DONE = QT_TRANSLATE_NOOP("Till", "It went through")
    CLOSE_TENDER = QT_TRANSLATE_NOOP("Till", "Paid otherwise")
    CLOSE_GIVEN = QT_TRANSLATE_NOOP("Till", "Money given back")
    CLOSE_LOST = QT_TRANSLATE_NOOP("Till", "Write it off")
    WRITTEN_OFF = QT_TRANSLATE_NOOP("Till", "Written off")
    REVERSE_WHY = QT_TRANSLATE_NOOP("Till", "It is undone at the service, or struck out if it was never sent.")
    CLOSE_DONE_WHY = QT_TRANSLATE_NOOP("Till", "The service says that it is done. Nothing is given back, and the till "
                                       "asks no more.")  # fmt: skip
    CLOSE_TENDER_WHY = QT_TRANSLATE_NOOP("Till", "The customer paid in another way. The till asks no more.")
    CLOSE_GIVEN_WHY = QT_TRANSLATE_NOOP("Till", "The customer has the money. The till asks no more.")
    CLOSE_LOST_WHY = QT_TRANSLATE_NOOP("Till", "The shop bears the loss. It stands in the day's report with its "
                                       "reason. Managers only.")  # fmt: skip
    REASON = QT_TRANSLATE_NOOP("Till", "Reason")
    REASON_FREE = QT_TRANSLATE_NOOP("Till", "Reason, if you like")
    OPEN_RECEIPT = QT_TRANSLATE_NOOP("Till", "Receipt")

    # manager
    DAY = QT_TRANSLATE_NOOP("Till", "Business day {day}")
    TILE_SOLD = QT_TRANSLATE_NOOP("Till", "Paid with cards")
    TILE_LOADED = QT_TRANSLATE_NOOP("Till", "Loaded and sold")
    TILE_WAITING = QT_TRANSLATE_NOOP("Till", "Waiting")
    TILE_DIFFERENCE = QT_TRANSLATE_NOOP("Till", "Differences")
    COUNT = QT_TRANSLATE_NOOP("Till", "{n} in all")
    OLDEST_AGE = QT_TRANSLATE_NOOP("Till", "{n} in all, oldest {age}")
    NO_DIFFERENCE = QT_TRANSLATE_NOOP("Till", "All agrees")
    CHART = QT_TRANSLATE_NOOP("Till", "The day by the hour")
    CHART_PAID = QT_TRANSLATE_NOOP("Till", "paid")
    CHART_LOADED = QT_TRANSLATE_NOOP("Till", "loaded")
    CHART_EMPTY = QT_TRANSLATE_NOOP("Till", "The first sale of the day draws the first bar.")
    CHART_TOLD = QT_TRANSLATE_NOOP("Till", "{hour}: {paid} paid, {loaded} loaded")
    DECIDE = QT_TRANSLATE_NOOP("Till", "To decide")
    DECIDE_NONE = QT_TRANSLATE_NOOP("Till", "Nothing needs a decision.")
    DECIDE_MORE = QT_TRANSLATE_NOOP("Till", "and {n} more: F8")
    CHECK_BALANCE = QT_TRANSLATE_NOOP("Till", "Swipe any card to see its balance, or press K and key its number.")
    CLOSE_DAY = QT_TRANSLATE_NOOP("Till", "Close the day")
    OFFLINE_ON = QT_TRANSLATE_NOOP("Till", "Offline: turn on")
    OFFLINE_OFF = QT_TRANSLATE_NOOP("Till", "Offline: turn off")
    OFFLINE_ON_TITLE = QT_TRANSLATE_NOOP("Till", "Accept payments while the line is down?")
    OFFLINE_ON_WHY = QT_TRANSLATE_NOOP("Till", "Up to {sale} a sale and {till} in all. The shop bears what is refused "
                                       "later.")  # fmt: skip
    OFFLINE_OFF_TITLE = QT_TRANSLATE_NOOP("Till", "Stop accepting payments offline?")
    OFFLINE_OFF_WHY = QT_TRANSLATE_NOOP("Till", "What waits is still sent. New payments need the line.")
    TURN_ON = QT_TRANSLATE_NOOP("Till", "Turn on")
    TURN_OFF = QT_TRANSLATE_NOOP("Till", "Turn off")

    # report
    X_TITLE = QT_TRANSLATE_NOOP("Till", "The day so far")
    X_WHY = QT_TRANSLATE_NOOP("Till", "A look, at any time. Nothing is closed by it.")
    Z_TITLE = QT_TRANSLATE_NOOP("Till", "Day closed")
    Z_WHY = QT_TRANSLATE_NOOP("Till", "Numbered and printed. What is still open goes into the next day with its own "
                              "date.")  # fmt: skip
    CLOSE_ASK = QT_TRANSLATE_NOOP("Till", "Close business day {day}?")
    CLOSE_WHY = QT_TRANSLATE_NOOP("Till", "The numbered Z is printed and a new day begins. It cannot be undone.")
    CLOSE_OPEN = QT_TRANSLATE_NOOP("Till", "{n} open items go into the next day; none is lost.")
    CLOSE_MANAGER = QT_TRANSLATE_NOOP("Till", "A manager closes the day")

    # journal and receipt
    JOURNAL_TITLE = QT_TRANSLATE_NOOP("Till", "Journal, newest first")
    JOURNAL_EMPTY = QT_TRANSLATE_NOOP("Till", "The journal begins with the first sale.")
    OLDER = QT_TRANSLATE_NOOP("Till", "Older")
    NEWEST = QT_TRANSLATE_NOOP("Till", "Newest")
    NO_OLDER = QT_TRANSLATE_NOOP("Till", "That is all")
    OFFLINE_MARK = QT_TRANSLATE_NOOP("Till", "offline")
    RECEIPT_TITLE = QT_TRANSLATE_NOOP("Till", "Receipt")
    COPIES = QT_TRANSLATE_NOOP("Till", "{n} copies printed")
    ONE_COPY = QT_TRANSLATE_NOOP("Till", "1 copy printed")
    NO_COPY = QT_TRANSLATE_NOOP("Till", "No copy printed")
    COPY_WHY = QT_TRANSLATE_NOOP("Till", "A copy is marked and counted.")
    PRINT_COPY = QT_TRANSLATE_NOOP("Till", "Print a copy")

    # stopped
    STOPPED = QT_TRANSLATE_NOOP("Till", "This till does not sell now")
    FOR_SUPPORT = QT_TRANSLATE_NOOP("Till", "For support: {detail}")


WRONG_PIN = Sentence("I-01", QT_TRANSLATE_NOOP("Till", "That PIN does not fit."), NOTHING,
                     QT_TRANSLATE_NOOP("Till", "Try once more."))  # fmt: skip
WRONG_WAIT = Sentence("I-02", QT_TRANSLATE_NOOP("Till", "That PIN does not fit."), NOTHING,
                      QT_TRANSLATE_NOOP("Till", "Next try in {n} s."))  # fmt: skip
REFUND_NONE = Sentence("R-01", QT_TRANSLATE_NOOP("Till", "No payment with that number can be given back."), NOT_MOVED,
                       QT_TRANSLATE_NOOP("Till", "Check the receipt, or look in the journal."))  # fmt: skip
REFUND_TOO_MUCH = Sentence("R-02", QT_TRANSLATE_NOOP("Till", "Only {amount} of it is left to give back."), NOT_MOVED,
                           QT_TRANSLATE_NOOP("Till", "Type a smaller amount."))  # fmt: skip
REASON_FIRST = Sentence("R-03", QT_TRANSLATE_NOOP("Till", "This needs a reason."), NOTHING,
                        QT_TRANSLATE_NOOP("Till", "Type one, then press Enter."))  # fmt: skip


class Standing(StrEnum):
    """Where a transaction stands, in a few words."""

    OPEN = QT_TRANSLATE_NOOP("Till", "begun")
    SENT = QT_TRANSLATE_NOOP("Till", "being asked")
    UNKNOWN = QT_TRANSLATE_NOOP("Till", "being checked")
    STORED = QT_TRANSLATE_NOOP("Till", "accepted offline")
    FORWARDING = QT_TRANSLATE_NOOP("Till", "being sent")
    APPROVED = QT_TRANSLATE_NOOP("Till", "approved")
    REVERSING = QT_TRANSLATE_NOOP("Till", "being taken back")
    REVERSED = QT_TRANSLATE_NOOP("Till", "taken back")
    DECLINED = QT_TRANSLATE_NOOP("Till", "declined")
    CANCELLED = QT_TRANSLATE_NOOP("Till", "cancelled")
    ATTENTION = QT_TRANSLATE_NOOP("Till", "needs a decision")
    DISPUTED = QT_TRANSLATE_NOOP("Till", "refused afterwards")
    CLOSED = QT_TRANSLATE_NOOP("Till", "closed by hand")


STATES: Mapping[State, Standing] = {
    State.OPEN: Standing.OPEN,
    State.CARD_READ: Standing.OPEN,
    State.READY: Standing.OPEN,
    State.SENT: Standing.SENT,
    State.UNKNOWN: Standing.UNKNOWN,
    State.STORED: Standing.STORED,
    State.FORWARDING: Standing.FORWARDING,
    State.APPROVED: Standing.APPROVED,
    State.REVERSING: Standing.REVERSING,
    State.REVERSED: Standing.REVERSED,
    State.DECLINED: Standing.DECLINED,
    State.CANCELLED: Standing.CANCELLED,
    State.ATTENTION: Standing.ATTENTION,
    State.DISPUTED: Standing.DISPUTED,
    State.CLOSED: Standing.CLOSED,
}
ROLES: Mapping[Role, Office] = {Role.CASHIER: Office.CASHIER, Role.MANAGER: Office.MANAGER}
ACTIONS: Mapping[DeskAction, Office] = {
    DeskAction.RETRY: Office.RETRY,
    DeskAction.REVERSE: Office.REVERSE,
    DeskAction.KEEP: Office.KEEP,
    DeskAction.WENT_THROUGH: Office.CLOSE_DONE,
    DeskAction.OTHER_TENDER: Office.CLOSE_TENDER,
    DeskAction.MONEY_GIVEN_BACK: Office.CLOSE_GIVEN,
    DeskAction.WRITTEN_OFF: Office.CLOSE_LOST,
}
ACTION_WHYS: Mapping[DeskAction, Office] = {
    DeskAction.REVERSE: Office.REVERSE_WHY,
    DeskAction.WENT_THROUGH: Office.CLOSE_DONE_WHY,
    DeskAction.OTHER_TENDER: Office.CLOSE_TENDER_WHY,
    DeskAction.MONEY_GIVEN_BACK: Office.CLOSE_GIVEN_WHY,
    DeskAction.WRITTEN_OFF: Office.CLOSE_LOST_WHY,
}
"""What the actions that cannot be taken back will do: asked once more with this sentence. The others act at once."""
SETTLEMENTS: Mapping[Settlement, Office] = {
    Settlement.WENT_THROUGH: Office.CLOSE_DONE,
    Settlement.OTHER_TENDER: Office.CLOSE_TENDER,
    Settlement.MONEY_GIVEN_BACK: Office.CLOSE_GIVEN,
    Settlement.WRITTEN_OFF: Office.WRITTEN_OFF,
}


class VerbName(StrEnum):
    """A verb as a noun, for lists of sums."""

    PAYMENT = QT_TRANSLATE_NOOP("Till", "Payments")
    LOAD = QT_TRANSLATE_NOOP("Till", "Loads")
    SOLD = QT_TRANSLATE_NOOP("Till", "New cards")
    ACTIVATED = QT_TRANSLATE_NOOP("Till", "Printed cards activated")
    GIFT = QT_TRANSLATE_NOOP("Till", "Gifts")
    REFUND = QT_TRANSLATE_NOOP("Till", "Refunds")
    REVERSE = QT_TRANSLATE_NOOP("Till", "Taken back")
    RESERVE = QT_TRANSLATE_NOOP("Till", "Reservations")
    CAPTURE = QT_TRANSLATE_NOOP("Till", "Taken from reservations")
    RELEASE = QT_TRANSLATE_NOOP("Till", "Releases")
    CASH_OUT = QT_TRANSLATE_NOOP("Till", "Paid out in cash")
    TRANSFER = QT_TRANSLATE_NOOP("Till", "Card to card")
    COMBINE = QT_TRANSLATE_NOOP("Till", "Combined into one card")
    SAVE = QT_TRANSLATE_NOOP("Till", "Saved for a customer")
    SHARE = QT_TRANSLATE_NOOP("Till", "Shared")
    PREFER = QT_TRANSLATE_NOOP("Till", "Made the preferred card")
    DELETE = QT_TRANSLATE_NOOP("Till", "Cards deleted")
    NEW_PIN = QT_TRANSLATE_NOOP("Till", "New PINs")
    NEW_CODE = QT_TRANSLATE_NOOP("Till", "Extra codes")
    BLANKS = QT_TRANSLATE_NOOP("Till", "Blank cards made")
    BALANCE = QT_TRANSLATE_NOOP("Till", "Balances")
    READ = QT_TRANSLATE_NOOP("Till", "Cards looked up")
    LISTED = QT_TRANSLATE_NOOP("Till", "Lists of cards")


VERBS: Mapping[Verb, VerbName] = {
    Verb.REDEEM: VerbName.PAYMENT,
    Verb.CAPTURE: VerbName.CAPTURE,
    Verb.RELOAD: VerbName.LOAD,
    Verb.ISSUE: VerbName.SOLD,
    Verb.ACTIVATE: VerbName.ACTIVATED,
    Verb.GIFT: VerbName.GIFT,
    Verb.REFUND: VerbName.REFUND,
    Verb.REVERSE: VerbName.REVERSE,
    Verb.AUTHORIZE: VerbName.RESERVE,
    Verb.CANCEL: VerbName.RELEASE,
    Verb.CASH_OUT: VerbName.CASH_OUT,
    Verb.TRANSFER: VerbName.TRANSFER,
    Verb.COMBINE: VerbName.COMBINE,
    Verb.SAVE: VerbName.SAVE,
    Verb.SHARE: VerbName.SHARE,
    Verb.PREFER: VerbName.PREFER,
    Verb.DELETE: VerbName.DELETE,
    Verb.ROTATE_PIN: VerbName.NEW_PIN,
    Verb.NEW_CODE: VerbName.NEW_CODE,
    Verb.MAKE_BLANKS: VerbName.BLANKS,
    Verb.BALANCE: VerbName.BALANCE,
    Verb.READ: VerbName.READ,
    Verb.LIST_CARDS: VerbName.LISTED,
    Verb.LIST_ALL: VerbName.LISTED,
}


def verb_name(verb: Verb) -> str:
    """A verb as a noun in the language in force."""
    return say(VERBS[verb])


def reason_sentence(code: str) -> Sentence | None:
    """The sentence of a persisted reason; None for one that is empty or no refusal (a settlement, a cancel)."""
    if code in Decline.__members__.values():
        return DECLINES[Decline(code)]
    if code in Cause.__members__.values():
        return CAUSES[Cause(code)]
    return None


def row_reason(row: QueueRow) -> str:
    """Why a row is still open, in full: what is special about it first, else why the last try failed."""
    parts = []
    if row.unconfirmed and row.state is State.APPROVED:
        parts.append(say(Office.UNCONFIRMED))
    sentence = reason_sentence(row.reason)
    if sentence is not None:
        parts.append(f"{say_part(sentence)} ({sentence.code})")
    if row.overdue:
        parts.append(say(Office.LATE))
    return " ".join(parts) or say(Office.WAITS_ITS_TURN)


def say_part(sentence: Sentence) -> str:
    """What happened, without whether money moved: at the repair desk the state says that better."""
    return Sentence(sentence.code, sentence.what).text()


def tries(count: int) -> str:
    """``3 tries``."""
    if count == 0:
        return say(Office.NOT_TRIED)
    return say(Office.ONE_TRY) if count == 1 else say(Office.TRIES, n=count)
