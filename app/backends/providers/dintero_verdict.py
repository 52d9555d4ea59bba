"""What Dintero's answers mean for the money.

The wallets' error codes could not be read anywhere, and the one example (``NOT FOUND``) has a space in it: so reasons
come from whatever text there is, and a status alone is enough.
"""

from __future__ import annotations

from app.backends.client import Answer
from app.backends.fields import Fields
from app.backends.providers.dintero_wire import Booked, read_booked
from app.backends.reasons import MAX_SAID, is_2xx, is_html, reason
from app.domain.host import Cause, Decline, HostApproved, HostRefused, HostReply, HostRequest, HostSilent
from app.domain.verb import Verb

REFUSED_STATUSES = frozenset({400, 403, 404, 409})
MAX_ERRORS = 20
"""Entries of ``errors`` that are looked at: one per field of the largest body we send."""

_BY_STATUS = {
    400: Decline.MALFORMED,
    403: Decline.FORBIDDEN,
    404: Decline.NOT_FOUND,
    409: Decline.REFERENCE_REUSED,
}

DRAWDOWN, FUND, PENDING, VOIDED = "drawdown", "fund", "pending_capture", "voided"
_TYPES = {
    Verb.REDEEM: DRAWDOWN,
    Verb.CASH_OUT: DRAWDOWN,
    Verb.AUTHORIZE: PENDING,
    Verb.CAPTURE: DRAWDOWN,
    Verb.CANCEL: VOIDED,
    Verb.RELOAD: FUND,
    Verb.ISSUE: FUND,
}
GIVEN_TO_CARD = frozenset({Verb.RELOAD, Verb.ISSUE, Verb.ACTIVATE})
"""Verbs whose undo takes money off the card again."""


def expected_type(request: HostRequest) -> str:
    """How the host calls what we asked for."""
    if request.original is not None and request.verb in (Verb.REVERSE, Verb.REFUND):
        return DRAWDOWN if request.original.verb in GIVEN_TO_CARD else FUND
    return _TYPES[request.verb]


def refusal(
    answer: Answer, account_id: str = "", *, not_found: Decline = Decline.NOT_FOUND
) -> HostRefused | HostSilent:
    """A 4xx of the host's own, with the reason it gives; silence where it is not the host's."""
    if is_html(answer) or answer.status not in REFUSED_STATUSES:
        return HostSilent(Cause.UNREADABLE, account_id)
    otherwise = not_found if answer.status == 404 else _BY_STATUS[answer.status]
    return HostRefused(reason(_said(answer), otherwise), answer.status, account_id)


def _said(answer: Answer) -> list[str]:
    fields = Fields.read(answer.body)
    if fields is None:
        return [answer.body[:MAX_SAID].decode("utf-8", "replace")]
    error = fields.object("error")
    texts = [error.text("message"), error.text("code")]
    texts += [entry.text("message") for entry in error.objects("errors")[:MAX_ERRORS]]
    return [text[:MAX_SAID] for text in texts if text]


def verdict(answer: Answer, request: HostRequest, account_id: str) -> HostReply:
    """What an answer to a money call says about the money.

    Args:
        answer: 2xx or a refusal.
        request: What was asked.
        account_id: Whose card.
    """
    if not is_2xx(answer):
        return refusal(answer, account_id)
    fields = Fields.read(answer.body)
    if fields is None or not fields.has("id") or not fields.has("ref_id"):
        return HostSilent(Cause.UNREADABLE, account_id)
    booked = read_booked(fields)
    if booked.type and booked.type not in (DRAWDOWN, FUND, PENDING, VOIDED):
        return HostSilent(Cause.UNKNOWN_STATE, account_id)
    if not is_ours(booked, request):
        return HostSilent(Cause.MISMATCH, account_id)
    return HostApproved(booked.id, account_id, request.amount)


def is_ours(booked: Booked, request: HostRequest) -> bool:
    """Whether a transaction is this very one: its reference, and type, currency, amount and parent where they stand."""
    if booked.ref_id.lower() != request.transaction_ref.lower():
        return False
    if booked.type and booked.type != expected_type(request):
        return False
    if booked.currency and booked.currency != request.amount.currency.value:
        return False
    follows = request.original is not None and request.verb in (Verb.CAPTURE, Verb.CANCEL)
    if follows and request.original is not None and booked.parent_id not in ("", request.original.host_id):
        return False
    # a void names no amount, so whatever it released is right
    return request.verb is Verb.CANCEL or booked.amount in (None, request.amount.minor)
