"""Writing answers. Nothing here shows a number or a passcode but for the one card an order has just made."""

from decimal import Decimal
from typing import Any

from app.issuer.faces.parpay import wire
from app.issuer.faces.parpay.orders import COMBINED, Done, Made, Seen
from app.issuer.ledger import Operation, Reason

Json = dict[str, Any]

# What a decline is about, and how it is said.
SENTENCES: dict[Reason, tuple[wire.Name, str]] = {
    Reason.INSUFFICIENT_FUNDS: (wire.AMOUNT, "the balance is too low"),
    Reason.BALANCE_LIMIT: (wire.AMOUNT, "the balance would become too high"),
    Reason.CURRENCY_MISMATCH: (wire.CURRENCY, "the card is kept in another currency"),
    Reason.CARD_BLOCKED: (wire.CARD_ID, "the card is blocked"),
    Reason.CARD_INACTIVE: (wire.CARD_ID, "the card is not active"),
    Reason.CARD_EXPIRED: (wire.CARD_ID, "the card has expired"),
    Reason.PIN_REQUIRED: (wire.PASSCODE, "the passcode is required"),
    Reason.PIN_WRONG: (wire.PASSCODE, "the passcode is wrong"),
}


def amount(minor: int) -> str:
    """Decimal major units as text, two places."""
    return f"{Decimal(minor).scaleb(-2):.2f}"


def error(errors: dict[str, str]) -> Json:
    """The body of every refusal."""
    return {"errors": errors, "message": "; ".join(f"{name}: {text}" for name, text in errors.items())}


def declined(reason: Reason) -> Json:
    """The body of a decline."""
    name, sentence = SENTENCES[reason]
    return error({name.write: sentence})


def card(seen: Seen) -> Json:
    """A card as a till or a customer sees it; its number is masked."""
    account = seen.account
    return {
        wire.CARD_ID.write: account.account_id,
        wire.CARD_NUMBER.write: f"{'*' * 15}{account.last4}",
        "lastFour": account.last4,
        "balance": amount(seen.spendable),
        wire.CURRENCY.write: account.currency,
        "status": seen.status,
        "expiryDate": account.expiry.isoformat(),
        wire.PREFERRED.write: seen.preferred,
        "isShared": seen.shared,
    }


def balance(seen: Seen) -> Json:
    """What is on a card."""
    account = seen.account
    return {
        wire.CARD_ID.write: account.account_id,
        "balance": amount(seen.spendable),
        wire.CURRENCY.write: account.currency,
        "status": seen.status,
        "expiryDate": account.expiry.isoformat(),
    }


def new_card(made: Made) -> Json:
    """A card that was just made: the only answer with a number and a passcode."""
    return {
        wire.CARD_ID.write: made.account.account_id,
        wire.CARD_NUMBER.write: made.number,
        wire.PASSCODE.write: made.passcode,
        "balance": amount(made.spendable),
        wire.CURRENCY.write: made.account.currency,
        "status": "Active",
        "expiryDate": made.account.expiry.isoformat(),
    }


def done(made: Done) -> Json:
    """A transaction that was booked: the common part of all answers."""
    entry = made.entry
    answer: Json = {
        wire.TRANSACTION.write: entry.entry_id,
        wire.CARD_ID.write: entry.account_id,
        wire.AMOUNT.write: amount(entry.amount),
        wire.CURRENCY.write: entry.currency,
        "balance": amount(made.spendable),
        "status": "Completed",
    }
    if entry.transaction_ref:
        answer[wire.REQUEST.write] = entry.transaction_ref
    if made.repeated:
        answer["duplicate"] = True
    return answer


def issued(made: Done) -> Json:
    """The answer to issue: the card and the transaction in one object."""
    shown = new_card(made.made) if made.made is not None else {}
    return done(made) | shown | {"status": "Active"}


def transferred(made: Done, source_status: str) -> Json:
    """The answer to a transfer: the new card, and what is left on the old one."""
    left = amount(made.spendable)
    answer = done(made) | {"sourceBalance": left, "sourceStatus": source_status}
    if made.made is not None:
        answer["newCard"] = new_card(made.made)
    return answer


def combined(made: Done, source_ids: tuple[str, ...]) -> Json:
    """The answer to a combine: the target's balance, and the sources that ended."""
    sources = [{wire.CARD_ID.write: source, "status": COMBINED, "balance": amount(0)} for source in source_ids]
    return done(made) | {wire.TARGET.write: made.entry.account_id, "sources": sources}


def gifted(made: Done, recipient: str) -> Json:
    """The answer to a gift: whose card it is now. No number: it is the recipient's."""
    answer = done(made) | {"recipientUserId": recipient, "status": "Gifted"}
    if made.entry.operation is Operation.GIFT and made.entry.amount == 0:
        del answer[wire.AMOUNT.write]
    return answer
