"""What Gr4vy's answers mean for the money.

A 201 says that a transaction exists, not that it paid: ``intent_outcome`` and the status of each redemption decide.
Errors come in two shapes, the vendor's own (``code``, ``message``, ``details``) and FastAPI's 422 (``detail``); which
of the two the live host uses for bad input is not known, so both are read.
"""

from __future__ import annotations

import re

from app.backends.client import Answer
from app.backends.fields import Fields
from app.backends.providers import gr4vy_wire as wire
from app.domain.host import Cause, Decline, HostApproved, HostDeclined, HostRefused, HostReply, HostRequest, HostSilent

REFUSED_STATUSES = frozenset({400, 403, 404, 405, 409, 422})
MAX_SAID = 2000
"""Characters of a host's explanation that are searched: a sentence, not a page."""
MAX_DETAILS = 50
"""Details that are looked at: one per member of the largest request."""

NOT_IN_THIS_STATE = "unexpected_state"
CARD_CODES = {
    "invalid_gift_card": Decline.UNKNOWN_CARD,
    "expired_card": Decline.EXPIRED,
    "inactive_card": Decline.INACTIVE,
    "invalid_amount": Decline.AMOUNT,
    "incorrect_currency": Decline.CURRENCY,
    "insufficient_funds": Decline.INSUFFICIENT,
    "suspected_fraud": Decline.BLOCKED,
    "canceled_payment_method": Decline.BLOCKED,
    "duplicate_transaction": Decline.REFERENCE_REUSED,
}
"""Codes that speak of the card. The set grows, and whatever is not here is ``OTHER``."""
SERVICE_CODES = frozenset(
    {
        "invalid_service_credentials",
        "invalid_service_configuration",
        "service_error",
        "service_network_error",
        "unknown_error",
        NOT_IN_THIS_STATE,
    }
)
"""Codes that speak of the service behind the vault: of the card they say nothing."""
VICTIM = "operation_canceled"
"""Says only that another card of the same payment failed."""

# First match wins, so what is narrow stands before what is wide.
_REASONS: tuple[tuple[Decline, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern))
    for reason, pattern in (
        (Decline.NOTHING_LEFT, r"nothing left|already (been )?refunded|not (been )?redeemed|left to refund|refundable"),
        (Decline.CURRENCY, r"\bcurrency\b"),
        (Decline.AMOUNT, r"\bamount\b"),
    )
)
_BY_STATUS = {
    400: Decline.MALFORMED,
    403: Decline.FORBIDDEN,
    404: Decline.NOT_FOUND,
    405: Decline.MALFORMED,
    409: Decline.REFERENCE_REUSED,
    422: Decline.MALFORMED,
}
_SUCCEEDED, _FAILED = "succeeded", "failed"


def is_running(answer: Answer) -> bool:
    """Whether an earlier copy with the same key is being worked on right now."""
    fields = Fields.read(answer.body) if answer.status == 409 else None
    return fields is not None and fields.text("code") == "concurrent_request"


def refusal(answer: Answer, account_id: str = "", *, not_found: Decline = Decline.NOT_FOUND) -> HostRefused:
    """A 4xx of the host's own, with the reason it gives."""
    otherwise = not_found if answer.status == 404 else _BY_STATUS.get(answer.status, Decline.MALFORMED)
    return HostRefused(_reason(answer.body, otherwise), answer.status, account_id)


def activation_refusal(answer: Answer, account_id: str) -> HostRefused:
    """The same of an activation, where a card that is active already is in no state for it (inferred)."""
    said = refusal(answer, account_id, not_found=Decline.UNKNOWN_CARD)
    active = said.reason is Decline.MALFORMED and NOT_IN_THIS_STATE in _codes(Fields.read(answer.body) or Fields({}))
    return HostRefused(Decline.ACTIVE_ALREADY, said.status, account_id) if active else said


