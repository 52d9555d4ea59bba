"""Every label and plain sentence of the window, in English, ready for translation.

Source texts stand in ``QT_TRANSLATE_NOOP`` so that ``pyside6-lupdate`` finds them; :func:`say` translates one when it
is drawn. Names in braces are filled in afterwards and must survive translation. Sentences that carry a code for
support are in :mod:`app.ui.sentences`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QTranslator

from app.domain.messages import ReaderState, Task
from app.domain.records import TenderKind
from app.domain.view import OutcomeKind

CONTEXT = "Till"
"""The one translation context of the till's own texts."""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802 - lupdate looks for this very name
    """Marks a text for the translators and returns it as it is (Qt's own is typed as ``object``)."""
    assert context == CONTEXT
    return text


class Say(StrEnum):
    """What the till says. The value is the English text."""

    # frame
    APP = QT_TRANSLATE_NOOP("Till", "Stanchion")
    TILL = QT_TRANSLATE_NOOP("Till", "Till {id}")
    TRAINING = QT_TRANSLATE_NOOP("Till", "TRAINING")
    TRAINING_HINT = QT_TRANSLATE_NOOP("Till", "Training mode: no real money moves")
    LOCK = QT_TRANSLATE_NOOP("Till", "Lock")
    CUT_LINE = QT_TRANSLATE_NOOP("Till", "Cut the line")
    JOIN_LINE = QT_TRANSLATE_NOOP("Till", "Join the line")
    NOBODY = QT_TRANSLATE_NOOP("Till", "Nobody signed in")
    LAST_RECEIPTS = QT_TRANSLATE_NOOP("Till", "Last receipts")
    NO_RECEIPTS = QT_TRANSLATE_NOOP("Till", "Nothing sold yet today")
    OFFLINE_ROOM = QT_TRANSLATE_NOOP("Till", "Offline room")
    OFFLINE_OFF = QT_TRANSLATE_NOOP("Till", "Off. A manager can turn it on.")
    ROOM_OF = QT_TRANSLATE_NOOP("Till", "of {limit}")
    ROOM_COUNT = QT_TRANSLATE_NOOP("Till", "{left} of {limit} payments left")
    ROOM_PER_SALE = QT_TRANSLATE_NOOP("Till", "up to {amount} a sale")
    MORE = QT_TRANSLATE_NOOP("Till", "More")
    DEMO_CARDS = QT_TRANSLATE_NOOP("Till", "Demo cards")
    DEMO_TITLE = QT_TRANSLATE_NOOP("Till", "Which card is swiped?")
    DEMO_HINT = QT_TRANSLATE_NOOP("Till", "No card at hand? Press D for the demo cards.")
    DEMO_PIN = QT_TRANSLATE_NOOP("Till", "PIN {pin}")
    DEMO_ORDINARY = QT_TRANSLATE_NOOP("Till", "Ordinary card")
    DEMO_WITH_PIN = QT_TRANSLATE_NOOP("Till", "Card with a PIN")
    DEMO_LOW = QT_TRANSLATE_NOOP("Till", "Little left on it")
    DEMO_ZERO = QT_TRANSLATE_NOOP("Till", "Nothing left on it")
    DEMO_EXPIRED = QT_TRANSLATE_NOOP("Till", "Expired card")
    DEMO_BLOCKED = QT_TRANSLATE_NOOP("Till", "Blocked card")
    DEMO_INACTIVE = QT_TRANSLATE_NOOP("Till", "Not yet active")
    DEMO_RESTRICTED = QT_TRANSLATE_NOOP("Till", "For some products only")
    DEMO_BLANK = QT_TRANSLATE_NOOP("Till", "Printed, not sold yet")
    MORE_TITLE = QT_TRANSLATE_NOOP("Till", "What else?")
    STARTING = QT_TRANSLATE_NOOP("Till", "Starting …")
    NOT_YET = QT_TRANSLATE_NOOP("Till", "This screen cannot be shown.")

    # tasks and keys
    BALANCE = QT_TRANSLATE_NOOP("Till", "Balance")
    PAY = QT_TRANSLATE_NOOP("Till", "Pay")
    LOAD = QT_TRANSLATE_NOOP("Till", "Load")
    SELL = QT_TRANSLATE_NOOP("Till", "Sell card")
    REFUND = QT_TRANSLATE_NOOP("Till", "Refund")
    VOID = QT_TRANSLATE_NOOP("Till", "Void last")
    QUEUE = QT_TRANSLATE_NOOP("Till", "Queue")
    MANAGER = QT_TRANSLATE_NOOP("Till", "Manager")
    JOURNAL = QT_TRANSLATE_NOOP("Till", "Journal")
    X_REPORT = QT_TRANSLATE_NOOP("Till", "X report")
    ENTER_PIN = QT_TRANSLATE_NOOP("Till", "Enter the PIN")
    TRANSFER = QT_TRANSLATE_NOOP("Till", "Transfer")
    COMBINE = QT_TRANSLATE_NOOP("Till", "Combine")
    SAVE = QT_TRANSLATE_NOOP("Till", "Save for a customer")
    SHARE = QT_TRANSLATE_NOOP("Till", "Share")
    GIFT = QT_TRANSLATE_NOOP("Till", "Give away")
    GIFT_NEW = QT_TRANSLATE_NOOP("Till", "Gift a new card")
    PREFER = QT_TRANSLATE_NOOP("Till", "Prefer")
    DELETE = QT_TRANSLATE_NOOP("Till", "Delete the card")
    NEW_PIN = QT_TRANSLATE_NOOP("Till", "New PIN")
    NEW_CODE = QT_TRANSLATE_NOOP("Till", "Extra code")
    ACTIVATE = QT_TRANSLATE_NOOP("Till", "Activate")
    RANGE = QT_TRANSLATE_NOOP("Till", "Activate a range")
    BLANKS = QT_TRANSLATE_NOOP("Till", "Make blank cards")
    RESERVE = QT_TRANSLATE_NOOP("Till", "Reserve")
    RESERVATIONS = QT_TRANSLATE_NOOP("Till", "Reservations")
    CAPTURE = QT_TRANSLATE_NOOP("Till", "Capture")
    RELEASE = QT_TRANSLATE_NOOP("Till", "Release")
    CASH_OUT = QT_TRANSLATE_NOOP("Till", "Cash out")
    CUSTOMER = QT_TRANSLATE_NOOP("Till", "A customer's cards")
    ALL_CARDS = QT_TRANSLATE_NOOP("Till", "All cards")
    STOP = QT_TRANSLATE_NOOP("Till", "Stop the card")
    STOP_LIST = QT_TRANSLATE_NOOP("Till", "Stop list")
    KEY_NUMBER = QT_TRANSLATE_NOOP("Till", "Key the number")
    OTHER_TENDER = QT_TRANSLATE_NOOP("Till", "Another tender")
    ENTER = QT_TRANSLATE_NOOP("Till", "Enter")
    ESC = QT_TRANSLATE_NOOP("Till", "Esc")
    CONTINUE = QT_TRANSLATE_NOOP("Till", "Continue")
    CANCEL = QT_TRANSLATE_NOOP("Till", "Cancel")
    BACK = QT_TRANSLATE_NOOP("Till", "Back")
    DONE = QT_TRANSLATE_NOOP("Till", "Done")
    CLEAR = QT_TRANSLATE_NOOP("Till", "Clear")
    DELETE_DIGIT = QT_TRANSLATE_NOOP("Till", "Delete the last digit")
    DIGIT = QT_TRANSLATE_NOOP("Till", "Digit {n}")
    OPEN_RECEIPT = QT_TRANSLATE_NOOP("Till", "Open the receipt of {what}")

    # strip
    READER_READY = QT_TRANSLATE_NOOP("Till", "Reader ready")
    READER_CONNECTING = QT_TRANSLATE_NOOP("Till", "Reader connecting")
    READER_LOST = QT_TRANSLATE_NOOP("Till", "Reader gone")
    READER_MISSING = QT_TRANSLATE_NOOP("Till", "No reader")
    READER_WRONG = QT_TRANSLATE_NOOP("Till", "Reader set-up wrong")
    LINE_GOOD = QT_TRANSLATE_NOOP("Till", "Line")
    LINE_SLOW = QT_TRANSLATE_NOOP("Till", "Line slow")
    LINE_DOWN = QT_TRANSLATE_NOOP("Till", "Line down")
    LINE_CUT = QT_TRANSLATE_NOOP("Till", "Line cut")
    BACKEND_GOOD = QT_TRANSLATE_NOOP("Till", "{name}")
    BACKEND_SLOW = QT_TRANSLATE_NOOP("Till", "{name} slow {time}")
    BACKEND_DOWN = QT_TRANSLATE_NOOP("Till", "{name} silent")
    BACKEND_OFF = QT_TRANSLATE_NOOP("Till", "{name} not asked")
    PRINTER_BAD = QT_TRANSLATE_NOOP("Till", "No printer")
    QUEUE_EMPTY = QT_TRANSLATE_NOOP("Till", "nothing waiting")
    QUEUE_WAITING = QT_TRANSLATE_NOOP("Till", "waiting")
    QUEUE_OLDEST = QT_TRANSLATE_NOOP("Till", "oldest {age}")
    QUEUE_DESK = QT_TRANSLATE_NOOP("Till", "{n} to decide")

    # ages
    AGE_NOW = QT_TRANSLATE_NOOP("Till", "now")
    AGE_MINUTES = QT_TRANSLATE_NOOP("Till", "{n} min")
    AGE_HOURS = QT_TRANSLATE_NOOP("Till", "{n} h")
    AGE_DAYS = QT_TRANSLATE_NOOP("Till", "{n} d")

    # home
    SWIPE_A_CARD = QT_TRANSLATE_NOOP("Till", "Swipe a card")
    SWIPE_ANYWHERE = QT_TRANSLATE_NOOP("Till", "or choose on the left what to do")
    TODAY_COUNT = QT_TRANSLATE_NOOP("Till", "Paid with cards today")
    TODAY_SUM = QT_TRANSLATE_NOOP("Till", "Taken today")
    LAST_ONE = QT_TRANSLATE_NOOP("Till", "Last: {what}")

    # sheet
    ON_THE_CARD = QT_TRANSLATE_NOOP("Till", "On the card")
    AS_OF_NOW = QT_TRANSLATE_NOOP("Till", "as of {time}, just now")
    AS_OF = QT_TRANSLATE_NOOP("Till", "as of {time}, {age} ago")
    JUST_NOW = QT_TRANSLATE_NOOP("Till", "just now")
    BALANCE_UNKNOWN = QT_TRANSLATE_NOOP("Till", "Balance not known")
    ASKING_BALANCE = QT_TRANSLATE_NOOP("Till", "Asking for the balance …")
    USED_ELSEWHERE = QT_TRANSLATE_NOOP("Till", "The card was used elsewhere since: the balance is another one by now.")
    UNSENT = QT_TRANSLATE_NOOP("Till", "{amount} of it is spent here and not yet told to the service")
    AVAILABLE_OFFLINE = QT_TRANSLATE_NOOP("Till", "The line is down. {amount} can be accepted now.")
    EXPIRES = QT_TRANSLATE_NOOP("Till", "Expires {date}")
    NO_EXPIRY = QT_TRANSLATE_NOOP("Till", "No expiry on the stripe")
    KEYED = QT_TRANSLATE_NOOP("Till", "keyed by hand")
    SCANNED = QT_TRANSLATE_NOOP("Till", "scanned")

    # amount and basket
    AMOUNT_PAY = QT_TRANSLATE_NOOP("Till", "How much is to pay?")
    AMOUNT_LOAD = QT_TRANSLATE_NOOP("Till", "How much goes on the card?")
    AMOUNT_SELL = QT_TRANSLATE_NOOP("Till", "How much is the new card worth?")
    AMOUNT_REFUND = QT_TRANSLATE_NOOP("Till", "How much is given back?")
    TYPE_FIRST = QT_TRANSLATE_NOOP("Till", "Type an amount first.")
    ABOVE_LIMIT = QT_TRANSLATE_NOOP("Till", "At most {amount} at once.")
    UP_TO = QT_TRANSLATE_NOOP("Till", "Up to {amount} at once")
    WHOLE_BALANCE = QT_TRANSLATE_NOOP("Till", "Whole balance")
    ALL_DUE = QT_TRANSLATE_NOOP("Till", "All of it")
    BASKET = QT_TRANSLATE_NOOP("Till", "Basket")
    GOODS = QT_TRANSLATE_NOOP("Till", "Goods")
    BASKET_EMPTY = QT_TRANSLATE_NOOP("Till", "The basket is empty. Press a number to add something.")
    BASKET_TOTAL = QT_TRANSLATE_NOOP("Till", "Total")
    BASKET_LINE = QT_TRANSLATE_NOOP("Till", "{quantity} × {name}")
    BASKET_FULL = QT_TRANSLATE_NOOP("Till", "The basket is full. Take payment, then go on.")
    REMOVE_LINE = QT_TRANSLATE_NOOP("Till", "Take one off")
    TYPE_AMOUNT = QT_TRANSLATE_NOOP("Till", "Type the amount")

    # await card
    SWIPE_TO_PAY = QT_TRANSLATE_NOOP("Till", "Swipe the card to pay")
    SWIPE_TO_LOAD = QT_TRANSLATE_NOOP("Till", "Swipe the card to load")
    SWIPE_TO_SEE = QT_TRANSLATE_NOOP("Till", "Swipe the card to see its balance")
    SWIPE_TO_REFUND = QT_TRANSLATE_NOOP("Till", "Swipe the card to give back to")
    SWIPE_IS_YES = QT_TRANSLATE_NOOP("Till", "The swipe is the confirmation.")
    READER_NOT_READY = QT_TRANSLATE_NOOP("Till", "The reader is not ready. Key the number instead.")
    PAID_SO_FAR = QT_TRANSLATE_NOOP("Till", "{paid} paid of {due}")

    # key card, programme, conflict
    KEY_TITLE = QT_TRANSLATE_NOOP("Till", "Key the card")
    KEY_FOR = QT_TRANSLATE_NOOP("Till", "{task}: {amount}")
    NUMBER = QT_TRANSLATE_NOOP("Till", "Number")
    CVC = QT_TRANSLATE_NOOP("Till", "CVC")
    EXPIRY = QT_TRANSLATE_NOOP("Till", "Expiry")
    EXPIRY_HINT = QT_TRANSLATE_NOOP("Till", "MM/YY")
    NUMBER_HINT = QT_TRANSLATE_NOOP("Till", "5 to 19 digits")
    CVC_HINT = QT_TRANSLATE_NOOP("Till", "3 digits")
    KEY_NEXT = QT_TRANSLATE_NOOP("Till", "Next field")
    KEY_USE = QT_TRANSLATE_NOOP("Till", "Use this card")
    NUMBER_SHORT = QT_TRANSLATE_NOOP("Till", "The number has 5 to 19 digits.")
    EXPIRY_WRONG = QT_TRANSLATE_NOOP("Till", "The expiry is a month and a year, such as 12/28.")
    TYPED_OF = QT_TRANSLATE_NOOP("Till", "{n} digits typed")
    PICK_TITLE = QT_TRANSLATE_NOOP("Till", "Which gift card is it?")
    PICK_WHY = QT_TRANSLATE_NOOP("Till", "The number or code alone does not tell. Look at the print on the card.")
    CONFLICT_TITLE = QT_TRANSLATE_NOOP("Till", "Two cards were swiped")
    CONFLICT_WHY = QT_TRANSLATE_NOOP("Till", "Nothing has moved. Which one is meant?")
    FIRST_CARD = QT_TRANSLATE_NOOP("Till", "First")
    SECOND_CARD = QT_TRANSLATE_NOOP("Till", "Second")

    # PIN
    PIN_TITLE = QT_TRANSLATE_NOOP("Till", "The customer enters the PIN")
    PIN_SAFE = QT_TRANSLATE_NOOP("Till", "The PIN is encrypted at once. Nobody sees it.")
    PIN_AGAIN = QT_TRANSLATE_NOOP("Till", "That PIN was wrong. Try once more.")
    PIN_DIGITS = QT_TRANSLATE_NOOP("Till", "{n} digits entered")
    PIN_SHUFFLE = QT_TRANSLATE_NOOP("Till", "Shuffle the keys")
    PIN_SHORT = QT_TRANSLATE_NOOP("Till", "A PIN has at least four digits.")

    # asking
    ASKING = QT_TRANSLATE_NOOP("Till", "Asking {backend}")
    ASKING_LONG = QT_TRANSLATE_NOOP("Till", "{backend} is slow to answer. {n} s so far.")
    ABANDONED = QT_TRANSLATE_NOOP("Till", "Given up. If it was taken after all, it is given back by itself.")
    ASKING_SENT = QT_TRANSLATE_NOOP("Till", "Do not take it twice: the answer settles it.")
    ASKING_UNSENT = QT_TRANSLATE_NOOP("Till", "Nothing has been taken yet.")
    ASKING_CHOOSE = QT_TRANSLATE_NOOP("Till", "Wait, take another tender, or cancel: each is safe.")
    WAIT = QT_TRANSLATE_NOOP("Till", "Go on waiting")
    SECONDS = QT_TRANSLATE_NOOP("Till", "{n} s")

    # outcome
    APPROVED = QT_TRANSLATE_NOOP("Till", "APPROVED")
    STORED = QT_TRANSLATE_NOOP("Till", "ACCEPTED OFFLINE")
    DECLINED = QT_TRANSLATE_NOOP("Till", "DECLINED")
    CHECKING = QT_TRANSLATE_NOOP("Till", "CHECKING")
    CANCELLED = QT_TRANSLATE_NOOP("Till", "CANCELLED")
    STILL_TO_PAY = QT_TRANSLATE_NOOP("Till", "Still to pay")
    NOTHING_TO_PAY = QT_TRANSLATE_NOOP("Till", "All {amount} is paid.")
    NEW_BALANCE = QT_TRANSLATE_NOOP("Till", "Left on the card")
    WHOLE_SALE = QT_TRANSLATE_NOOP("Till", "Whole sale")
    ANNOUNCE = QT_TRANSLATE_NOOP("Till", "{outcome}. {amount}.")
    ANNOUNCE_REST = QT_TRANSLATE_NOOP("Till", "Still to pay {amount}.")
    OFFERED = QT_TRANSLATE_NOOP("Till", "Up to {amount} would go through.")
    TAKE_PART = QT_TRANSLATE_NOOP("Till", "Take {amount}")
    GIVE_BACK = QT_TRANSLATE_NOOP("Till", "Give {amount} back to the customer.")
    ONLY_FOR = QT_TRANSLATE_NOOP("Till", "This card pays only for: {products}.")
    SWIPE_ANOTHER = QT_TRANSLATE_NOOP("Till", "Swipe another card for the rest, or take another tender.")
    NEXT_CUSTOMER = QT_TRANSLATE_NOOP("Till", "Next customer")
    SHOW_CARD = QT_TRANSLATE_NOOP("Till", "Show the card")
    GO_ON = QT_TRANSLATE_NOOP("Till", "Go on")
    OPEN_FULL_RECEIPT = QT_TRANSLATE_NOOP("Till", "Receipt")

    # what moved, in a word
    WORD_PAID = QT_TRANSLATE_NOOP("Till", "Paid")
    WORD_RESERVED = QT_TRANSLATE_NOOP("Till", "Reserved")
    WORD_LOADED = QT_TRANSLATE_NOOP("Till", "Loaded")
    WORD_SOLD = QT_TRANSLATE_NOOP("Till", "Sold")
    WORD_GIVEN_BACK = QT_TRANSLATE_NOOP("Till", "Given back")
    WORD_TAKEN_BACK = QT_TRANSLATE_NOOP("Till", "Taken back")
    WORD_PAID_OUT = QT_TRANSLATE_NOOP("Till", "Paid out")
    WORD_ASKED_FOR = QT_TRANSLATE_NOOP("Till", "Asked for")
    WORD_ALL_TO_PAY = QT_TRANSLATE_NOOP("Till", "Asked for, all of it still to pay")
    PAID = QT_TRANSLATE_NOOP("Till", "{amount} paid")
    LOADED = QT_TRANSLATE_NOOP("Till", "{amount} loaded")
    SOLD = QT_TRANSLATE_NOOP("Till", "{amount} sold")
    GIVEN_BACK = QT_TRANSLATE_NOOP("Till", "{amount} given back")
    TAKEN_BACK = QT_TRANSLATE_NOOP("Till", "{amount} taken back")
    ASKED_FOR = QT_TRANSLATE_NOOP("Till", "{amount} asked for")
    RESERVED = QT_TRANSLATE_NOOP("Till", "{amount} reserved")
    PAID_OUT = QT_TRANSLATE_NOOP("Till", "{amount} paid out")
    NOT_MOVED = QT_TRANSLATE_NOOP("Till", "{amount} declined")
    WAS_CANCELLED = QT_TRANSLATE_NOOP("Till", "{amount} cancelled")

    # tender
    TENDER_PAY = QT_TRANSLATE_NOOP("Till", "How is the rest paid?")
    TENDER_LOAD = QT_TRANSLATE_NOOP("Till", "How does the customer pay?")
    TENDER_WHY_LOAD = QT_TRANSLATE_NOOP("Till", "Take the money first. The card is loaded after that.")
    TENDER_PART = QT_TRANSLATE_NOOP("Till", "Type an amount to take only part of it.")
    TENDER_TOO_MUCH = QT_TRANSLATE_NOOP("Till", "That is more than {amount}. Give change from the drawer.")
    CASH = QT_TRANSLATE_NOOP("Till", "Cash")
    BANK_CARD = QT_TRANSLATE_NOOP("Till", "Bank card")
    OTHER_MEANS = QT_TRANSLATE_NOOP("Till", "Something else")

    # new card
    NEW_CARD = QT_TRANSLATE_NOOP("Till", "The new card")
    NEW_CARD_ONCE = QT_TRANSLATE_NOOP("Till", "Shown once. Give the customer the print, then confirm.")
    NEW_CARD_DONE = QT_TRANSLATE_NOOP("Till", "Handed over. The number is erased from this till.")
    CODE = QT_TRANSLATE_NOOP("Till", "Code")
    PIN = QT_TRANSLATE_NOOP("Till", "PIN")
    PRINT_AGAIN = QT_TRANSLATE_NOOP("Till", "Print again")
    HANDED_OVER = QT_TRANSLATE_NOOP("Till", "Handed over")
    SECRET = QT_TRANSLATE_NOOP("Till", "{name}, secret")
    SCAN_ME = QT_TRANSLATE_NOOP("Till", "The number as a code to scan")


