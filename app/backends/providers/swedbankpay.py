"""Swedbank Pay gift cards, as a till calls them.

**Protocol** (documented by the vendor unless the table below says otherwise). JSON over HTTP/1.1 under a base path
that ends in ``/api/payments``. Two credentials on each call: an OAuth 2 bearer token (client credentials, scope
``publicapi``) and an ``Hmac`` header signed with another key pair (``swedbankpay_wire.py``), besides
``Agreement-Merchant-Id``, ``Transmission-Time`` and a ``Session-Id`` that is new per attempt. Amounts are whole minor
units, in and out.

A card is addressed by the host's account id, never by its number. The till learns it from ``balance`` and puts it
into each further path:

    ===  ==========================================================  ===================================================
    1    POST /gift-card/get-new-gift-card                           a new card; no reference, so it can't be repeated
    2    POST /gift-card/pre-deposit                                 a load by card number; no state in its answer
    3    POST /payment-account/balance                               account id, balance, expiry
    4-7  POST /payment-account/{account}/payment/…                   purchase, authorize, deposit, credit
    8-10 POST /payment-account/{account}/payment/{payment}/…         capture, cancel, reversal
    11   GET  /payment-account/{account}/payment/{payment}           a payment again
    12   GET  …/{payment}/transactions/{transaction}                 a capture or reversal again
    13   GET  …/{payment}/operations/{operation}                     a cancel again
    14   POST /ping                                                  the line's lamp
    ===  ==========================================================  ===================================================

A payment answers with ``state``: OK, FAILED (**also in a 200**: not booked), DUPLICATE (an earlier copy was booked,
nothing new), REVERSED. After silence the till sends the same references, amount and STAN again with ``repeat``; nonce,
time, session and signature are new. ``paymentOrderRef`` is kept across the phases of a payment, each phase has a
``paymentTransactionRef`` of its own.

**Selling a card** moves no money until its deposit: get-new with amount 0, balance for the account id, both
preparatory; then a deposit with references. A lost first answer leaves an empty card behind that nobody holds.

What the vendor leaves open and we decided, so that it can be replaced when somebody tells us better:

    ====================================================  ==============================================================
    inferred                                              where
    ====================================================  ==============================================================
    a captured payment is undone under its transactionId  ``HostApproved.host_id`` is the id of what was booked
    capture, cancel and reversal take ``stan``,           ``FollowUpBody``; unknown fields are ignored by the vendor's
    ``merchant`` and ``repeat`` too                       own rule
    both references must come back, or it is not ours     ``verdict``: silence, and so a repeat
    other amount or currency than asked: not ours         the same: no booking in part is documented
    REVERSED for a payment: money went and came back      ``HostDeclined(OTHER)``: this payment pays for nothing. On a
                                                          repeat a person decides unless ``repeat_checked_first``
    REVERSED for a reversal: what we wanted               ``HostApproved(duplicate=True)``
    an unknown state is not confirmed                     looked up once (11 to 13) if it came with an id; else silence
    OK without an id                                      approved all the same; it can't be undone from here
    4xx in HTML is some portal's, not the host's          silence; 401 and 429 turn away whoever says them
    balance answers by card data, without a PIN           a lookup before a payment leaves the PIN to the payment, so
                                                          that a wrong one is counted once
    expiryDate is for bank cards, except in pre-deposit   not sent with gift-card payments
    ``encryptedPin`` is our PIN block in hexadecimal      never ``000``, which asks for a block we could not use
    a refusal of a repeat proves nothing                  unless the setting ``repeat_checked_first`` says that the host
                                                          looks references up before anything else (ours does)
    ====================================================  ==============================================================

Threads: everything here may be called by all lanes at once.
"""

from __future__ import annotations

from app.backends.base import Deadline, HostError, NotSent, Surroundings, made_once
from app.backends.client import Answer
from app.backends.fields import Fields
from app.backends.providers import swedbankpay_wire as wire
from app.backends.providers.swedbankpay_link import Link
from app.backends.providers.swedbankpay_settings import FACE, SwedbankPaySettings, capabilities
from app.backends.providers.swedbankpay_verdict import refusal, verdict
from app.backends.reasons import is_2xx
from app.domain.card import CLEAR_PIN, CardRefused, CardSecret, IssuedSecret, Pan, PinBlock
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostDeclined,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostReply,
    HostRequest,
    HostSilent,
    LineHealth,
    Original,
    Phase,
)
from app.domain.verb import Capabilities, Verb

