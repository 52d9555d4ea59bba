"""A receipt laid out as lines: the same for the paper on the screen, the printer and a script that reads it.

Pure: a :class:`~app.domain.receipt.Receipt` in, :class:`PaperLine` out. Widths are left to whoever draws.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.card import Issued, IssuedBatch, IssuedSecret, IssuedToken
from app.domain.money import total
from app.domain.product import BasketLine
from app.domain.receipt import Receipt, ReceiptMark
from app.domain.verb import LOADS, PLAIN, UNDOES, Verb
from app.ui import format as fmt
from app.ui.text import QT_TRANSLATE_NOOP, TENDERS, say


class OnPaper(StrEnum):
    """Words of a receipt."""

    TRAINING = QT_TRANSLATE_NOOP("Till", "TRAINING - NOT A RECEIPT")
    COPY = QT_TRANSLATE_NOOP("Till", "COPY {n}")
    PENDING = QT_TRANSLATE_NOOP("Till", "PENDING")
    PENDING_WHY = QT_TRANSLATE_NOOP("Till", "Accepted offline. Booked when the line is back.")
    CHECKING = QT_TRANSLATE_NOOP("Till", "BEING CHECKED")
    CHECKING_WHY = QT_TRANSLATE_NOOP("Till", "The service has not answered yet. Keep this slip.")
    DECLINED = QT_TRANSLATE_NOOP("Till", "DECLINED")
    DECLINED_WHY = QT_TRANSLATE_NOOP("Till", "Nothing was taken.")
    PAYMENT = QT_TRANSLATE_NOOP("Till", "Gift card payment")
    LOADED = QT_TRANSLATE_NOOP("Till", "Gift card loaded")
    SOLD = QT_TRANSLATE_NOOP("Till", "New gift card")
    REFUND = QT_TRANSLATE_NOOP("Till", "Given back to gift card")
    UNDONE = QT_TRANSLATE_NOOP("Till", "Payment taken back")
    LOAD_UNDONE = QT_TRANSLATE_NOOP("Till", "Load taken back")
    SALE_UNDONE = QT_TRANSLATE_NOOP("Till", "Sold card taken back")
    ACTIVATION_UNDONE = QT_TRANSLATE_NOOP("Till", "Activation taken back")
    PAYOUT_UNDONE = QT_TRANSLATE_NOOP("Till", "Payout taken back")
    OTHER_UNDONE = QT_TRANSLATE_NOOP("Till", "Taken back")
    BALANCE = QT_TRANSLATE_NOOP("Till", "Gift card balance")
    ACTIVATED = QT_TRANSLATE_NOOP("Till", "Gift card activated")
    RESERVED = QT_TRANSLATE_NOOP("Till", "Reserved on gift card")
    RELEASED = QT_TRANSLATE_NOOP("Till", "Reservation released")
    TRANSFERRED = QT_TRANSLATE_NOOP("Till", "Moved to a new gift card")
    COMBINED = QT_TRANSLATE_NOOP("Till", "Gift cards combined")
    PAID_OUT = QT_TRANSLATE_NOOP("Till", "Gift card paid out in cash")
    SAVED = QT_TRANSLATE_NOOP("Till", "Gift card saved for a customer")
    SHARED = QT_TRANSLATE_NOOP("Till", "Gift card shared")
    SHARED_WHY = QT_TRANSLATE_NOOP("Till", "Both pay with the same money.")
    GIVEN = QT_TRANSLATE_NOOP("Till", "Gift card given away")
    GIFT = QT_TRANSLATE_NOOP("Till", "Gift card as a gift")
    PREFERRED = QT_TRANSLATE_NOOP("Till", "Preferred gift card")
    DELETED = QT_TRANSLATE_NOOP("Till", "Gift card deleted")
    NEW_PIN = QT_TRANSLATE_NOOP("Till", "New PIN of a gift card")
    NEW_CODE = QT_TRANSLATE_NOOP("Till", "Extra code of a gift card")
    BLANKS = QT_TRANSLATE_NOOP("Till", "Gift cards made, not sold")
    FOR_CUSTOMER = QT_TRANSLATE_NOOP("Till", "Customer")
    FOR_RECIPIENT = QT_TRANSLATE_NOOP("Till", "Recipient")
    CARDS = QT_TRANSLATE_NOOP("Till", "Cards")
    HOURS = QT_TRANSLATE_NOOP("Till", "Good for hours")
    OTHER = QT_TRANSLATE_NOOP("Till", "Gift card")
    AMOUNT = QT_TRANSLATE_NOOP("Till", "Amount")
    BEFORE = QT_TRANSLATE_NOOP("Till", "Balance before")
    AFTER = QT_TRANSLATE_NOOP("Till", "Balance now")
    NOT_KNOWN = QT_TRANSLATE_NOOP("Till", "Balance not known")
    GIVEN_BACK = QT_TRANSLATE_NOOP("Till", "{means} given back")
    TAKEN_BACK = QT_TRANSLATE_NOOP("Till", "{means} taken back")
    REST = QT_TRANSLATE_NOOP("Till", "Still to pay")
    CARD = QT_TRANSLATE_NOOP("Till", "Card")
    KEYED = QT_TRANSLATE_NOOP("Till", "keyed by hand")
    SCANNED = QT_TRANSLATE_NOOP("Till", "scanned")
    EXPIRES = QT_TRANSLATE_NOOP("Till", "Expires")
    TILL = QT_TRANSLATE_NOOP("Till", "Till")
    CASHIER = QT_TRANSLATE_NOOP("Till", "Served by")
    STAN = QT_TRANSLATE_NOOP("Till", "No.")
    ORIGINAL = QT_TRANSLATE_NOOP("Till", "For no.")
    REFERENCE = QT_TRANSLATE_NOOP("Till", "Reference")
    CHECK = QT_TRANSLATE_NOOP("Till", "Ask for")
    VAT = QT_TRANSLATE_NOOP("Till", "VAT {rate} % of {gross}")
    DAY = QT_TRANSLATE_NOOP("Till", "Business day")
    SERVICE = QT_TRANSLATE_NOOP("Till", "Service's no.")
    THANKS = QT_TRANSLATE_NOOP("Till", "Thank you")
    NEW_CARD = QT_TRANSLATE_NOOP("Till", "YOUR GIFT CARD")
    NEW_CARD_WHY = QT_TRANSLATE_NOOP("Till", "Keep this slip like money. It is printed once.")
    YOUR_PIN = QT_TRANSLATE_NOOP("Till", "YOUR NEW PIN")
    YOUR_CODE = QT_TRANSLATE_NOOP("Till", "YOUR CODE")
    UNSOLD_CARD = QT_TRANSLATE_NOOP("Till", "UNSOLD CARD")
    UNSOLD_WHY = QT_TRANSLATE_NOOP("Till", "Worth nothing until it is activated.")
    NUMBER = QT_TRANSLATE_NOOP("Till", "Number")
    CVC = QT_TRANSLATE_NOOP("Till", "CVC")
    CODE = QT_TRANSLATE_NOOP("Till", "Code")
    PIN = QT_TRANSLATE_NOOP("Till", "PIN")
    ADDRESS = QT_TRANSLATE_NOOP("Till", "Open your card at")


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line. ``right`` stands at the right edge; a line with neither is a rule.

    Attributes:
        weight: 0 small print, 1 normal, 2 bold, 3 large.
        code: What a code to scan says, where the line is one.
    """

    left: str = ""
    right: str = ""
    weight: int = 1
    centred: bool = False
    code: str = field(default="", repr=False)

    @property
    def is_rule(self) -> bool:
        """A hairline across."""
        return not self.left and not self.right and not self.code


