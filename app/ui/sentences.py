"""Sentences that carry a code: *what happened - did money move - what now - (code)*.

One table per enum of the domain; ``tests/ui/test_text.py`` proves that each member has a sentence and that no two
share a code. A code is for the telephone: it names the cause to whoever helps and is never reused for another.

=====  ======================================================
T      no answer, or an attempt that did not get through
D, L   declined by the service; declined by the till's limits
C      the card could not be taken
W      a control does not work now
N      notices that pass
S      the till does not sell
=====  ======================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.domain.card import CardFault
from app.domain.host import Cause, Decline
from app.domain.view import NoticeKind, OutcomeKind, StopKind, Why
from app.ui.text import QT_TRANSLATE_NOOP

NOT_MOVED = QT_TRANSLATE_NOOP("Till", "No money has moved.")
PERHAPS = QT_TRANSLATE_NOOP("Till", "The money may have been taken.")
NOTHING = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message in its parts, in English; each part is translated by itself.

    Attributes:
        code: For support; unique.
        what: What happened.
        money: Whether money moved; empty where the matter has nothing to do with money.
        now: What to do; empty where there is nothing to do.
    """

    code: str
    what: str
    money: str = NOTHING
    now: str = NOTHING

    def text(self, **values: object) -> str:
        """The sentences in the language in force, without the code."""
        parts = (QCoreApplication.translate("Till", part) for part in (self.what, self.money, self.now) if part)
        return " ".join(part.format(**values) if values else part for part in parts)

    def full(self, **values: object) -> str:
        """With the code in brackets at the end."""
        return f"{self.text(**values)} ({self.code})"


_WAIT = QT_TRANSLATE_NOOP("Till", "The till asks again by itself. Take nothing twice; another tender is safe.")
_OTHER = QT_TRANSLATE_NOOP("Till", "Ask for another card or another tender.")
_LATER = QT_TRANSLATE_NOOP("Till", "Try again, or take another tender.")
_CALL = QT_TRANSLATE_NOOP("Till", "Take another tender and call support.")
_TENDER = QT_TRANSLATE_NOOP("Till", "Take another tender.")

CAUSES: Mapping[Cause, Sentence] = {
    Cause.LINE_CUT: Sentence("T-01", QT_TRANSLATE_NOOP("Till", "The line is cut by hand."), NOT_MOVED,
                             QT_TRANSLATE_NOOP("Till", "Press F12 to join it again.")),
    Cause.CONNECT: Sentence("T-02", QT_TRANSLATE_NOOP("Till", "The gift-card service cannot be reached."), NOT_MOVED,
                            _LATER),
    Cause.TLS: Sentence("T-03", QT_TRANSLATE_NOOP("Till", "The service did not prove who it is."), NOT_MOVED, _CALL),
    Cause.TOKEN: Sentence("T-04", QT_TRANSLATE_NOOP("Till", "The service did not let this till in."), NOT_MOVED,
                          _LATER),
    Cause.BUSY: Sentence("T-05", QT_TRANSLATE_NOOP("Till", "The gift-card service is busy."), NOT_MOVED,
                         QT_TRANSLATE_NOOP("Till", "Wait a moment and try again.")),
    Cause.CONFIGURATION: Sentence("T-06", QT_TRANSLATE_NOOP("Till", "The service does not accept this till's set-up."),
                                  NOT_MOVED, _CALL),
    Cause.LOOKUP: Sentence("T-07", QT_TRANSLATE_NOOP("Till", "The card could not be looked up."), NOT_MOVED, _LATER),
    Cause.TIMEOUT: Sentence("T-12", QT_TRANSLATE_NOOP("Till", "No answer from the gift-card service."), PERHAPS, _WAIT),
    Cause.BROKEN: Sentence("T-13", QT_TRANSLATE_NOOP("Till", "The line broke in the middle."), PERHAPS, _WAIT),
    Cause.SERVER: Sentence("T-14", QT_TRANSLATE_NOOP("Till", "The gift-card service failed while it worked."), PERHAPS,
                           _WAIT),
    Cause.UNREADABLE: Sentence("T-15", QT_TRANSLATE_NOOP("Till", "The answer could not be read."), PERHAPS, _WAIT),
    Cause.MISMATCH: Sentence("T-16", QT_TRANSLATE_NOOP("Till", "The answer was for something else."), PERHAPS, _WAIT),
    Cause.UNKNOWN_STATE: Sentence("T-17", QT_TRANSLATE_NOOP("Till", "The service does not know yet how it ended."),
                                  PERHAPS, _WAIT),
    Cause.RESTART: Sentence("T-18", QT_TRANSLATE_NOOP("Till", "The till stopped before the answer came."), PERHAPS,
                            _WAIT),
    Cause.LANE: Sentence("T-19", QT_TRANSLATE_NOOP("Till", "An earlier payment on this card is still under way."),
                         NOT_MOVED, QT_TRANSLATE_NOOP("Till", "Wait until it is through, or take another tender.")),
}  # fmt: skip

