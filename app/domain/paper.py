"""A transaction as a slip of paper."""

from __future__ import annotations

from app.domain.card import CardRef, EntryMode
from app.domain.money import total
from app.domain.receipt import Receipt, ReceiptMark
from app.domain.sale import Sale
from app.domain.till import Setup, Shelf
from app.domain.transaction import State, Transaction
from app.domain.verb import SPENDS, Verb

_MARKS = {
    State.STORED: ReceiptMark.PENDING,
    State.FORWARDING: ReceiptMark.PENDING,
    State.DECLINED: ReceiptMark.DECLINED,
    State.DISPUTED: ReceiptMark.DECLINED,
    State.SENT: ReceiptMark.CHECKING,
    State.UNKNOWN: ReceiptMark.CHECKING,
    State.ATTENTION: ReceiptMark.CHECKING,
}


def receipt_of(transaction: Transaction, sale: Sale | None, shelf: Shelf, setup: Setup, copy: int) -> Receipt:
    """The receipt of a transaction as it stands. Balance before is what the balance after and the amount say.

    A box of cards has one receipt: each of its cards that got its value shows that of all of them.
    """
    box = [leg for leg in shelf.legs_of(sale.id) if leg.in_box and leg.counts] if sale and transaction.in_box else []
    box = box if any(leg.id == transaction.id for leg in box) else []
    after = transaction.balance if not box else None
    before = None
    if after is not None:
        before = after + transaction.amount if transaction.verb in SPENDS | {Verb.CAPTURE, Verb.TRANSFER} else None
    card = transaction.card
    original = shelf.transaction(transaction.original) if transaction.original else None
    operator = next((o.name for o in setup.operators if o.id == transaction.operator), transaction.operator)
    mark = _MARKS.get(transaction.state, ReceiptMark.FINAL)
    return Receipt(
        verb=transaction.verb,
        mark=mark,
        store=setup.store,
        terminal_id=transaction.terminal_id,
        operator=operator,
        at=transaction.local_time,
        business_day=transaction.business_day,
        stan=transaction.stan.digits,
        reference=transaction.transaction_ref,
        host_id=transaction.host_id,
        amount=total([leg.amount for leg in box], setup.currency) if box else transaction.amount,
        after=after,
        before=before,
        rest=sale.rest(shelf.legs_of(sale.id)) if sale is not None else None,
        last4=_first_of(box, card),
        programme=programme_of(transaction, sale, setup),
        keyed=card is not None and card.entry is EntryMode.KEYED,
        scanned=card is not None and card.entry is EntryMode.SCANNED,
        expiry=card.expiry if card else "",
        original_stan=transaction.original_stan.digits if transaction.original_stan else "",
        lines=transaction.products,
        tenders=tuple((tender.kind, tender.amount) for tender in sale.tenders) if sale else (),
        copy=copy,
        training=setup.training,
        check=check_code(transaction) if mark is ReceiptMark.PENDING else "",
        customer=shortened(transaction.particulars.customer),
        recipient=shortened(transaction.particulars.recipient),
        count=len(box) if transaction.in_box else transaction.particulars.count,
        undone=original.verb if original is not None and transaction.verb is Verb.REVERSE else None,
        last_of_box=box[-1].card.last4 if box and box[-1].card else "",
    )


def programme_of(transaction: Transaction, sale: Sale | None, setup: Setup) -> str:
    """Whose card it is: the one it names, else the one that was sold, else its backend's."""
    if transaction.card is not None:
        return transaction.card.programme
    sold = sale.programme if sale is not None else ""
    return sold or next((p.name for p in setup.programmes if p.face == transaction.face), "")


def _first_of(box: list[Transaction], card: CardRef | None) -> str:
    first = box[0].card if box else card
    return first.last4 if first else ""


def shortened(name: str) -> str:
    """A customer's or recipient's name on paper: enough to know it again, too little to use. An address keeps its
    domain, a number its end.
    """
    local, at, domain = name.partition("@")
    if at:
        return f"{local[:2]}…@{domain}"
    return name if len(name) <= 4 else f"…{name[-4:]}"


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def check_code(transaction: Transaction) -> str:
    """STAN and two letters of the reference: finds a pending receipt, catches a mistyped one."""
    first, second = (int(transaction.transaction_ref[i : i + 2], 16) % len(_LETTERS) for i in (0, 2))
    return f"{transaction.stan.digits}-{_LETTERS[first]}{_LETTERS[second]}"
