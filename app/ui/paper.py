"""A receipt laid out as lines: the same for the paper on the screen, the printer and a script that reads it.

Pure: a :class:`~app.domain.receipt.Receipt` in, :class:`PaperLine` out. Widths are left to whoever draws.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.card import Issued, IssuedBatch, IssuedSecret, IssuedToken
from app.domain.money import total
from app.domain.product import BasketLine
from app.domain.receipt import Receipt, ReceiptMark
from app.domain.verb import LOADS, UNDOES, Verb
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
    BALANCE = QT_TRANSLATE_NOOP("Till", "Gift card balance")
    OTHER = QT_TRANSLATE_NOOP("Till", "Gift card")
    AMOUNT = QT_TRANSLATE_NOOP("Till", "Amount")
    BEFORE = QT_TRANSLATE_NOOP("Till", "Balance before")
    AFTER = QT_TRANSLATE_NOOP("Till", "Balance now")
    NOT_KNOWN = QT_TRANSLATE_NOOP("Till", "Balance not known")
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
    """

    left: str = ""
    right: str = ""
    weight: int = 1
    centred: bool = False

    @property
    def is_rule(self) -> bool:
        """A hairline across."""
        return not self.left and not self.right


RULE = PaperLine()
_TITLES = {
    Verb.REDEEM: OnPaper.PAYMENT,
    Verb.CAPTURE: OnPaper.PAYMENT,
    Verb.AUTHORIZE: OnPaper.PAYMENT,
    Verb.RELOAD: OnPaper.LOADED,
    Verb.ISSUE: OnPaper.SOLD,
    Verb.ACTIVATE: OnPaper.SOLD,
    Verb.REFUND: OnPaper.REFUND,
    Verb.REVERSE: OnPaper.UNDONE,
    Verb.CANCEL: OnPaper.UNDONE,
    Verb.BALANCE: OnPaper.BALANCE,
}
_MARKS = {
    ReceiptMark.PENDING: (OnPaper.PENDING, OnPaper.PENDING_WHY),
    ReceiptMark.CHECKING: (OnPaper.CHECKING, OnPaper.CHECKING_WHY),
    ReceiptMark.DECLINED: (OnPaper.DECLINED, OnPaper.DECLINED_WHY),
}


def paper(receipt: Receipt) -> tuple[PaperLine, ...]:
    """The whole slip, from the shop's name to the thanks."""
    lines = [*_head(receipt), RULE, *_goods(receipt), *_money(receipt), RULE, *_foot(receipt)]
    return tuple(lines)


def card_paper(secret: Issued) -> tuple[PaperLine, ...]:
    """What was just given out, for its owner: the one place where a number stands in full."""
    match secret:
        case IssuedBatch():
            return tuple(line for card in secret.cards for line in card_paper(card))
        case IssuedToken():
            facts = ((OnPaper.CODE, secret.code), (OnPaper.PIN, secret.pin), (OnPaper.ADDRESS, secret.url))
            return (RULE, *_secrets(facts), PaperLine(say(OnPaper.NEW_CARD_WHY), weight=0, centred=True))
        case _:
            return _new_card(secret)


def _new_card(secret: IssuedSecret) -> tuple[PaperLine, ...]:
    number = fmt.number_on(secret)
    facts = (
        (OnPaper.CVC, secret.cvc),
        (OnPaper.EXPIRES, secret.expiry.mm_yy if secret.expiry else ""),
        (OnPaper.CODE, secret.code),
        (OnPaper.PIN, secret.pin),
    )
    return (
        RULE,
        PaperLine(say(OnPaper.NEW_CARD), weight=3, centred=True),
        *([PaperLine(secret.label, weight=1, centred=True)] if secret.label else []),
        *((PaperLine(say(OnPaper.NUMBER), weight=0), PaperLine(number, weight=2)) if number else ()),
        *_secrets(facts),
        PaperLine(say(OnPaper.NEW_CARD_WHY), weight=0, centred=True),
    )


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
    lines.append(PaperLine(say(_TITLES.get(receipt.verb, OnPaper.OTHER)), weight=1, centred=True))
    return lines


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
    lines = [PaperLine(say(OnPaper.AMOUNT), fmt.money(receipt.amount), weight=3)]
    lines += [PaperLine(say(TENDERS[kind]), fmt.money(amount)) for kind, amount in receipt.tenders]
    # what is taken back or loaded leaves nothing to pay
    if receipt.rest and receipt.verb not in UNDOES | LOADS:
        lines.append(PaperLine(say(OnPaper.REST), fmt.money(receipt.rest), weight=2))
    if receipt.before is not None and receipt.verb not in LOADS:
        lines.append(PaperLine(say(OnPaper.BEFORE), fmt.money(receipt.before)))
    if receipt.after is not None:
        lines.append(PaperLine(say(OnPaper.AFTER), fmt.money(receipt.after)))
    else:
        lines.append(PaperLine(say(OnPaper.NOT_KNOWN)))
    return lines


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
    if receipt.host_id:
        lines.append(PaperLine(say(OnPaper.SERVICE), receipt.host_id, weight=0))
    lines.append(PaperLine(say(OnPaper.THANKS), centred=True))
    return lines