DECLINES: Mapping[Decline, Sentence] = {
    Decline.INSUFFICIENT: Sentence("D-01", QT_TRANSLATE_NOOP("Till", "There is not enough on the card."), NOT_MOVED,
                                   QT_TRANSLATE_NOOP("Till", "Take what is there, and the rest by another tender.")),
    Decline.UNKNOWN_CARD: Sentence("D-02", QT_TRANSLATE_NOOP("Till", "The service does not know this card."), NOT_MOVED,
                                   _OTHER),
    Decline.EXPIRED: Sentence("D-03", QT_TRANSLATE_NOOP("Till", "The card has expired."), NOT_MOVED, _OTHER),
    Decline.BLOCKED: Sentence("D-04", QT_TRANSLATE_NOOP("Till", "The card is blocked."), NOT_MOVED, _OTHER),
    Decline.INACTIVE: Sentence("D-05", QT_TRANSLATE_NOOP("Till", "The card has not been activated."), NOT_MOVED,
                               QT_TRANSLATE_NOOP("Till", "Ask where it was bought. Take another tender.")),
    Decline.WRONG_PIN: Sentence("D-06", QT_TRANSLATE_NOOP("Till", "The PIN was wrong."), NOT_MOVED,
                                QT_TRANSLATE_NOOP("Till", "Swipe again to try once more. Three wrong PINs block it.")),
    Decline.PIN_REQUIRED: Sentence("D-07", QT_TRANSLATE_NOOP("Till", "This card needs its PIN."), NOT_MOVED,
                                   QT_TRANSLATE_NOOP("Till", "Swipe again and let the customer enter it.")),
    Decline.WRONG_CVC: Sentence("D-08", QT_TRANSLATE_NOOP("Till", "Number, CVC or expiry do not fit."), NOT_MOVED,
                                QT_TRANSLATE_NOOP("Till", "Key them again from the card.")),
    Decline.PRODUCT: Sentence("D-09", QT_TRANSLATE_NOOP("Till", "The card does not pay for these goods."), NOT_MOVED,
                              _OTHER),
    Decline.CURRENCY: Sentence("D-10", QT_TRANSLATE_NOOP("Till", "The card is in another currency."),
                               NOT_MOVED, _OTHER),
    Decline.AMOUNT: Sentence("D-11", QT_TRANSLATE_NOOP("Till", "The service does not take this amount."), NOT_MOVED,
                             QT_TRANSLATE_NOOP("Till", "Try a smaller amount, or take another tender.")),
    Decline.NOTHING_LEFT: Sentence("D-12", QT_TRANSLATE_NOOP("Till", "Nothing is left to give back."), NOT_MOVED,
                                   QT_TRANSLATE_NOOP("Till", "Look at the receipt: it may be given back already.")),
    Decline.REFERENCE_REUSED: Sentence("D-13", QT_TRANSLATE_NOOP("Till", "The service has seen this number before."),
                                       NOT_MOVED, _LATER),
    Decline.MALFORMED: Sentence("D-14", QT_TRANSLATE_NOOP("Till", "The service did not understand the till."),
                                NOT_MOVED,
                                _CALL),
    Decline.FORBIDDEN: Sentence("D-15", QT_TRANSLATE_NOOP("Till", "This shop may not do that with this card."),
                                NOT_MOVED, _OTHER),
    Decline.NOT_FOUND: Sentence("D-16", QT_TRANSLATE_NOOP("Till", "The service does not find it."), NOT_MOVED,
                                QT_TRANSLATE_NOOP("Till", "Check the number on the receipt.")),
    Decline.TOLD_AND_LOST: Sentence("D-18", QT_TRANSLATE_NOOP("Till", "The codes got lost on the way. The cards were "
                                                              "deleted."), NOT_MOVED,
                                    QT_TRANSLATE_NOOP("Till", "Make them anew.")),
    Decline.EMPTY: Sentence("D-17", QT_TRANSLATE_NOOP("Till", "There is nothing on the card."), NOT_MOVED, _OTHER),
    Decline.ACTIVE_ALREADY: Sentence("D-19", QT_TRANSLATE_NOOP("Till", "The card is active already."), NOT_MOVED,
                                     QT_TRANSLATE_NOOP("Till", "Take another printed card.")),
    Decline.OTHER: Sentence("D-99", QT_TRANSLATE_NOOP("Till", "The service said no and gave no reason we know."),
                            NOT_MOVED, _OTHER),
    Decline.OFFLINE_OFF: Sentence("L-01", QT_TRANSLATE_NOOP("Till", "The line is down and nothing is taken offline."),
                                  NOT_MOVED, _TENDER),
    Decline.OFFLINE_VERB: Sentence("L-02", QT_TRANSLATE_NOOP("Till", "The line is down, and this needs the service."),
                                   NOT_MOVED, QT_TRANSLATE_NOOP("Till", "Try again when the line is back.")),
    Decline.OFFLINE_PIN: Sentence("L-03", QT_TRANSLATE_NOOP("Till", "The line is down, and this card needs its PIN."),
                                  NOT_MOVED, _OTHER),
    Decline.OFFLINE_SALE_LIMIT: Sentence("L-04", QT_TRANSLATE_NOOP("Till", "That is too much for one offline sale."),
                                         NOT_MOVED,
                                         QT_TRANSLATE_NOOP("Till", "Take a smaller part, the rest by another tender.")),
    Decline.OFFLINE_CARD_LIMIT: Sentence("L-05", QT_TRANSLATE_NOOP("Till", "This card has reached its offline limit."),
                                         NOT_MOVED, _OTHER),
    Decline.OFFLINE_CARD_COUNT: Sentence("L-06", QT_TRANSLATE_NOOP("Till", "This card was used offline often enough."),
                                         NOT_MOVED, _OTHER),
    Decline.OFFLINE_TILL_LIMIT: Sentence("L-07", QT_TRANSLATE_NOOP("Till", "This till's offline room is used up."),
                                         NOT_MOVED, _TENDER),
    Decline.OFFLINE_TILL_COUNT: Sentence("L-08", QT_TRANSLATE_NOOP("Till", "This till holds all the sales it may."),
                                         NOT_MOVED, _TENDER),
    Decline.OFFLINE_BALANCE: Sentence("L-09", QT_TRANSLATE_NOOP("Till", "The last known balance is too small."),
                                      NOT_MOVED,
                                      QT_TRANSLATE_NOOP("Till", "Take what was there, the rest by another tender.")),
    Decline.OFFLINE_UNKNOWN_CARD: Sentence("L-10", QT_TRANSLATE_NOOP("Till", "The line is down, and the till never "
                                                                     "saw this card."), NOT_MOVED, _TENDER),
    Decline.OFFLINE_TOO_OLD: Sentence("L-11", QT_TRANSLATE_NOOP("Till", "The oldest waiting sale is too old."),
                                      NOT_MOVED, QT_TRANSLATE_NOOP("Till", "Take another tender and tell a manager.")),
    Decline.STOPPED: Sentence("L-12", QT_TRANSLATE_NOOP("Till", "This till does not sell now."), NOT_MOVED, _TENDER),
    Decline.STOPPED_CARD: Sentence("L-13", QT_TRANSLATE_NOOP("Till", "This card is on the shop's stop list."),
                                   NOT_MOVED, _TENDER),
}  # fmt: skip