RULE = PaperLine()
SHORT = 20
"""Signs of a service's number that stand beside their word; a longer one has lines of its own."""
_TITLES = {
    Verb.REDEEM: OnPaper.PAYMENT,
    Verb.CAPTURE: OnPaper.PAYMENT,
    Verb.AUTHORIZE: OnPaper.RESERVED,
    Verb.RELOAD: OnPaper.LOADED,
    Verb.ISSUE: OnPaper.SOLD,
    Verb.ACTIVATE: OnPaper.ACTIVATED,
    Verb.REFUND: OnPaper.REFUND,
    Verb.REVERSE: OnPaper.OTHER_UNDONE,
    Verb.CANCEL: OnPaper.RELEASED,
    Verb.BALANCE: OnPaper.BALANCE,
    Verb.TRANSFER: OnPaper.TRANSFERRED,
    Verb.COMBINE: OnPaper.COMBINED,
    Verb.CASH_OUT: OnPaper.PAID_OUT,
    Verb.SAVE: OnPaper.SAVED,
    Verb.SHARE: OnPaper.SHARED,
    Verb.GIFT: OnPaper.GIFT,
    Verb.PREFER: OnPaper.PREFERRED,
    Verb.DELETE: OnPaper.DELETED,
    Verb.ROTATE_PIN: OnPaper.NEW_PIN,
    Verb.NEW_CODE: OnPaper.NEW_CODE,
    Verb.MAKE_BLANKS: OnPaper.BLANKS,
}
_UNDONE = {
    Verb.REDEEM: OnPaper.UNDONE,
    Verb.CAPTURE: OnPaper.UNDONE,
    Verb.RELOAD: OnPaper.LOAD_UNDONE,
    Verb.ISSUE: OnPaper.SALE_UNDONE,
    Verb.ACTIVATE: OnPaper.ACTIVATION_UNDONE,
    Verb.CASH_OUT: OnPaper.PAYOUT_UNDONE,
}
"""What was taken back, where a slip is about that."""
_COUNTS = {Verb.NEW_CODE: OnPaper.HOURS}
"""What a count counts, where it is not cards."""
_MARKS = {
    ReceiptMark.PENDING: (OnPaper.PENDING, OnPaper.PENDING_WHY),
    ReceiptMark.CHECKING: (OnPaper.CHECKING, OnPaper.CHECKING_WHY),
    ReceiptMark.DECLINED: (OnPaper.DECLINED, OnPaper.DECLINED_WHY),
}