def say(source: StrEnum, **values: object) -> str:
    """A text in the language in force, with its ``{names}`` filled in."""
    text = QCoreApplication.translate(CONTEXT, source.value)
    return text.format(**values) if values else text


TASKS: Mapping[Task, Say] = {task: Say[task.name] for task in Task}
READERS: Mapping[ReaderState, Say] = {
    ReaderState.READY: Say.READER_READY,
    ReaderState.CONNECTING: Say.READER_CONNECTING,
    ReaderState.LOST: Say.READER_LOST,
    ReaderState.MISSING: Say.READER_MISSING,
    ReaderState.MISCONFIGURED: Say.READER_WRONG,
}
OUTCOMES: Mapping[OutcomeKind, Say] = {
    OutcomeKind.APPROVED: Say.APPROVED,
    OutcomeKind.STORED: Say.STORED,
    OutcomeKind.DECLINED: Say.DECLINED,
    OutcomeKind.CHECKING: Say.CHECKING,
    OutcomeKind.CANCELLED: Say.CANCELLED,
}
TENDERS: Mapping[TenderKind, Say] = {
    TenderKind.CASH: Say.CASH,
    TenderKind.BANK_CARD: Say.BANK_CARD,
    TenderKind.OTHER: Say.OTHER_MEANS,
}


class PseudoTranslator(QTranslator):
    """A language that does not exist: accented and 40 % longer. Whatever fits in it fits in any language we know.

    Names in braces stay as they are, so a text that is glued together from pieces shows as a plain one.
    """

    _ACCENTS = str.maketrans("aeiouyAEIOUYcnsCNS", "åéïöüýÅÉÏÖÜÝçñšÇÑŠ")

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        """Never: every text of ours has a translation here."""
        return False

    def translate(
        self,
        context: str,
        sourceText: str,  # noqa: N803 - Qt's name
        disambiguation: str | None = None,  # noqa: ARG002
        n: int = -1,  # noqa: ARG002
    ) -> str | None:
        """The accented, longer text for our own context; nothing for Qt's."""
        if context != CONTEXT:
            return None
        words = [word if "{" in word else word.translate(self._ACCENTS) for word in sourceText.split(" ")]
        padding = "~" * max(1, len(sourceText) * 2 // 5)
        if len(words) > 3:
            # spread the padding in words, as a longer language would, so that lines can still be broken
            words.append(" ".join(padding[i : i + 6] for i in range(0, len(padding), 6)))
            return " ".join(words)
        return " ".join(words) + padding