_AGAIN = QT_TRANSLATE_NOOP("Till", "Swipe again, steadily.")
_KEY = QT_TRANSLATE_NOOP("Till", "Swipe again, or press K and key the number.")

CARD_FAULTS: Mapping[CardFault, Sentence] = {
    CardFault.TRACK_UNREADABLE: Sentence("C-01", QT_TRANSLATE_NOOP("Till", "The stripe could not be read."), NOTHING,
                                         _KEY),
    CardFault.PAN_LENGTH: Sentence("C-02", QT_TRANSLATE_NOOP("Till", "The number has the wrong length."), NOTHING,
                                   QT_TRANSLATE_NOOP("Till", "Check that it is a gift card.")),
    CardFault.EXPIRY: Sentence("C-03", QT_TRANSLATE_NOOP("Till", "The expiry could not be read."), NOTHING, _KEY),
    CardFault.SEPARATOR: Sentence("C-04", QT_TRANSLATE_NOOP("Till", "The stripe was read only in part."), NOTHING,
                                  _AGAIN),
    CardFault.BANK_CARD: Sentence("C-05", QT_TRANSLATE_NOOP("Till", "That is a bank card. Nothing of it was kept."),
                                  NOT_MOVED, QT_TRANSLATE_NOOP("Till", "Use the bank terminal.")),
    CardFault.NO_PROGRAMME: Sentence("C-06", QT_TRANSLATE_NOOP("Till", "This shop does not take that card."), NOT_MOVED,
                                     _OTHER),
    CardFault.CODE: Sentence("C-07", QT_TRANSLATE_NOOP("Till", "That is neither a card's number nor its code."),
                             NOTHING, QT_TRANSLATE_NOOP("Till", "Check that it is a gift card.")),
    CardFault.CODE_UNREADABLE: Sentence("C-08", QT_TRANSLATE_NOOP("Till", "The code could not be read."), NOTHING,
                                        QT_TRANSLATE_NOOP("Till", "Scan it again, or press K and key it.")),
}  # fmt: skip