def paper(receipt: Receipt) -> tuple[PaperLine, ...]:
    """The whole slip, from the shop's name to the thanks."""
    money = _money(receipt)
    if money:
        money.append(RULE)
    return (*_head(receipt), RULE, *_goods(receipt), *money, *_foot(receipt))


def card_paper(secret: Issued) -> tuple[PaperLine, ...]:
    """What was just given out, for its owner: the one place where a number stands in full."""
    match secret:
        case IssuedBatch():
            unsold = OnPaper.UNSOLD_CARD, OnPaper.UNSOLD_WHY
            return tuple(line for card in secret.cards for line in _card(card, *unsold))
        case IssuedToken():
            facts = ((OnPaper.CODE, secret.code), (OnPaper.PIN, secret.pin), (OnPaper.ADDRESS, secret.url))
            title = OnPaper.NEW_CARD if secret.url else OnPaper.YOUR_CODE if secret.code else OnPaper.YOUR_PIN
            return (
                RULE,
                PaperLine(say(title), weight=3, centred=True),
                *_secrets(facts),
                *_to_scan(secret.url or secret.code),
                PaperLine(say(OnPaper.NEW_CARD_WHY), weight=0, centred=True),
            )
        case _:
            return _card(secret, OnPaper.NEW_CARD, OnPaper.NEW_CARD_WHY)