RECEIPT_SECONDS = 3.0
"""How long a customer waits for the balance on the receipt once the payment is through."""
PING_SECONDS = 5.0
"""A lamp that needs longer is red."""

_PAYMENTS = {
    Verb.REDEEM: "purchase",
    Verb.AUTHORIZE: "authorize",
    Verb.RELOAD: "deposit",
    Verb.ISSUE: "deposit",
}
_FOLLOW_UPS = {
    Verb.CAPTURE: ("capture", "transactionId"),
    Verb.REVERSE: ("reversal", "transactionId"),
    Verb.REFUND: ("reversal", "transactionId"),
    Verb.CANCEL: ("cancel", "operationId"),
}


class SwedbankPay:
    """The client of one merchant agreement."""

    def __init__(self, settings: SwedbankPaySettings, surroundings: Surroundings | None = None) -> None:
        self._settings = settings
        self._around = surroundings or Surroundings()
        self._link = Link(settings, self._around)
        self._capabilities = capabilities(settings)

    @property
    def face(self) -> str:
        """Its name in settings and journal."""
        return FACE

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return self._capabilities

    def close(self) -> None:
        """Drops all connections."""
        self._link.close()

    def send(self, request: HostRequest, timeout: float) -> HostReply:
        """Makes one call of the till, with whatever token and lookup it needs, within ``timeout`` seconds."""
        deadline = Deadline(timeout, self._around.ticks)
        in_clear = request.pin_block is not None and request.pin_block.format == CLEAR_PIN
        rule = self._capabilities.rule(request.verb)
        if rule is None or in_clear:  # no PIN leaves for here unencrypted
            return HostNotSent(Cause.CONFIGURATION, request.account_id)
        if request.phase is Phase.PREPARE and request.verb is Verb.ISSUE:
            return self._new_card(request, deadline)
        if request.phase is Phase.PREPARE or request.verb is Verb.BALANCE:
            return self._balance(request.account_id, request.card, request.pin_block, deadline)
        return made_once(rule, request) or self._dispatch(request, deadline)

    def _dispatch(self, request: HostRequest, deadline: Deadline) -> HostReply:
        if request.verb in _FOLLOW_UPS:
            return self._follow_up(request, deadline)
        return self._pay(request, _PAYMENTS[request.verb], deadline)

    def credit(self, request: HostRequest, timeout: float) -> HostReply:
        """Endpoint 7: money onto a card without naming an original. The vendor offers it for credit-type cards only,
        so no verb of the till leads here.
        """
        return self._pay(request, "credit", Deadline(timeout, self._around.ticks))

    def pre_deposit(self, request: HostRequest, timeout: float) -> HostReply:
        """Endpoint 2: loads a card by its number and expiry. Its answer has neither state nor references and it can't
        be repeated, so the till itself loads by deposit; after silence a person decides.
        """
        deadline = Deadline(timeout, self._around.ticks)
        body = wire.PreDepositBody(
            amount=request.amount.minor,
            currency=request.amount.currency.value,
            order_ref=request.order_ref,
            transaction_ref=request.transaction_ref,
            simple_account_identifier=wire.identify("", request.card, expiry=True),
            description=request.description,
        )
        try:
            answer = self._link.exchange("POST", "/gift-card/pre-deposit", body, deadline)
        except HostError as error:
            return _as_reply(error, request.account_id)
        if not is_2xx(answer):
            return refusal(answer, request.account_id, not_found=Decline.UNKNOWN_CARD)
        fields = Fields.read(answer.body)
        if fields is None or not fields.has("balance"):
            return HostSilent(Cause.UNREADABLE, request.account_id)
        balance = fields.money("balance", request.amount.currency.value)
        return HostApproved(fields.text("paymentId"), request.account_id, request.amount, balance)

    def query(self, request: HostRequest, host_id: str, timeout: float) -> HostReply:
        """Endpoints 11 to 13: what became of the payment, capture, reversal or cancel that the host calls ``host_id``.

        A refusal (404: no such payment there) says nothing about other copies of it.
        """
        return self._query(request, host_id, Deadline(timeout, self._around.ticks))

    def ping(self) -> LineHealth:
        """Endpoint 14: whether the host answers and takes both credentials."""
        body = wire.PingBody("till", self._settings.merchant_id)
        try:
            answer = self._link.exchange("POST", "/ping", body, Deadline(PING_SECONDS, self._around.ticks), again=True)
        except HostError as error:
            return LineHealth(up=False, cause=error.cause)
        fields = Fields.read(answer.body)
        if not is_2xx(answer) or fields is None:
            cause = Cause.UNREADABLE if is_2xx(answer) else Cause.CONFIGURATION
            return LineHealth(up=False, milliseconds=answer.milliseconds, cause=cause)
        return LineHealth(up=True, milliseconds=answer.milliseconds)

    # -- preparatory calls: whatever goes wrong, no money moved ------------------------------------------------------

    def _balance(
        self, account_id: str, card: CardSecret | None, pin_block: PinBlock | None, deadline: Deadline
    ) -> HostPrepared | HostRefused | HostNotSent:
        if card is None:
            return HostNotSent(Cause.LOOKUP, account_id)
        body = wire.BalanceBody(wire.identify(account_id, card, pin_block=pin_block))
        try:
            # with a PIN block it is a try at the PIN, and is made once
            answer = self._link.exchange("POST", "/payment-account/balance", body, deadline, again=pin_block is None)
        except HostError as error:
            return HostNotSent(error.cause, account_id)
        if not is_2xx(answer):
            refused = refusal(answer, account_id, not_found=Decline.UNKNOWN_CARD)
            return refused if isinstance(refused, HostRefused) else HostNotSent(refused.cause, account_id)
        fields = Fields.read(answer.body)
        summary = (fields or Fields({})).object("paymentAccount").object("accountSummary")
        found = summary.text("accountId")
        if not found:
            return HostNotSent(Cause.UNREADABLE, account_id)
        expiry = summary.expiry("expiryDate")
        balance = summary.money("balance", summary.text("currency").upper())
        return HostPrepared(found, balance, expiry.mm_yy if expiry else "")

    def _new_card(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """An empty card and its account id. Get-new is sent once and never again; its lookup may be repeated."""
        body = wire.NewCardBody(0, self._settings.merchant_id)
        try:
            answer = self._link.exchange("POST", "/gift-card/get-new-gift-card", body, deadline)
        except HostError as error:
            return HostNotSent(error.cause)
        if not is_2xx(answer):
            return HostNotSent(Cause.CONFIGURATION)
        issued = _issued(answer)
        if issued is None:
            return HostNotSent(Cause.UNREADABLE)
        card = CardSecret(issued.pan, issued.expiry, issued.cvc)
        found = self._balance("", card, None, deadline)
        if isinstance(found, HostNotSent):
            found = self._balance("", card, None, deadline)
        if not isinstance(found, HostPrepared):
            return HostNotSent(Cause.LOOKUP)
        if found.balance is not None and (found.balance or found.balance.currency is not request.amount.currency):
            return HostNotSent(Cause.MISMATCH, found.account_id)
        return HostPrepared(found.account_id, found.balance, found.expiry, issued)

    # -- the calls that move money -----------------------------------------------------------------------------------

    def _pay(self, request: HostRequest, name: str, deadline: Deadline) -> HostReply:
        account_id = request.account_id
        if not account_id:
            found = self._balance("", request.card, None, deadline)
            if isinstance(found, HostRefused) and request.repeat:
                # a card that is refused now may have been taken by the first copy
                return HostNotSent(Cause.LOOKUP)
            if not isinstance(found, HostPrepared):
                return found
            account_id = found.account_id
        body = wire.PaymentBody(
            account_identifier=wire.identify(account_id, request.card, pin_block=request.pin_block),
            amount=request.amount.minor,
            currency=request.amount.currency.value,
            merchant=self._merchant(request),
            payment_order_ref=request.order_ref,
            payment_transaction_ref=request.transaction_ref,
            stan=request.stan.digits,
            description=request.description,
            additional_data=request.additional_data,
            products=tuple(wire.product(line) for line in request.products) if name == "purchase" else (),
            repeat=request.repeat,
        )
        try:
            path = f"/payment-account/{wire.segment(account_id)}/payment/{name}"
            answer = self._link.exchange("POST", path, body, deadline)
        except HostError as error:
            return _as_reply(error, account_id)
        reply = self._settled(verdict(answer, request, account_id, "paymentId"), answer, request, "paymentId", deadline)
        return self._with_balance(reply, request, deadline)

    def _follow_up(self, request: HostRequest, deadline: Deadline) -> HostReply:
        name, id_field = _FOLLOW_UPS[request.verb]
        original = request.original
        if original is None:
            return HostNotSent(Cause.LOOKUP, request.account_id)
        body = wire.FollowUpBody(
            payment_order_ref=original.order_ref,
            payment_transaction_ref=request.transaction_ref,
            stan=request.stan.digits,
            merchant=self._merchant(request),
            amount=None if request.verb is Verb.CANCEL else request.amount.minor,
            description=request.description,
            cancel_remaining_auth=request.verb is Verb.CAPTURE and request.final,
            repeat=request.repeat,
        )
        try:
            answer = self._link.exchange("POST", f"{_payment_path(original)}/{name}", body, deadline)
        except HostError as error:
            return _as_reply(error, original.account_id)
        reply = verdict(answer, request, original.account_id, id_field)
        return self._settled(reply, answer, request, id_field, deadline)

    def _settled(
        self, reply: HostReply, answer: Answer, request: HostRequest, id_field: str, deadline: Deadline
    ) -> HostReply:
        """A state nobody told us of is looked up once; what the lookup can't tell stays silence."""
        if not (isinstance(reply, HostSilent) and reply.cause is Cause.UNKNOWN_STATE):
            return reply
        fields = Fields.read(answer.body)
        host_id = fields.text(id_field) if fields is not None else ""
        looked_up = self._query(request, host_id, deadline, reply.account_id)
        return looked_up if isinstance(looked_up, HostApproved | HostDeclined) else reply

    def _query(self, request: HostRequest, host_id: str, deadline: Deadline, account_id: str = "") -> HostReply:
        account_id = account_id or (request.original.account_id if request.original else request.account_id)
        id_field = "paymentId"
        try:
            if request.original is not None and request.verb in _FOLLOW_UPS:
                id_field = _FOLLOW_UPS[request.verb][1]
                kind = "operations" if request.verb is Verb.CANCEL else "transactions"
                path = f"{_payment_path(request.original)}/{kind}/{wire.segment(host_id)}"
            else:
                path = f"/payment-account/{wire.segment(account_id)}/payment/{wire.segment(host_id)}"
            answer = self._link.exchange("GET", path, None, deadline, again=True)
        except HostError as error:
            return _as_reply(error, account_id)
        return verdict(answer, request, account_id, id_field)

    def _with_balance(self, reply: HostReply, request: HostRequest, deadline: Deadline) -> HostReply:
        """What is left on the card, for the receipt, if it can be had soon. The outcome stands either way."""
        if not isinstance(reply, HostApproved) or request.card is None or not request.want_balance:
            return reply
        found = self._balance(reply.account_id, request.card, None, deadline.within(RECEIPT_SECONDS))
        if not isinstance(found, HostPrepared) or found.balance is None:
            return reply
        same = found.balance.currency is request.amount.currency and found.account_id == reply.account_id
        return HostApproved(
            reply.host_id,
            reply.account_id,
            reply.amount,
            found.balance if same else None,
            reply.duplicate,
            reply.allowed_products,
        )

    def _merchant(self, request: HostRequest) -> wire.Merchant:
        return wire.Merchant(self._settings.merchant_name or self._settings.merchant_id, request.terminal_id)


def _payment_path(original: Original) -> str:
    return f"/payment-account/{wire.segment(original.account_id)}/payment/{wire.segment(original.host_id)}"


def _as_reply(error: HostError, account_id: str) -> HostNotSent | HostSilent:
    reply = HostNotSent if isinstance(error, NotSent) else HostSilent
    return reply(error.cause, account_id)


def _issued(answer: Answer) -> IssuedSecret | None:
    """The new card in an answer; None where it can't be read."""
    fields = Fields.read(answer.body)
    summary = (fields or Fields({})).object("accountSummaryGiftCard")
    try:
        pan = Pan(summary.text("accountKey"))
    except CardRefused:
        return None
    return IssuedSecret(pan, summary.code("cvc"), summary.expiry("expiryDate"))