WHYS: Mapping[Why, Sentence] = {
    Why.MANAGER_ONLY: Sentence("W-01", QT_TRANSLATE_NOOP("Till", "Managers only")),
    Why.LINE_DOWN: Sentence("W-02", QT_TRANSLATE_NOOP("Till", "Needs the line")),
    Why.OFFLINE_OFF: Sentence("W-03", QT_TRANSLATE_NOOP("Till", "Offline is off")),
    Why.NOT_AT_BACKEND: Sentence("W-04", QT_TRANSLATE_NOOP("Till", "Not offered here")),
    Why.NOTHING_TO_VOID: Sentence("W-05", QT_TRANSLATE_NOOP("Till", "Nothing to void")),
    Why.BUSY: Sentence("W-06", QT_TRANSLATE_NOOP("Till", "Finish this first")),
    Why.STOPPED: Sentence("W-07", QT_TRANSLATE_NOOP("Till", "Till is stopped")),
    Why.SIGN_IN_FIRST: Sentence("W-08", QT_TRANSLATE_NOOP("Till", "Sign in first")),
    Why.NO_CARD_DATA: Sentence("W-09", QT_TRANSLATE_NOOP("Till", "Swipe card again")),
    Why.CARD_STOPPED: Sentence("W-10", QT_TRANSLATE_NOOP("Till", "On the stop list")),
    Why.CARD_ONLY: Sentence("W-11", QT_TRANSLATE_NOOP("Till", "Swipe the card itself")),
    Why.STORED_ONLY: Sentence("W-12", QT_TRANSLATE_NOOP("Till", "Customer's cards only")),
    Why.NOTHING_ON_IT: Sentence("W-13", QT_TRANSLATE_NOOP("Till", "Nothing on the card")),
    Why.OTHER_CURRENCY: Sentence("W-15", QT_TRANSLATE_NOOP("Till", "Other currency")),
    Why.NO_RESERVATION: Sentence("W-14", QT_TRANSLATE_NOOP("Till", "Nothing is reserved")),
    Why.ACTIVE: Sentence("W-16", QT_TRANSLATE_NOOP("Till", "Active already")),
}

