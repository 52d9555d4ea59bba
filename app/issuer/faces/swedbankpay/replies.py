"""Writing answers: the vendor's field names around what the desk answers.

Every function gives plain JSON values. Nothing here knows a card number, a CVC (but for the one answer that
hands out a new card), a track or a PIN block.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.issuer.faces.swedbankpay.wire import NO_PIN_BLOCK, Problem
from app.issuer.ledger import Operation, Reason, State
from app.issuer.orders import Found, Posted

Json = dict[str, Any]

ISSUER: Json = {
    "issuerId": "1",
    "issuerName": "Stanchion training issuer",
    "acquirerId": "1",
    "acquirerName": "Stanchion training acquirer",
    "settlementProvided": False,
}

SENTENCES: dict[Reason, str] = {
    Reason.INSUFFICIENT_FUNDS: "the balance is too low",
    Reason.CARD_BLOCKED: "the card is blocked",
    Reason.CARD_INACTIVE: "the card is not activated",
    Reason.CARD_EXPIRED: "the card has expired",
    Reason.EXPIRY_MISMATCH: "the expiry date does not match the card",
    Reason.CVC_WRONG: "the card verification failed",
    Reason.PIN_REQUIRED: "this card needs its PIN",
    Reason.PIN_WRONG: "the PIN is wrong",
    Reason.PIN_UNREADABLE: "the PIN block cannot be read",
    Reason.CURRENCY_MISMATCH: "the card is kept in another currency",
    Reason.PRODUCT_NOT_ALLOWED: "the card may not pay for this basket",
    Reason.BALANCE_LIMIT: "the balance would become too high",
    Reason.NOTHING_TO_CAPTURE: "there is not that much left to capture",
    Reason.NOTHING_TO_CANCEL: "there is nothing left to cancel",
    Reason.NOTHING_TO_REVERSE: "there is not that much left to reverse",
    Reason.CANCEL_INSTEAD: "an authorization is cancelled, not reversed",
}

_TITLES = {
    400: ("inputerror", "The request is malformed"),
    401: ("unauthorized", "The caller is not known"),
    403: ("forbidden", "This is not allowed"),
    404: ("notfound", "There is no such thing here"),
    405: ("methodnotallowed", "This method is not served here"),
    409: ("conflict", "The request does not fit the books"),
    413: ("inputerror", "The request is too large"),
    500: ("systemerror", "The host failed"),
}


def timestamp(moment: datetime) -> str:
    """ISO 8601 with milliseconds and Z, as in the vendor's examples."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def problem(status: int, message: str, problems: Sequence[Problem] = (), instance: str = "") -> Json:
    """An RFC 7807 body with the vendor platform's fields, and `message` for its demo client."""
    name, title = _TITLES.get(status, _TITLES[500])
    return {
        "type": f"https://api.payex.com/psp/errordetail/{name}",
        "title": title,
        "status": status,
        "detail": message,
        "message": message,
        "instance": instance,
        "action": "",
        "problems": [{"name": item.name, "description": item.description} for item in problems],
    }


def links(href: str) -> list[Json]:
    """The vendor's links: an array, not the HAL object."""
    return [{"rel": "self", "href": href, "type": "application/json", "templated": False}]


def new_card(posted: Posted, pan: str, cvc: str) -> Json:
    """The answer to get-new: the only one that ever shows a number and a CVC."""
    return {
        "accountSummaryGiftCard": {
            "accountKey": pan,
            "cvc": cvc,
            "expiryDate": posted.account.expiry.isoformat(),
            "balance": posted.spendable,
        },
        "paymentId": posted.entry.entry_id if posted.entry.amount else None,
        "_links": [],
    }


def balance(found: Found) -> Json:
    """The answer to balance: what can be spent, reservations taken off."""
    account = found.account
    return {
        "paymentAccount": {
            "accountSummary": {
                "accountId": account.account_id,
                "balance": found.spendable,
                "currency": account.currency,
                "expiryDate": account.expiry.isoformat(),
                "paymentInstrumentType": account.instrument,
            },
            "issuerSummary": ISSUER,
        },
        "_links": [],
    }


def state_of(posted: Posted) -> str:
    """The state on the wire: DUPLICATE says that a repeat found its payment booked."""
    if posted.repeated and posted.entry.state is State.OK:
        return "DUPLICATE"
    return posted.entry.state.value


def base(posted: Posted, now: datetime) -> Json:
    """The fields all payment answers share, and the reason where an attempt failed."""
    entry = posted.entry
    answer: Json = {
        "state": state_of(posted),
        "operation": entry.operation.value,
        "amount": entry.amount,
        "currency": entry.currency,
        "description": entry.description,
        "paymentOrderRef": entry.order_ref,
        "paymentTransactionRef": entry.transaction_ref,
        "merchant": {"merchantName": entry.merchant_name, "terminalId": entry.terminal_id},
        "created": timestamp(entry.created),
        "updated": timestamp(entry.updated),
        "transmissionTime": timestamp(now),
    }
    if entry.reason is not None:
        sentence = SENTENCES[entry.reason]
        answer["message"] = sentence
        answer["problems"] = [{"name": entry.reason.value, "description": sentence}]
    return answer


def payment(posted: Posted, now: datetime, href: str, *, asked_for_pin_block: bool = False) -> Json:
    """A PaymentResponse."""
    entry = posted.entry
    identifier: Json = {"accountId": entry.account_id}
    if asked_for_pin_block and entry.operation is Operation.AUTHORIZE:
        identifier["encryptedPin"] = NO_PIN_BLOCK
    return base(posted, now) | {
        "paymentId": entry.entry_id,
        "accountIdentifier": identifier,
        "issuer": ISSUER,
        "allowedProductIds": list(posted.account.products),
        "remainingCaptureAmount": entry.remaining.capture,
        "remainingCancelAmount": entry.remaining.cancel,
        "remainingReversalAmount": entry.remaining.reversal,
        "_links": links(href),
    }


def transaction(posted: Posted, original: Posted | None, now: datetime) -> Json:
    """A TransactionResponse (capture, reversal): what remains of the payment after it."""
    remaining = (original or posted).entry.remaining
    return base(posted, now) | {
        "transactionId": posted.entry.entry_id,
        "remainingCaptureAmount": remaining.capture,
        "remainingReversalAmount": remaining.reversal,
        "issuer": ISSUER,
    }


def operation(posted: Posted, now: datetime) -> Json:
    """An OperationResponse (cancel)."""
    return base(posted, now) | {"operationId": posted.entry.entry_id}