def _card(secret: IssuedSecret, title: OnPaper, why: OnPaper) -> tuple[PaperLine, ...]:
    number = fmt.number_on(secret)
    facts = (
        (OnPaper.CVC, secret.cvc),
        (OnPaper.EXPIRES, secret.expiry.mm_yy if secret.expiry else ""),
        (OnPaper.CODE, secret.code),
        (OnPaper.PIN, secret.pin),
    )
    return (
        RULE,
        PaperLine(say(title), weight=3, centred=True),
        *([PaperLine(secret.label, weight=1, centred=True)] if secret.label else []),
        *((PaperLine(say(OnPaper.NUMBER), weight=0), PaperLine(number, weight=2)) if number else ()),
        *_secrets(facts),
        # what is scanned names its programme by itself, where the number alone might not
        *_to_scan(secret.code or secret.pan.reveal()),
        PaperLine(say(why), weight=0, centred=True),
    )


def _to_scan(text: str) -> list[PaperLine]:
    return [PaperLine(code=text)] if text else []


def _secrets(facts: Iterable[tuple[OnPaper, str]]) -> list[PaperLine]:
    return [PaperLine(say(word), value, weight=2) for word, value in facts if value]


def _head(receipt: Receipt) -> list[PaperLine]:
    lines = [PaperLine(receipt.store, weight=2, centred=True)] if receipt.store else []
    if receipt.training:
        lines.append(PaperLine(say(OnPaper.TRAINING), weight=2, centred=True))
    if receipt.copy:
        lines.append(PaperLine(say(OnPaper.COPY, n=receipt.copy), weight=3, centred=True))
    mark = _MARKS.get(receipt.mark)
    if mark:
        lines.append(PaperLine(say(mark[0]), weight=3, centred=True))
        lines.append(PaperLine(say(mark[1]), weight=0, centred=True))
    lines.append(PaperLine(say(_title(receipt)), weight=1, centred=True))
    if receipt.verb is Verb.SHARE:
        lines.append(PaperLine(say(OnPaper.SHARED_WHY), weight=0, centred=True))
    return lines


def _title(receipt: Receipt) -> OnPaper:
    if receipt.verb is Verb.GIFT and not receipt.amount:
        return OnPaper.GIVEN
    if receipt.undone is not None:
        return _UNDONE.get(receipt.undone, OnPaper.OTHER_UNDONE)
    return _TITLES.get(receipt.verb, OnPaper.OTHER)


def _goods(receipt: Receipt) -> list[PaperLine]:
    if not receipt.lines:
        return []
    lines = []
    for line in receipt.lines:
        name = line.description if line.quantity == 1 else f"{fmt.decimal(line.quantity)} × {line.description}"
        lines.append(PaperLine(name, fmt.amount(line.amount)))
    return [*lines, *_vat(receipt.lines), RULE]


def _vat(basket: tuple[BasketLine, ...]) -> list[PaperLine]:
    """What of the basket is VAT, rate by rate: the sum of what each line contains, so that it adds up on paper."""
    lines = []
    for rate in sorted({line.vat_rate for line in basket}):
        same = [line for line in basket if line.vat_rate == rate]
        currency = same[0].amount.currency
        gross, vat = total([line.amount for line in same], currency), total([line.vat for line in same], currency)
        words = say(OnPaper.VAT, rate=fmt.decimal(rate), gross=fmt.amount(gross))
        lines.append(PaperLine(words, fmt.amount(vat), weight=0))
    return lines