NOTICES: Mapping[NoticeKind, Sentence] = {
    NoticeKind.BAD_SWIPE: Sentence("N-01", QT_TRANSLATE_NOOP("Till", "That swipe could not be read."), NOTHING, _KEY),
    NoticeKind.CARD_REFUSED: Sentence("N-02", QT_TRANSLATE_NOOP("Till", "That card cannot be taken."),
                                      NOT_MOVED, _OTHER),
    NoticeKind.CARD_IGNORED: Sentence("N-03", QT_TRANSLATE_NOOP("Till", "The swipe was not used: one is under way."),
                                      NOTHING, QT_TRANSLATE_NOOP("Till", "Swipe again when it is through.")),
    NoticeKind.SAME_CARD: Sentence("N-04", QT_TRANSLATE_NOOP("Till", "That is the same card again."), NOTHING,
                                   QT_TRANSLATE_NOOP("Till", "It counts once.")),
    NoticeKind.PRINTER: Sentence("N-05", QT_TRANSLATE_NOOP("Till", "The receipt did not print."),
                                 QT_TRANSLATE_NOOP("Till", "The sale stands."),
                                 QT_TRANSLATE_NOOP("Till", "Check the printer and print a copy.")),
    NoticeKind.SIGNED_OUT: Sentence("N-06", QT_TRANSLATE_NOOP("Till", "Locked. Nothing was lost.")),
    NoticeKind.LINE_CUT: Sentence("N-07", QT_TRANSLATE_NOOP("Till", "The line is cut."), NOTHING,
                                  QT_TRANSLATE_NOOP("Till", "Sales are accepted within the offline room.")),
    NoticeKind.LINE_BACK: Sentence("N-08", QT_TRANSLATE_NOOP("Till", "The line is back."), NOTHING,
                                   QT_TRANSLATE_NOOP("Till", "What waited is sent by itself.")),
    NoticeKind.SENT: Sentence("N-09", QT_TRANSLATE_NOOP("Till", "Everything that waited was sent: {count}, {amount}.")),
    NoticeKind.CLOCK: Sentence("N-10", QT_TRANSLATE_NOOP("Till", "The clock of this machine jumped."), NOTHING,
                               QT_TRANSLATE_NOOP("Till", "Check date and time.")),
    NoticeKind.MANAGER_NEEDED: Sentence("N-11", QT_TRANSLATE_NOOP("Till", "A manager must do this."), NOTHING,
                                        QT_TRANSLATE_NOOP("Till", "Press F10 and let a manager sign in.")),
    NoticeKind.NOTHING_TO_VOID: Sentence("N-12", QT_TRANSLATE_NOOP("Till", "The last one cannot be taken back."),
                                         NOTHING,
                                         QT_TRANSLATE_NOOP("Till", "An older payment is given back with F5.")),
    NoticeKind.AMOUNT_TOO_LARGE: Sentence("N-13", QT_TRANSLATE_NOOP("Till", "That amount is too large."), NOT_MOVED,
                                          QT_TRANSLATE_NOOP("Till", "Type a smaller one.")),
    NoticeKind.RECOVERED: Sentence("N-14", QT_TRANSLATE_NOOP("Till", "The till stopped in the middle of something: "
                                                             "{count} open."),
                                   QT_TRANSLATE_NOOP("Till", "Nothing is lost."),
                                   QT_TRANSLATE_NOOP("Till", "It is settled by itself; F8 shows how far it is.")),
    NoticeKind.STAN_SKIPPED: Sentence("N-15", QT_TRANSLATE_NOOP("Till", "The journal was older than its witness. "
                                                                "{count} numbers were left out."), NOTHING,
                                      QT_TRANSLATE_NOOP("Till", "Tell a manager.")),
    NoticeKind.KEYS_IN_FILE: Sentence("N-16", QT_TRANSLATE_NOOP("Till", "The keys of this till lie in a file."),
                                      NOTHING,
                                      QT_TRANSLATE_NOOP("Till", "Ask the installer for a key ring.")),
    NoticeKind.TENDER_BACK: Sentence("N-17", QT_TRANSLATE_NOOP("Till", "Something was paid for, and did not happen."),
                                     NOTHING,
                                     QT_TRANSLATE_NOOP("Till", "Give {amount} back, or do it again.")),
    NoticeKind.DAY_CLOSED: Sentence("N-18", QT_TRANSLATE_NOOP("Till", "Today is closed already."), NOTHING,
                                    QT_TRANSLATE_NOOP("Till", "What is sold now belongs to the next day.")),
    NoticeKind.NO_UNDO: Sentence("N-19", QT_TRANSLATE_NOOP("Till", "The service has no way to take that back."),
                                 NOT_MOVED, QT_TRANSLATE_NOOP("Till", "Settle it with the customer.")),
    NoticeKind.SOURCE_REFUSED: Sentence("N-20", QT_TRANSLATE_NOOP("Till", "That card cannot be put in."), NOT_MOVED,
                                        QT_TRANSLATE_NOOP("Till", "Swipe another of the same kind.")),
    NoticeKind.CARD_STOPPED: Sentence("N-21", QT_TRANSLATE_NOOP("Till", "The card is on the stop list."), NOTHING,
                                      QT_TRANSLATE_NOOP("Till", "This till takes it no more.")),
    NoticeKind.CARD_FREED: Sentence("N-22", QT_TRANSLATE_NOOP("Till", "The card is off the stop list.")),
    NoticeKind.CANT_NOW: Sentence("N-23", QT_TRANSLATE_NOOP("Till", "That cannot be done with this card now."),
                                  NOT_MOVED),
    NoticeKind.BALANCE_CHANGED: Sentence("N-24", QT_TRANSLATE_NOOP("Till", "What is on the card has changed: "
                                                                   "now {amount}.")),
    NoticeKind.NUMBER_TYPED: Sentence("N-25", QT_TRANSLATE_NOOP("Till", "A card's number does not belong here."),
                                      QT_TRANSLATE_NOOP("Till", "Nothing of it was kept, and nothing has moved."),
                                      QT_TRANSLATE_NOOP("Till", "Type what is asked for.")),
}  # fmt: skip

