"""What PAR Pay's answers mean for the money.

No error is documented. The same vendor's sister API answers ``{"errors": ...}`` in three shapes and ``{"error": ...}``,
with statuses 400 to 422 and no machine-readable code, so all of them are read, and ``message`` beside them. The texts
go through the till's one table of reasons and no further.
"""

from __future__ import annotations

from app.backends.client import Answer
from app.backends.providers import parpay_wire as wire
from app.backends.providers.parpay_wire import Fields
from app.backends.reasons import MAX_SAID, is_2xx, is_html, reason
from app.domain.host import Cause, Decline, HostApproved, HostDeclined, HostRefused, HostReply, HostRequest, HostSilent
from app.domain.money import Money, zero
from app.domain.verb import Verb

REFUSED_STATUSES = frozenset({400, 403, 404, 406, 409, 410, 412, 422})

MAX_ERRORS = 50
"""Entries of ``errors`` that are looked at: one per field of the largest sensible request."""

_BY_STATUS = {
    403: Decline.FORBIDDEN,
    404: Decline.NOT_FOUND,
    409: Decline.REFERENCE_REUSED,
    410: Decline.INACTIVE,
    422: Decline.OTHER,
}

# A transaction's status is nowhere documented. These are the words that say "no" and "not yet" in the vendor's other
# APIs; every other word, a card's status among them, says nothing against a booking that has an id.
_FAILED = frozenset({"failed", "failure", "declined", "rejected", "error", "refused", "unable_to_process"})
_PENDING = frozenset({"pending", "processing", "in_progress", "submitted", "unknown"})


def said(fields: Fields | None, answer: Answer) -> list[str]:
    """Everything an answer gives as its reason, in all the shapes known."""
    if fields is None:
        return [answer.body[:MAX_SAID].decode("utf-8", "replace")]
    texts: list[str] = []
    for name in ("errors", "error", "message"):
        texts += _texts(fields.raw(name))
    return [text[:MAX_SAID] for text in texts if text]


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for text in value[:MAX_ERRORS] if isinstance(text, str)]
    if isinstance(value, dict):
        found: list[str] = []
        for name, told in list(value.items())[:MAX_ERRORS]:
            found += [f"{name} {text}" for text in _texts(told)] if not isinstance(told, dict) else []
        return found
    return []


def refusal(
    answer: Answer, account_id: str = "", *, not_found: Decline = Decline.NOT_FOUND
) -> HostRefused | HostSilent:
    """A 4xx of the host's own, with the reason it gives; silence where it is not the host's."""
    if is_html(answer) or answer.status not in REFUSED_STATUSES:
        return HostSilent(Cause.UNREADABLE, account_id)
    otherwise = not_found if answer.status == 404 else _BY_STATUS.get(answer.status, Decline.MALFORMED)
    return HostRefused(reason(said(Fields.read(answer.body), answer), otherwise), answer.status, account_id)


def verdict(answer: Answer, request: HostRequest, *, minor_units: bool) -> HostReply:
    """What an answer to a money call says about the money."""
    account_id = request.account_id
    if not is_2xx(answer):
        card = request.original is None
        return refusal(answer, account_id, not_found=Decline.UNKNOWN_CARD if card else Decline.NOT_FOUND)
    fields = Fields.read(answer.body)
    if fields is None:
        return HostSilent(Cause.UNREADABLE, account_id)
    status = fields.text(wire.STATUS).lower()
    host_id = fields.text(wire.TRANSACTION)
    if status in _FAILED or (not host_id and _texts(fields.raw("errors"))):
        return HostDeclined(reason(said(fields, answer), Decline.OTHER), answer.status, account_id)
    if status in _PENDING:
        return HostSilent(Cause.UNKNOWN_STATE, account_id)
    if not host_id and not fields.has(wire.BALANCE_LEFT):
        return HostSilent(Cause.UNREADABLE, account_id)
    echoed = fields.text(wire.REQUEST)
    currency = request.amount.currency
    amount: Money | None = request.amount
    if request.verb is Verb.GIFT and account_id:
        amount = zero(currency)  # the card changed hands; what is on it did not move
    elif fields.has(wire.AMOUNT):
        amount = fields.money(wire.AMOUNT, currency, minor_units=minor_units)
    if amount is None or amount.currency is not currency or (echoed and echoed != request.transaction_ref):
        return HostSilent(Cause.MISMATCH, account_id)
    # a combine moves what is there, which the till may have reckoned differently
    if amount > request.amount and request.verb is not Verb.COMBINE:
        return HostSilent(Cause.MISMATCH, account_id)
    left = wire.SOURCE_BALANCE if request.verb is Verb.TRANSFER else wire.BALANCE_LEFT
    balance = fields.money(left, currency, minor_units=minor_units)
    return HostApproved(
        host_id=host_id,
        account_id=fields.text(wire.Name(wire.CARD_ID.write)) or account_id,
        amount=amount,
        balance=balance if balance is not None and balance.currency is currency else None,
        duplicate=fields.flag(wire.DUPLICATE),
    )