def _money(receipt: Receipt) -> list[PaperLine]:
    lines = [PaperLine(say(OnPaper.AMOUNT), fmt.money(receipt.amount), weight=3)] if _has_amount(receipt) else []
    lines += _particulars(receipt)
    lines += _tenders(receipt)
    # what is taken back, loaded or only reserved leaves nothing to pay
    if receipt.rest and receipt.verb not in UNDOES | LOADS | {Verb.AUTHORIZE, Verb.CASH_OUT}:
        lines.append(PaperLine(say(OnPaper.REST), fmt.money(receipt.rest), weight=2))
    if receipt.before is not None and receipt.verb not in LOADS:
        lines.append(PaperLine(say(OnPaper.BEFORE), fmt.money(receipt.before)))
    if receipt.after is not None:
        lines.append(PaperLine(say(OnPaper.AFTER), fmt.money(receipt.after)))
    elif _has_amount(receipt):
        lines.append(PaperLine(say(OnPaper.NOT_KNOWN)))
    return lines


def _tenders(receipt: Receipt) -> list[PaperLine]:
    """What else was paid with; where something is undone, only what comes back by it."""
    if receipt.verb not in UNDOES:
        return [PaperLine(say(TENDERS[kind]), fmt.money(amount)) for kind, amount in receipt.tenders]
    backwards = receipt.undone is Verb.CASH_OUT  # its cash comes back into the drawer
    back = [(kind, amount if backwards else -amount) for kind, amount in receipt.tenders]
    words = OnPaper.TAKEN_BACK if backwards else OnPaper.GIVEN_BACK
    return [
        PaperLine(say(words, means=say(TENDERS[kind])), fmt.money(amount))
        for kind, amount in back
        if amount.is_positive
    ]


def _has_amount(receipt: Receipt) -> bool:
    """Whether money moved: what changes a card and moves none has no amount and no balance."""
    return bool(receipt.amount) or receipt.verb not in PLAIN | {Verb.GIFT}


def _particulars(receipt: Receipt) -> list[PaperLine]:
    """For whom, to whom, how many."""
    facts = (
        (OnPaper.FOR_CUSTOMER, receipt.customer),
        (OnPaper.FOR_RECIPIENT, receipt.recipient),
        (_COUNTS.get(receipt.verb, OnPaper.CARDS), str(receipt.count or "")),
    )
    return [PaperLine(say(word), value) for word, value in facts if value]


def _foot(receipt: Receipt) -> list[PaperLine]:
    lines = []
    if receipt.last4:
        lines.append(PaperLine(f"{say(OnPaper.CARD)} {receipt.programme}".strip(), fmt.masked(receipt.last4[-4:])))
    if receipt.keyed or receipt.scanned:
        lines.append(PaperLine("", say(OnPaper.KEYED if receipt.keyed else OnPaper.SCANNED), weight=0))
    if receipt.expiry:
        lines.append(PaperLine(say(OnPaper.EXPIRES), receipt.expiry))
    lines.append(
        PaperLine(f"{fmt.date(receipt.at)} {fmt.clock(receipt.at)}", f"{say(OnPaper.TILL)} {receipt.terminal_id}")
    )
    if receipt.business_day != fmt.date(receipt.at):
        lines.append(PaperLine(say(OnPaper.DAY), receipt.business_day))
    lines.append(PaperLine(say(OnPaper.CASHIER), receipt.operator))
    lines.append(PaperLine(say(OnPaper.STAN), receipt.stan, weight=2))
    if receipt.original_stan:
        lines.append(PaperLine(say(OnPaper.ORIGINAL), receipt.original_stan))
    if receipt.check:
        lines.append(PaperLine(say(OnPaper.CHECK), receipt.check, weight=2))
    lines.append(PaperLine(say(OnPaper.REFERENCE), weight=0))
    lines.append(PaperLine(receipt.reference, weight=0))
    if len(receipt.host_id) > SHORT:
        parts = receipt.host_id.split("/")  # Gr4vy's payment is two ids
        lines += [PaperLine(part, weight=0) for part in (say(OnPaper.SERVICE), *parts)]
    elif receipt.host_id:
        lines.append(PaperLine(say(OnPaper.SERVICE), receipt.host_id, weight=0))
    lines.append(PaperLine(say(OnPaper.THANKS), centred=True))
    return lines