_SOLD_STANDS = QT_TRANSLATE_NOOP("Till", "What was sold is safe.")

STOPS: Mapping[StopKind, Sentence] = {
    StopKind.DISK_FULL: Sentence("S-01", QT_TRANSLATE_NOOP("Till", "The disk is full."), _SOLD_STANDS,
                                 QT_TRANSLATE_NOOP("Till", "Free some space; the till goes on by itself.")),
    StopKind.DISK_READ_ONLY: Sentence("S-02", QT_TRANSLATE_NOOP("Till", "The disk cannot be written."), _SOLD_STANDS,
                                      QT_TRANSLATE_NOOP("Till", "Call support, then start the till again.")),
    StopKind.JOURNAL_DAMAGED: Sentence("S-03", QT_TRANSLATE_NOOP("Till", "The journal does not check out."),
                                       QT_TRANSLATE_NOOP("Till", "Nothing is sent and nothing is sold."),
                                       QT_TRANSLATE_NOOP("Till", "Call support. Do not delete anything.")),
    StopKind.JOURNAL_OLD: Sentence("S-04", QT_TRANSLATE_NOOP("Till", "The journal is older than its witness."),
                                   QT_TRANSLATE_NOOP("Till", "Sales after it may be missing."),
                                   QT_TRANSLATE_NOOP("Till", "Call support before you sell.")),
    StopKind.COMMIT_UNKNOWN: Sentence("S-05", QT_TRANSLATE_NOOP("Till", "The disk did not say whether it wrote."),
                                      QT_TRANSLATE_NOOP("Till", "The last step is being looked up."),
                                      QT_TRANSLATE_NOOP("Till", "Wait; the till compares and goes on.")),
}  # fmt: skip

OUTCOMES: Mapping[OutcomeKind, Sentence] = {
    OutcomeKind.APPROVED: Sentence("A-01", QT_TRANSLATE_NOOP("Till", "The service has booked it."), NOTHING,
                                   QT_TRANSLATE_NOOP("Till", "Give the customer the receipt.")),
    OutcomeKind.STORED: Sentence("A-02", QT_TRANSLATE_NOOP("Till", "The line is down; the till accepted it."),
                                 QT_TRANSLATE_NOOP("Till", "It counts as paid."),
                                 QT_TRANSLATE_NOOP("Till", "It is sent by itself when the line is back.")),
    OutcomeKind.DECLINED: Sentence("A-03", QT_TRANSLATE_NOOP("Till", "It was declined."), NOT_MOVED, _OTHER),
    OutcomeKind.CHECKING: Sentence("A-04", QT_TRANSLATE_NOOP("Till", "Nobody knows yet how it ended."), PERHAPS, _WAIT),
    OutcomeKind.CANCELLED: Sentence("A-05", QT_TRANSLATE_NOOP("Till", "It was cancelled."),
                                    QT_TRANSLATE_NOOP("Till", "It does not count: what had moved goes back.")),
}  # fmt: skip


def reason(kind: OutcomeKind, why: Decline | Cause | None) -> Sentence:
    """The sentence of an outcome: its reason where there is one, else what the outcome itself says."""
    if isinstance(why, Decline):
        return DECLINES[why]
    if isinstance(why, Cause):
        return CAUSES[why]
    return OUTCOMES[kind]
