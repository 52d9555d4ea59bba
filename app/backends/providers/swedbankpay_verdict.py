"""What Swedbank Pay's answers mean for the money.

The API documents no error at all, so the reasons below are read from text, by one table, and that text goes no
further: the till has words of its own, and a stranger's text may quote a card number.
"""

from __future__ import annotations

from enum import Enum

from app.backends.client import Answer
from app.backends.fields import Fields
from app.backends.reasons import MAX_SAID, is_2xx, is_html, reason
from app.domain.host import Cause, Decline, HostApproved, HostDeclined, HostRefused, HostReply, HostRequest, HostSilent
from app.domain.verb import Verb

REFUSED_STATUSES = frozenset({400, 403, 404, 409})

MAX_PROBLEMS = 50
"""Entries of ``problems`` that are looked at: one per field of the largest sensible request."""

_BY_STATUS = {
    400: Decline.MALFORMED,
    403: Decline.FORBIDDEN,
    404: Decline.NOT_FOUND,
    409: Decline.REFERENCE_REUSED,
}


class State(Enum):
    """A payment state, and what became of the money if we asked for a payment."""

    OK = "OK"
    DUPLICATE = "DUPLICATE"
    FAILED = "FAILED"
    REVERSED = "REVERSED"
    UNKNOWN = ""

    @classmethod
    def read(cls, text: str) -> State:
        """The state a host wrote; UNKNOWN for one nobody told us of."""
        try:
            return cls(text.upper())
        except ValueError:
            return cls.UNKNOWN


def said(fields: Fields | None, answer: Answer) -> list[str]:
    """Everything an answer gives as its reason, most telling first. Our own ``description`` echoed is none."""
    if fields is None:
        return [answer.body[:MAX_SAID].decode("utf-8", "replace")]
    texts: list[str] = []
    for problem in fields.objects("problems")[:MAX_PROBLEMS]:
        texts += [f"{problem.text('name')} {problem.text('description')}"]
    texts += [fields.text(name) for name in ("detail", "message", "title")]
    return [text[:MAX_SAID] for text in texts if text]


def refusal(
    answer: Answer, account_id: str = "", *, not_found: Decline = Decline.NOT_FOUND
) -> HostRefused | HostSilent:
    """A 4xx of the host's own, with the reason it gives; silence where it is not the host's."""
    if is_html(answer) or answer.status not in REFUSED_STATUSES:
        return HostSilent(Cause.UNREADABLE, account_id)
    otherwise = not_found if answer.status == 404 else _BY_STATUS[answer.status]
    return HostRefused(reason(said(Fields.read(answer.body), answer), otherwise), answer.status, account_id)


def verdict(answer: Answer, request: HostRequest, account_id: str, id_field: str) -> HostReply:
    """What an answer to a money call, or to looking one up, says about the money.

    Args:
        answer: 2xx or a refusal.
        request: What was asked.
        account_id: Whose account.
        id_field: Where the answer's id stands: ``paymentId``, ``transactionId`` or ``operationId``.
    """
    if not is_2xx(answer):
        return refusal(answer, account_id)
    fields = Fields.read(answer.body)
    if fields is None or not fields.has("state"):
        return HostSilent(Cause.UNREADABLE, account_id)
    if not _is_ours(fields, request):
        return HostSilent(Cause.MISMATCH, account_id)
    state = State.read(fields.text("state"))
    undone = request.verb in (Verb.REVERSE, Verb.REFUND)
    if state is State.UNKNOWN:
        return HostSilent(Cause.UNKNOWN_STATE, account_id)
    if state is State.FAILED:
        return HostDeclined(reason(said(fields, answer), Decline.OTHER), answer.status, account_id)
    if state is State.REVERSED and not undone:
        return HostDeclined(Decline.OTHER, answer.status, account_id)
    return HostApproved(
        host_id=fields.text(id_field),
        account_id=account_id,
        amount=request.amount,
        duplicate=state is not State.OK,
        allowed_products=fields.texts("allowedProductIds"),
    )


def _is_ours(fields: Fields, request: HostRequest) -> bool:
    """Whether the answer speaks of this very payment: both references, and amount and currency where they stand."""
    order_ref = request.original.order_ref if request.original is not None else request.order_ref
    if fields.text("paymentOrderRef").lower() != order_ref.lower():
        return False
    if fields.text("paymentTransactionRef").lower() != request.transaction_ref.lower():
        return False
    if fields.has("currency") and fields.text("currency").upper() != request.amount.currency.value:
        return False
    # a cancel names no amount, so whatever it released is right
    return request.verb is Verb.CANCEL or not fields.has("amount") or fields.whole("amount") == request.amount.minor