def _codes(fields: Fields) -> list[str]:
    # where the code of a refused activation stands is not documented
    details = (fields.objects("details") + fields.objects("detail"))[:MAX_DETAILS]
    return [fields.text(name) for name in ("code", "error_code")] + [entry.text("type") for entry in details]


def _reason(body: bytes, otherwise: Decline) -> Decline:
    fields = Fields.read(body) or Fields({})
    details = (fields.objects("details") + fields.objects("detail"))[:MAX_DETAILS]
    for code in _codes(fields):
        if code in CARD_CODES:
            return CARD_CODES[code]
    said = [fields.text("message")] + [entry.text(name) for entry in details for name in ("message", "msg", "pointer")]
    for text in said:
        for reason, pattern in _REASONS:
            if pattern.search(text[:MAX_SAID].lower()):
                return reason
    return otherwise


def paid(fields: Fields | None, request: HostRequest, *, duplicate: bool = False) -> HostReply:
    """What a transaction says about the money.

    Both fields must agree. One card that paid within an outcome that failed and was not given back is no decline:
    nobody is told when giving back fails.
    """
    account_id = request.account_id
    if fields is None or not fields.text("id") or not fields.text("intent_outcome"):
        return HostSilent(Cause.UNREADABLE, account_id)
    if not _is_ours(fields, request):
        return HostSilent(Cause.MISMATCH, account_id)
    outcome, spent = fields.text("intent_outcome"), fields.objects("gift_card_redemptions")
    if outcome == _SUCCEEDED and len(spent) == 1 and spent[0].text("status") == _SUCCEEDED:
        if spent[0].whole("amount") != request.amount.minor or not spent[0].text("id"):
            return HostSilent(Cause.MISMATCH, account_id)
        host_id = wire.spent_id(fields.text("id"), spent[0].text("id"))
        return HostApproved(host_id, account_id, request.amount, duplicate=duplicate)
    if outcome == _FAILED and not any(_keeps_money(redemption) for redemption in spent):
        return HostDeclined(_why(spent), account_id=account_id)
    return HostSilent(Cause.UNKNOWN_STATE, account_id)


def _keeps_money(redemption: Fields) -> bool:
    if redemption.text("status") in (_FAILED, "skipped"):
        return False
    amount, returned = redemption.whole("amount"), redemption.whole("refunded_amount")
    return amount is None or returned is None or returned < amount


def _why(spent: list[Fields]) -> Decline:
    codes = [code for redemption in spent if (code := redemption.text("error_code")) and code != VICTIM]
    return CARD_CODES.get(codes[0], Decline.OTHER) if codes else Decline.OTHER


def _is_ours(fields: Fields, request: HostRequest) -> bool:
    """Whether a transaction is this very payment: our reference, the amount and the currency."""
    same_reference = fields.text("external_identifier").lower() == request.transaction_ref.lower()
    same_currency = fields.text("currency").upper() == request.amount.currency.value
    return same_reference and same_currency and fields.whole("amount") == request.amount.minor


def given_back(fields: Fields | None, request: HostRequest, target: str, *, duplicate: bool = False) -> HostReply:
    """What a refund says about the money. ``target`` is the redemption it had to name."""
    account_id = request.original.account_id if request.original else request.account_id
    if fields is None or not fields.text("id") or not fields.text("status"):
        return HostSilent(Cause.UNREADABLE, account_id)
    ours = (
        fields.text("external_identifier").lower() == request.transaction_ref.lower()
        and fields.text("target_id").lower() == target
        and fields.text("currency").upper() == request.amount.currency.value
        and fields.whole("amount") == request.amount.minor
    )
    if not ours:
        return HostSilent(Cause.MISMATCH, account_id)
    match fields.text("status"):
        case "succeeded":
            return HostApproved(fields.text("id"), account_id, request.amount, duplicate=duplicate)
        case "failed" | "declined" | "voided":
            return HostDeclined(CARD_CODES.get(fields.text("error_code"), Decline.OTHER), account_id=account_id)
        case _:
            return HostSilent(Cause.UNKNOWN_STATE, account_id)
