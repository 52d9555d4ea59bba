"""What the further verbs say: their questions, what an answer looks like, and what will happen before Enter.

As in :mod:`app.ui.text`: English sources, translated by :func:`~app.ui.text.say` when they are drawn. The tables at the
end follow ``app/domain/job.py``: a question, a hint and a confirmation for every line of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.domain.job import Question
from app.domain.job_bodies import Warn
from app.domain.messages import Task
from app.ui.sentences import NOTHING, Sentence
from app.ui.text import QT_TRANSLATE_NOOP, Say


class JobSay(StrEnum):
    """What the further verbs say. The value is the English text."""

    # a card's sheet
    PIN_FIRST = QT_TRANSLATE_NOOP("Till", "Enter the PIN to see what is on it")
    STOPPED = QT_TRANSLATE_NOOP("Till", "This shop takes the card no more: {why}")
    KEPT = QT_TRANSLATE_NOOP("Till", "Kept by the service")
    KEPT_FOR = QT_TRANSLATE_NOOP("Till", "Kept for {customer}")

    # short words, where a heading or the card in front says the rest
    SAVE = QT_TRANSLATE_NOOP("Till", "Save")
    DELETE = QT_TRANSLATE_NOOP("Till", "Delete")
    STOP = QT_TRANSLATE_NOOP("Till", "Stop")

    FIND_CUSTOMER = QT_TRANSLATE_NOOP("Till", "Find a customer")

    # behind F7
    GROUP_MONEY = QT_TRANSLATE_NOOP("Till", "Money on cards")
    GROUP_CUSTOMERS = QT_TRANSLATE_NOOP("Till", "Customers")
    GROUP_CARDS = QT_TRANSLATE_NOOP("Till", "Cards and codes")
    GROUP_TILL = QT_TRANSLATE_NOOP("Till", "This till")
    GROUP_STOPPED = QT_TRANSLATE_NOOP("Till", "Stopped cards")

    # how much
    AMOUNT_TRANSFER = QT_TRANSLATE_NOOP("Till", "How much moves to the new card?")
    AMOUNT_ACTIVATE = QT_TRANSLATE_NOOP("Till", "How much does the printed card get?")
    AMOUNT_RANGE = QT_TRANSLATE_NOOP("Till", "How much does each card get?")
    AMOUNT_GIFT = QT_TRANSLATE_NOOP("Till", "How much is the gift worth?")
    AMOUNT_RESERVE = QT_TRANSLATE_NOOP("Till", "How much is reserved?")
    AMOUNT_CAPTURE = QT_TRANSLATE_NOOP("Till", "How much of the reservation is taken?")
    AMOUNT_CASH_OUT = QT_TRANSLATE_NOOP("Till", "How much is paid out?")

    # which card
    SWIPE_TRANSFER = QT_TRANSLATE_NOOP("Till", "Swipe the card to transfer from")
    SWIPE_COMBINE = QT_TRANSLATE_NOOP("Till", "Swipe the card that gets the money")
    SWIPE_SAVE = QT_TRANSLATE_NOOP("Till", "Swipe the card to save")
    SWIPE_SHARE = QT_TRANSLATE_NOOP("Till", "Choose the card to share")
    SWIPE_GIFT = QT_TRANSLATE_NOOP("Till", "Choose the card to give away")
    SWIPE_PREFER = QT_TRANSLATE_NOOP("Till", "Choose the card to prefer")
    SWIPE_DELETE = QT_TRANSLATE_NOOP("Till", "Swipe the card to delete")
    SWIPE_NEW_PIN = QT_TRANSLATE_NOOP("Till", "Swipe the card that gets a new PIN")
    SWIPE_NEW_CODE = QT_TRANSLATE_NOOP("Till", "Swipe the card that gets an extra code")
    SWIPE_ACTIVATE = QT_TRANSLATE_NOOP("Till", "Swipe the printed card")
    SWIPE_RESERVE = QT_TRANSLATE_NOOP("Till", "Swipe the card to reserve on")
    SWIPE_CASH_OUT = QT_TRANSLATE_NOOP("Till", "Swipe the card to pay out")
    SWIPE_STOP = QT_TRANSLATE_NOOP("Till", "Swipe the card to stop")
    NOTHING_YET = QT_TRANSLATE_NOOP("Till", "Nothing happens yet: you are asked first.")

    # whose card
    WHOSE_SOLD = QT_TRANSLATE_NOOP("Till", "Whose card is sold?")
    WHOSE_MADE = QT_TRANSLATE_NOOP("Till", "Whose cards are made?")
    WHOSE_RANGE = QT_TRANSLATE_NOOP("Till", "Whose printed cards are they?")
    WHOSE_CUSTOMER = QT_TRANSLATE_NOOP("Till", "Who keeps the customer's cards?")
    WHOSE_LIST = QT_TRANSLATE_NOOP("Till", "Whose cards are listed?")
    WHOSE_WHY = QT_TRANSLATE_NOOP("Till", "Several services could. Each has its own customers and cards.")

    # questions
    ASK_SAVE = QT_TRANSLATE_NOOP("Till", "For which customer is the card saved?")
    ASK_CUSTOMER = QT_TRANSLATE_NOOP("Till", "Which customer's cards?")
    ASK_OWNER = QT_TRANSLATE_NOOP("Till", "Whose card is it?")
    ASK_GIVER = QT_TRANSLATE_NOOP("Till", "Which customer gives the gift?")
    ASK_SHARE = QT_TRANSLATE_NOOP("Till", "Who may use the card, too?")
    ASK_GIFT = QT_TRANSLATE_NOOP("Till", "Who gets the card?")
    ASK_GIFT_NEW = QT_TRANSLATE_NOOP("Till", "Who gets the new card?")
    ASK_FIRST = QT_TRANSLATE_NOOP("Till", "Which is the first card?")
    ASK_LAST = QT_TRANSLATE_NOOP("Till", "Which is the last card?")
    ASK_BLANKS = QT_TRANSLATE_NOOP("Till", "How many blank cards are made?")
    ASK_HOURS = QT_TRANSLATE_NOOP("Till", "For how many hours is the extra code good?")
    ASK_WHY = QT_TRANSLATE_NOOP("Till", "Why is the card stopped?")
    HINT_SAVE = QT_TRANSLATE_NOOP("Till", "{backend} keeps it for them from then on. The card in hand stays good.")
    HINT_CUSTOMER = QT_TRANSLATE_NOOP("Till", "The customer's id at {backend}.")
    HINT_SHARE = QT_TRANSLATE_NOOP("Till", "The customer keeps the card: both pay with the same money.")
    HINT_GIFT = QT_TRANSLATE_NOOP("Till", "The customer loses the card: it belongs to the other alone.")
    HINT_GIFT_NEW = QT_TRANSLATE_NOOP("Till", "{backend} sends it to them as soon as it is paid for.")
    HINT_FIRST = QT_TRANSLATE_NOOP("Till", "The printed cards of one box lie in a row. Type, scan or swipe the first.")
    HINT_LAST = QT_TRANSLATE_NOOP("Till", "All cards from the first to this one get their value.")
    HINT_BLANKS = QT_TRANSLATE_NOOP("Till", "They are worth nothing until they are activated. {most} at most.")
    HINT_HOURS = QT_TRANSLATE_NOOP("Till", "Whoever has the code pays with this card until then. {most} at most.")
    HINT_WHY = QT_TRANSLATE_NOOP("Till", "It stands on the stop list with your name.")
    FIELD_CUSTOMER = QT_TRANSLATE_NOOP("Till", "Customer's id")
    FIELD_RECIPIENT = QT_TRANSLATE_NOOP("Till", "User id, e-mail or phone number")
    FIELD_NUMBER = QT_TRANSLATE_NOOP("Till", "Card number")
    FIELD_ID = QT_TRANSLATE_NOOP("Till", "Card id, such as BOX1-0001")
    FIELD_WHY = QT_TRANSLATE_NOOP("Till", "Reason")
    UNIT_CARDS = QT_TRANSLATE_NOOP("Till", "cards")
    UNIT_HOURS = QT_TRANSLATE_NOOP("Till", "hours")

    # confirm: what will happen, and the verb that does it
    DO_TRANSFER = QT_TRANSLATE_NOOP("Till", "This goes from the card to a new one.")
    DO_COMBINE = QT_TRANSLATE_NOOP("Till", "All of this goes onto the card.")
    DO_SHARE = QT_TRANSLATE_NOOP("Till", "Somebody else may use this card, too.")
    DO_GIFT = QT_TRANSLATE_NOOP("Till", "This card goes to somebody else for good.")
    DO_DELETE = QT_TRANSLATE_NOOP("Till", "This card is deleted at {backend}.")
    DO_NEW_PIN = QT_TRANSLATE_NOOP("Till", "This card gets a new PIN.")
    DO_RANGE = QT_TRANSLATE_NOOP("Till", "{count} printed cards get {each} each.")
    DO_BLANKS = QT_TRANSLATE_NOOP("Till", "{backend} makes {count} blank cards.")
    DO_RELEASE = QT_TRANSLATE_NOOP("Till", "The reservation is let go. Nothing is taken.")
    DO_CASH_OUT = QT_TRANSLATE_NOOP("Till", "This is paid out in cash and leaves the card.")
    YES_NEW_PIN = QT_TRANSLATE_NOOP("Till", "Make a new PIN")
    YES_CASH_OUT = QT_TRANSLATE_NOOP("Till", "Pay out")
    YES_RANGE = QT_TRANSLATE_NOOP("Till", "Go on to pay")
    YES_BLANKS = QT_TRANSLATE_NOOP("Till", "Make the cards")
    IN_ALL = QT_TRANSLATE_NOOP("Till", "To pay for all of them")
    END_SOURCE = QT_TRANSLATE_NOOP("Till", "End the old card")
    YES = QT_TRANSLATE_NOOP("Till", "yes")
    NO = QT_TRANSLATE_NOOP("Till", "no")
    END_WHY_NOT = QT_TRANSLATE_NOOP("Till", "Only when all of it moves")
    FACT_BALANCE = QT_TRANSLATE_NOOP("Till", "On the card now")
    FACT_LEFT = QT_TRANSLATE_NOOP("Till", "Left on it afterwards")
    FACT_CUSTOMER = QT_TRANSLATE_NOOP("Till", "Customer")
    FACT_FIRST = QT_TRANSLATE_NOOP("Till", "First card")
    FACT_LAST = QT_TRANSLATE_NOOP("Till", "Last card")
    FACT_COUNT = QT_TRANSLATE_NOOP("Till", "Cards")
    FACT_EACH = QT_TRANSLATE_NOOP("Till", "Each")
    FACT_SOURCES = QT_TRANSLATE_NOOP("Till", "From {count} cards")
    FACT_SOURCE = QT_TRANSLATE_NOOP("Till", "From 1 card")

    # what a person must know before Enter
    WARN_BALANCE_MOVES = QT_TRANSLATE_NOOP("Till", "The money lies on a new card with a new number then.")
    WARN_SOURCE_ENDS = QT_TRANSLATE_NOOP("Till", "The old card ends: it is good for nothing afterwards.")
    WARN_SOURCES_END = QT_TRANSLATE_NOOP("Till", "The cards that give their money end with it.")
    WARN_BOTH_USE_IT = QT_TRANSLATE_NOOP("Till", "Shared, not given away: both pay with the same money, and the card "
                                         "stays the customer's.")  # fmt: skip
    WARN_LEAVES_OWNER = QT_TRANSLATE_NOOP("Till", "Given away, not shared: the card is the other's alone, and the "
                                          "customer can use it no more.")  # fmt: skip
    WARN_CARD_ENDS = QT_TRANSLATE_NOOP("Till", "The card ends, and what is on it is lost.")
    WARN_KEPT_NO_MORE = QT_TRANSLATE_NOOP("Till", "The service keeps it for the customer no more. The card itself "
                                          "stays good.")  # fmt: skip
    WARN_OLD_PIN_DIES = QT_TRANSLATE_NOOP("Till", "The old PIN does not work any more.")
    WARN_TOLD_ONCE = QT_TRANSLATE_NOOP("Till", "What comes is shown and printed once. Nobody can read it again.")
    WARN_CASH = QT_TRANSLATE_NOOP("Till", "Take the cash out of the drawer when it is approved, not before.")
    WARN_RESERVATION_ENDS = QT_TRANSLATE_NOOP("Till", "The customer has the money on the card again at once.")
    WARN_NO_UNDO = QT_TRANSLATE_NOOP("Till", "It cannot be taken back.")
    WARN_EACH_IS_ONE = QT_TRANSLATE_NOOP("Till", "Each card is activated by itself. What fails is listed, and its "
                                         "money goes back.")  # fmt: skip

    # sources
    SOURCES_TITLE = QT_TRANSLATE_NOOP("Till", "Which cards go into this one?")
    SOURCES_NONE = QT_TRANSLATE_NOOP("Till", "Swipe the first card that gives its money.")
    SOURCES_MORE = QT_TRANSLATE_NOOP("Till", "Swipe the next one, or go on.")
    SOURCES_FULL = QT_TRANSLATE_NOOP("Till", "{most} cards at most. Go on with these.")
    SOURCES_ASKING = QT_TRANSLATE_NOOP("Till", "Asking what is on the card …")
    SOURCES_SUM = QT_TRANSLATE_NOOP("Till", "Goes onto the card")
    SOURCES_SUM_KNOWN = QT_TRANSLATE_NOOP("Till", "Goes onto the card, and what is not known")
    SOURCES_LIST = QT_TRANSLATE_NOOP("Till", "Cards that give their money")
    SOURCES_TARGET = QT_TRANSLATE_NOOP("Till", "The card that stays")
    SOURCES_DROP = QT_TRANSLATE_NOOP("Till", "Take the last off")
    NOT_KNOWN = QT_TRANSLATE_NOOP("Till", "not known")

    # asking for what no other tender can replace
    GO_ON = QT_TRANSLATE_NOOP("Till", "Do not wait")
    ASKING_SENT = QT_TRANSLATE_NOOP("Till", "Do not start it twice: the answer settles it.")
    ASKING_UNSENT = QT_TRANSLATE_NOOP("Till", "Nothing has happened yet.")
    ASKING_CHOOSE = QT_TRANSLATE_NOOP("Till", "Wait, or do something else: it goes on by itself.")
    ASKING_LEAVE = QT_TRANSLATE_NOOP("Till", "Wait, or do something else.")
    ASKING_NO_TENDER = QT_TRANSLATE_NOOP("Till", "Wait, or cancel: both are safe.")

    # PIN
    PIN_TO_SEE = QT_TRANSLATE_NOOP("Till", "The service tells nothing of this card without it.")
    PIN_TO_DO = QT_TRANSLATE_NOOP("Till", "{what}: the service does it with the card's PIN only.")
    PIN_DEMO = QT_TRANSLATE_NOOP("Till", "Demo card: its PIN is {pin}.")

    # tender
    TENDER_ACTIVATE = QT_TRANSLATE_NOOP("Till", "Take the money first. What is activated gets its value after that.")
    TENDER_GIFT = QT_TRANSLATE_NOOP("Till", "Take the money first. The gift goes out after that.")
    SLIP_TITLE = QT_TRANSLATE_NOOP("Till", "Reference on the bank card's slip")
    SLIP_NEEDED = QT_TRANSLATE_NOOP("Till", "The service asks which purchase pays for it.")
    SLIP_WANTED = QT_TRANSLATE_NOOP("Till", "It helps the service to find the purchase. Enter goes on without it.")
    SLIP_TAKE = QT_TRANSLATE_NOOP("Till", "Take {amount}")
    SLIP_ONLY = QT_TRANSLATE_NOOP("Till", "Only a bank card pays for this: the service wants to know the purchase.")

    # outcome
    HAND_OVER = QT_TRANSLATE_NOOP("Till", "Hand {amount} to the customer.")

    # what is given out once
    NEW_PIN = QT_TRANSLATE_NOOP("Till", "The new PIN")
    NEW_CODE = QT_TRANSLATE_NOOP("Till", "The extra code")
    NEW_ADDRESS = QT_TRANSLATE_NOOP("Till", "The card's address")
    NEW_BLANKS = QT_TRANSLATE_NOOP("Till", "The blank cards")
    GIFT_CARD = QT_TRANSLATE_NOOP("Till", "The gift card")
    ADDRESS = QT_TRANSLATE_NOOP("Till", "Address")
    SCAN_ADDRESS = QT_TRANSLATE_NOOP("Till", "The address as a code to scan")
    ONCE = QT_TRANSLATE_NOOP("Till", "Shown once. Give the customer the print, then confirm.")
    ONCE_BLANKS = QT_TRANSLATE_NOOP("Till", "Shown once. Put the print with the cards, then confirm.")
    PUT_AWAY = QT_TRANSLATE_NOOP("Till", "Put away")
    DONE = QT_TRANSLATE_NOOP("Till", "Handed over. It is erased from this till.")
    SHOWN_OF = QT_TRANSLATE_NOOP("Till", "{first} to {last} of {count}")
    EARLIER = QT_TRANSLATE_NOOP("Till", "Earlier")
    LATER = QT_TRANSLATE_NOOP("Till", "Later")
    LABEL = QT_TRANSLATE_NOOP("Till", "Label")
    SHOW_PIN = QT_TRANSLATE_NOOP("Till", "Show the PIN")
    SHOW_CODE = QT_TRANSLATE_NOOP("Till", "Show the code")
    SHOW_CARDS = QT_TRANSLATE_NOOP("Till", "Show the cards")


EMPTY = Sentence("Q-01", QT_TRANSLATE_NOOP("Till", "Nothing is typed yet."), NOTHING,
                 QT_TRANSLATE_NOOP("Till", "Type it, then press Enter."))  # fmt: skip
STRIPE = Sentence("Q-02", QT_TRANSLATE_NOOP("Till", "A card's stripe does not belong here."),
                  QT_TRANSLATE_NOOP("Till", "Nothing of it was kept."),
                  QT_TRANSLATE_NOOP("Till", "Type the answer."))  # fmt: skip
WRONG: Mapping[Question, Sentence] = {
    Question.CUSTOMER: Sentence("Q-03", QT_TRANSLATE_NOOP("Till", "That is no customer's id."), NOTHING,
                                QT_TRANSLATE_NOOP("Till", "It has 1 to {most} letters and figures.")),
    Question.RECIPIENT: Sentence("Q-04", QT_TRANSLATE_NOOP("Till", "Nobody can be reached by that."), NOTHING,
                                 QT_TRANSLATE_NOOP("Till", "Type a user id, an e-mail address such as kari@example.no, "
                                                   "or a phone number such as +47 900 00 000.")),
    Question.REASON: Sentence("Q-05", QT_TRANSLATE_NOOP("Till", "This needs a reason."), NOTHING,
                              QT_TRANSLATE_NOOP("Till", "A few words, such as: reported lost. {most} signs at most.")),
    Question.FIRST: Sentence("Q-06", QT_TRANSLATE_NOOP("Till", "That is no card of this kind."), NOTHING,
                             QT_TRANSLATE_NOOP("Till", "An id ends in figures, such as BOX1-0001.")),
    Question.LAST: Sentence("Q-07", QT_TRANSLATE_NOOP("Till", "That does not end the row of the first card."), NOTHING,
                            QT_TRANSLATE_NOOP("Till", "It begins alike and comes later. {box} cards at most go at "
                                              "once.")),
    Question.COUNT: Sentence("Q-08", QT_TRANSLATE_NOOP("Till", "That is not how many."), NOTHING,
                             QT_TRANSLATE_NOOP("Till", "Type a number from 1 to {most}.")),
}  # fmt: skip
"""What an answer looks like, once one was none."""
WRONG_NUMBER = Sentence("Q-09", QT_TRANSLATE_NOOP("Till", "That is no number of this kind of card."), NOTHING,
                        QT_TRANSLATE_NOOP("Till", "Type all the figures printed on the card."))  # fmt: skip
NO_REFERENCE = Sentence("Q-10", QT_TRANSLATE_NOOP("Till", "The reference is missing."),
                        QT_TRANSLATE_NOOP("Till", "Nothing is taken yet."),
                        QT_TRANSLATE_NOOP("Till", "Type what the bank terminal printed."))  # fmt: skip

QUESTIONS: Mapping[tuple[Task, Question], tuple[JobSay, JobSay]] = {
    (Task.SAVE, Question.CUSTOMER): (JobSay.ASK_SAVE, JobSay.HINT_SAVE),
    (Task.CUSTOMER, Question.CUSTOMER): (JobSay.ASK_CUSTOMER, JobSay.HINT_CUSTOMER),
    (Task.SHARE, Question.CUSTOMER): (JobSay.ASK_OWNER, JobSay.HINT_CUSTOMER),
    (Task.GIFT, Question.CUSTOMER): (JobSay.ASK_OWNER, JobSay.HINT_CUSTOMER),
    (Task.PREFER, Question.CUSTOMER): (JobSay.ASK_OWNER, JobSay.HINT_CUSTOMER),
    (Task.GIFT_NEW, Question.CUSTOMER): (JobSay.ASK_GIVER, JobSay.HINT_CUSTOMER),
    (Task.SHARE, Question.RECIPIENT): (JobSay.ASK_SHARE, JobSay.HINT_SHARE),
    (Task.GIFT, Question.RECIPIENT): (JobSay.ASK_GIFT, JobSay.HINT_GIFT),
    (Task.GIFT_NEW, Question.RECIPIENT): (JobSay.ASK_GIFT_NEW, JobSay.HINT_GIFT_NEW),
    (Task.RANGE, Question.FIRST): (JobSay.ASK_FIRST, JobSay.HINT_FIRST),
    (Task.RANGE, Question.LAST): (JobSay.ASK_LAST, JobSay.HINT_LAST),
    (Task.BLANKS, Question.COUNT): (JobSay.ASK_BLANKS, JobSay.HINT_BLANKS),
    (Task.NEW_CODE, Question.COUNT): (JobSay.ASK_HOURS, JobSay.HINT_HOURS),
    (Task.STOP, Question.REASON): (JobSay.ASK_WHY, JobSay.HINT_WHY),
}
"""What is asked, and what the answer is for."""
CONFIRMS: Mapping[Task, tuple[JobSay, JobSay | Say]] = {
    Task.TRANSFER: (JobSay.DO_TRANSFER, Say.TRANSFER),
    Task.COMBINE: (JobSay.DO_COMBINE, Say.COMBINE),
    Task.SHARE: (JobSay.DO_SHARE, Say.SHARE),
    Task.GIFT: (JobSay.DO_GIFT, Say.GIFT),
    Task.DELETE: (JobSay.DO_DELETE, Say.DELETE),
    Task.NEW_PIN: (JobSay.DO_NEW_PIN, JobSay.YES_NEW_PIN),
    Task.RANGE: (JobSay.DO_RANGE, JobSay.YES_RANGE),
    Task.BLANKS: (JobSay.DO_BLANKS, JobSay.YES_BLANKS),
    Task.RELEASE: (JobSay.DO_RELEASE, Say.RELEASE),
    Task.CASH_OUT: (JobSay.DO_CASH_OUT, JobSay.YES_CASH_OUT),
}
"""What will happen in one sentence, and the verb on the button."""
GOOD_TO_KNOW = frozenset(
    {Warn.BALANCE_MOVES, Warn.BOTH_USE_IT, Warn.RESERVATION_ENDS, Warn.EACH_IS_ONE, Warn.KEPT_NO_MORE}
)
"""What loses nothing: told, not warned of."""
WARNINGS: Mapping[Warn, JobSay] = {
    Warn.BALANCE_MOVES: JobSay.WARN_BALANCE_MOVES,
    Warn.SOURCE_ENDS: JobSay.WARN_SOURCE_ENDS,
    Warn.SOURCES_END: JobSay.WARN_SOURCES_END,
    Warn.BOTH_USE_IT: JobSay.WARN_BOTH_USE_IT,
    Warn.LEAVES_OWNER: JobSay.WARN_LEAVES_OWNER,
    Warn.CARD_ENDS: JobSay.WARN_CARD_ENDS,
    Warn.KEPT_NO_MORE: JobSay.WARN_KEPT_NO_MORE,
    Warn.OLD_PIN_DIES: JobSay.WARN_OLD_PIN_DIES,
    Warn.TOLD_ONCE: JobSay.WARN_TOLD_ONCE,
    Warn.CASH_FROM_DRAWER: JobSay.WARN_CASH,
    Warn.RESERVATION_ENDS: JobSay.WARN_RESERVATION_ENDS,
    Warn.NO_UNDO: JobSay.WARN_NO_UNDO,
    Warn.EACH_IS_ONE: JobSay.WARN_EACH_IS_ONE,
}
AMOUNTS: Mapping[Task, JobSay | Say] = {
    Task.PAY: Say.AMOUNT_PAY,
    Task.LOAD: Say.AMOUNT_LOAD,
    Task.SELL: Say.AMOUNT_SELL,
    Task.REFUND: Say.AMOUNT_REFUND,
    Task.TRANSFER: JobSay.AMOUNT_TRANSFER,
    Task.ACTIVATE: JobSay.AMOUNT_ACTIVATE,
    Task.RANGE: JobSay.AMOUNT_RANGE,
    Task.GIFT_NEW: JobSay.AMOUNT_GIFT,
    Task.RESERVE: JobSay.AMOUNT_RESERVE,
    Task.CAPTURE: JobSay.AMOUNT_CAPTURE,
    Task.CASH_OUT: JobSay.AMOUNT_CASH_OUT,
}
SWIPES: Mapping[Task, JobSay | Say] = {
    Task.PAY: Say.SWIPE_TO_PAY,
    Task.LOAD: Say.SWIPE_TO_LOAD,
    Task.BALANCE: Say.SWIPE_TO_SEE,
    Task.REFUND: Say.SWIPE_TO_REFUND,
    Task.TRANSFER: JobSay.SWIPE_TRANSFER,
    Task.COMBINE: JobSay.SWIPE_COMBINE,
    Task.SAVE: JobSay.SWIPE_SAVE,
    Task.SHARE: JobSay.SWIPE_SHARE,
    Task.GIFT: JobSay.SWIPE_GIFT,
    Task.PREFER: JobSay.SWIPE_PREFER,
    Task.DELETE: JobSay.SWIPE_DELETE,
    Task.NEW_PIN: JobSay.SWIPE_NEW_PIN,
    Task.NEW_CODE: JobSay.SWIPE_NEW_CODE,
    Task.ACTIVATE: JobSay.SWIPE_ACTIVATE,
    Task.RESERVE: JobSay.SWIPE_RESERVE,
    Task.CASH_OUT: JobSay.SWIPE_CASH_OUT,
    Task.STOP: JobSay.SWIPE_STOP,
}
WHOSE: Mapping[Task, JobSay] = {
    Task.SELL: JobSay.WHOSE_SOLD,
    Task.GIFT_NEW: JobSay.WHOSE_SOLD,
    Task.BLANKS: JobSay.WHOSE_MADE,
    Task.RANGE: JobSay.WHOSE_RANGE,
    Task.ALL_CARDS: JobSay.WHOSE_LIST,
    Task.CUSTOMER: JobSay.WHOSE_CUSTOMER,
    Task.SHARE: JobSay.WHOSE_CUSTOMER,
    Task.GIFT: JobSay.WHOSE_CUSTOMER,
    Task.PREFER: JobSay.WHOSE_CUSTOMER,
}
"""Which of several services it is about."""
SHORT: Mapping[Task, JobSay] = {
    Task.SAVE: JobSay.SAVE,
    Task.DELETE: JobSay.DELETE,
    Task.STOP: JobSay.STOP,
    Task.CUSTOMER: JobSay.FIND_CUSTOMER,
}
"""Words for compact buttons; every other task has its usual one."""
