"""Dintero's wallets (gift cards and credit notes), as a till calls them.

**Protocol** (documented by the vendor unless the table below says otherwise). JSON over HTTP under
``/accounts/{aid}/wallets``; one bearer token per API client, fetched with Basic and a JSON body that names the account
as its audience. Amounts are whole minor units. There are two API clients: one that only pays, one for the rest.

    ========================================================  =======================================================
    POST /info                                                account id (our ``card_id``) and what can be spent
    POST /transactions                                        drawdown (payment; ``pending``: a reservation), fund
    POST /transactions/{id}/capture, …/void                   second phase of a reservation
    POST /cards, /cards/batch, /cards/{id}/activate           a new card; blanks for the printer; a blank put to use
    GET  /cards, /cards/{id}, /cards/{id}/transactions        lists, one card, its history
    POST /cards/{id}/tokens, /cards/{id}/rotate-pin           a passing code, another PIN
    DELETE /cards/{id}, GET /customers/{id}/cards             the end of a card; a customer's cards
    ========================================================  =======================================================

Whatever moves money carries ``ref_id``, our transaction reference: unique per card, and the same on each repeat. There
is no transfer, no reversal and no refund. **Money is given back by a fund** on the card, and a load is taken back by a
drawdown; nothing on the host's side ties either to its sale, so the till reads the card's history, caps it there, and
writes the sale's id into ``metadata``. **Selling a card** makes an empty one (its code and PIN are told once), then
funds it with a reference: a lost first answer leaves no money behind.

What the vendor leaves open and we decided, so that it can be replaced when somebody tells us better:

    ====================================================  ==============================================================
    inferred                                              where
    ====================================================  ==============================================================
    a repeated ``ref_id`` is answered or refused: unknown  a 2xx is the first transaction; a refusal is looked up in the
                                                          card's history (``_settled``), which shows ``ref_id``
    a history has pages like the list of cards            ``Link.pages``; entries without metadata cap a refund by its
                                                          sale alone
    two tills that give back one sale in the same second  are not kept apart: the host has nothing to lock on
    a void after a part capture releases the rest         ``_release_rest``: capture and void are one repeatable unit,
                                                          approved when both are through; a refused void is "no rest"
    reference, and type, currency, amount where they      ``verdict``: anything else is not ours, so silence
    stand, must be those we asked for
    an unknown type is not confirmed                      silence, and so a repeat
    a missing type is what we asked for                   ``verdict``
    4xx in HTML is some portal's, not the host's          silence; 401 and 429 turn away whoever says them
    ``info`` answers a card                               ``amount_available`` is what can be spent, never the balance
    ``info`` may want the PIN                             asked without it first, so that a wrong one is counted once;
                                                          with it where that is refused
    ``pin`` is text in the body                           digits as they are (``CLEAR_PIN``), over TLS
    one client pays by token, never by card id            without card data (after the purge) the other one repeats by
                                                          card id alone
    activation, deletion and batch have no reference      looked up before a repeat; an activation by our reference in
                                                          the card's ``metadata``, a batch by its names (``_once``)
    a 404 to a deletion                                   the card is gone, which is what was wanted
    a code of ours is for one transaction                 ``expires_after_transaction`` is always set; the hours are the
                                                          cashier's
    a customer may be named when a card comes into use    ``customer_id`` of a new or activated card; nothing changes it
                                                          later, so there is no "save"
    ``sale``, ``stan``, ``order_ref``, ``terminal_id``    our own metadata; none begins with ``dintero_`` but the
                                                          guide's ``dintero_transaction_id`` where a checkout sold
    codes are digits behind the account's prefix          what a stripe can carry; a code with letters needs a till that
                                                          reads letters
    ====================================================  ==============================================================

Threads: everything here may be called by all lanes at once.
"""

from __future__ import annotations

from dataclasses import replace

from app.backends.base import Deadline, HostError, NotSent, Silent, Surroundings, made_once
from app.backends.fields import Fields
from app.backends.providers import dintero_wire as wire
from app.backends.providers.dintero_cards import Cards
from app.backends.providers.dintero_link import Link, as_reply
from app.backends.providers.dintero_once import Once
from app.backends.providers.dintero_settings import FACE, DinteroSettings, capabilities
from app.backends.providers.dintero_verdict import DRAWDOWN, PENDING, expected_type, is_ours, refusal, verdict
from app.backends.reasons import is_2xx
from app.domain.card import CardSecret, PinBlock
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
from app.domain.verb import READS, Capabilities, Verb

RECEIPT_SECONDS = 3.0
"""How long a customer waits for the balance on the receipt once the payment is through."""
PING_SECONDS = 5.0
"""A lamp that needs longer is red."""

_BY_CODE = frozenset({Verb.REDEEM, Verb.AUTHORIZE, Verb.CASH_OUT})
_BY_ID = _BY_CODE | {Verb.RELOAD}
"""What is done to a card out of a list, too."""
_NOT_A_CODE = "line-check"
"""What the lamp of a till that only pays asks about: no card has it, and a 404 is an answer."""


class Dintero:
    """The client of one account."""

    def __init__(self, settings: DinteroSettings, surroundings: Surroundings | None = None) -> None:
        self._settings = settings
        self._around = surroundings or Surroundings()
        self._link = Link(settings, self._around)
        self._capabilities = capabilities(settings)
        self._cards = Cards(settings, self._link)
        self._once = Once(settings, self._link, self._cards, self._around.now)

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
        rule = self._capabilities.rule(request.verb)
        if rule is None:
            return HostNotSent(Cause.CONFIGURATION, request.account_id)
        try:
            return made_once(rule, request) or self._dispatch(request, deadline)
        except HostError as error:  # an id or a PIN that can't be sent at all; wire trouble was told apart below
            return as_reply(error, request.account_id)

    def ping(self) -> LineHealth:
        """Whether the host answers and takes our credentials."""
        deadline = Deadline(PING_SECONDS, self._around.ticks)
        try:
            if self._link.manages:
                answer = self._link.manage("GET", "/cards?limit=1", None, deadline, again=True)
            else:
                answer = self._link.pay("/info", wire.Info(_NOT_A_CODE), deadline, again=True)
        except HostError as error:
            return LineHealth(up=False, cause=error.cause)
        unknown = isinstance(refusal(answer), HostRefused) and answer.status in (400, 404)
        if unknown or (is_2xx(answer) and Fields.read(answer.body) is not None):
            return LineHealth(up=True, milliseconds=answer.milliseconds)
        cause = Cause.CONFIGURATION if answer.status == 403 else Cause.UNREADABLE
        return LineHealth(up=False, milliseconds=answer.milliseconds, cause=cause)

    def _dispatch(self, request: HostRequest, deadline: Deadline) -> HostReply:
        if request.verb in READS:
            return self._read(request, deadline)
        if request.phase is Phase.PREPARE:
            if request.verb is Verb.ISSUE:
                return self._cards.new(request, deadline)
            return self._balance(request.account_id, request.card, request.pin_block, deadline)
        work = {
            Verb.REVERSE: self._give_back,
            Verb.REFUND: self._give_back,
            Verb.CAPTURE: self._follow_up,
            Verb.CANCEL: self._follow_up,
            Verb.DELETE: self._cards.delete,
            Verb.ROTATE_PIN: self._once.rotate_pin,
            Verb.NEW_CODE: self._once.new_code,
            Verb.MAKE_BLANKS: self._once.blanks,
        }.get(request.verb, self._pay)
        return work(request, deadline)

    def _read(self, request: HostRequest, deadline: Deadline) -> HostReply:
        match request.verb:
            case Verb.LIST_CARDS:
                return self._cards.of_customer(request.customer, deadline)
            case Verb.LIST_ALL:
                return self._cards.of_account(request.more, deadline)
            case Verb.READ:
                return self._cards.one(request, deadline)
            case _:
                return self._balance(request.account_id, request.card, request.pin_block, deadline)

    # -- preparatory calls: whatever goes wrong, no money moved ------------------------------------------------------

    def _balance(
        self, account_id: str, card: CardSecret | None, pin_block: PinBlock | None, deadline: Deadline
    ) -> HostPrepared | HostRefused | HostNotSent:
        if card is None:
            found = self._cards.read(account_id, deadline) if account_id else HostNotSent(Cause.LOOKUP)
            return self._prepared(found) if isinstance(found, wire.Card) else found
        body = wire.Info(wire.token_of(card, self._settings.code_prefix), wire.pin_of(pin_block))
        try:
            # with a PIN it is a try at the PIN, and is made once
            answer = self._link.pay("/info", body, deadline, again=pin_block is None)
        except HostError as error:
            return HostNotSent(error.cause, account_id)
        if not is_2xx(answer):
            refused = refusal(answer, account_id, not_found=Decline.UNKNOWN_CARD)
            return refused if isinstance(refused, HostRefused) else HostNotSent(refused.cause, account_id)
        fields = Fields.read(answer.body)
        if fields is None or not fields.text("card_id"):
            return HostNotSent(Cause.UNREADABLE, account_id)
        told = wire.read_card(fields)
        if account_id not in ("", told.card_id):
            return HostNotSent(Cause.MISMATCH, account_id)
        return self._prepared(told)

    def _prepared(self, card: wire.Card) -> HostPrepared:
        return HostPrepared(card.card_id, card.available, card.expiry)

    def _account(self, request: HostRequest, deadline: Deadline) -> str | HostRefused | HostNotSent:
        """The card's id, by its code."""
        if request.account_id:
            return request.account_id
        found = self._balance("", request.card, None, deadline)
        if isinstance(found, HostRefused) and found.reason is Decline.PIN_REQUIRED and request.pin_block is not None:
            found = self._balance("", request.card, request.pin_block, deadline)
        if isinstance(found, HostRefused) and request.repeat:
            # a card that is refused now may have been taken by the first copy: our own refusal, which proves nothing
            return replace(found, status=0)
        return found.account_id if isinstance(found, HostPrepared) else found

    def _history(self, account_id: str, deadline: Deadline) -> list[wire.Booked] | HostRefused:
        """Every transaction of a card. Raises ``NotSent``."""
        found = self._link.pages(f"/cards/{wire.segment(account_id)}/transactions", "transactions", deadline)
        return found if isinstance(found, HostRefused) else [wire.read_booked(fields) for fields in found]

    # -- the calls that move money -----------------------------------------------------------------------------------

    def _pay(self, request: HostRequest, deadline: Deadline) -> HostReply:
        account_id = self._account(request, deadline)
        if not isinstance(account_id, str):
            return account_id
        if request.verb is Verb.ACTIVATE:
            return self._cards.activate(request, account_id, deadline)
        by_code = request.verb in _BY_CODE and request.card is not None
        if not by_code and not self._link.manages:
            return HostNotSent(Cause.LOOKUP, account_id)
        body = self._transaction(request, account_id, by_code=by_code)
        reply = self._transact(body, request, account_id, deadline)
        return self._with_balance(reply, request, deadline)

    def _transaction(self, request: HostRequest, account_id: str, *, by_code: bool) -> wire.Transaction:
        pending = request.verb is Verb.AUTHORIZE
        card = request.card if by_code else None
        return wire.Transaction(
            ref_id=request.transaction_ref,
            amount=request.amount.minor,
            currency=request.amount.currency.value,
            type=DRAWDOWN if pending else expected_type(request),
            token=wire.token_of(card, self._settings.code_prefix) if card is not None else "",
            card_id=account_id if card is None else "",
            pin=wire.pin_of(request.pin_block) if card is not None else "",
            pending=pending,
            originated_by=request.terminal_id,
            metadata=wire.metadata(request),
        )

    def _transact(self, body: wire.Transaction, request: HostRequest, account_id: str, deadline: Deadline) -> HostReply:
        """The one money call; its client is the one its way of naming the card asks for."""
        try:
            if body.token:
                answer = self._link.pay("/transactions", body, deadline)
            else:
                answer = self._link.manage("POST", "/transactions", body, deadline)
        except HostError as error:
            return as_reply(error, account_id)
        return self._settled(verdict(answer, request, account_id), request, deadline)

    def _follow_up(self, request: HostRequest, deadline: Deadline) -> HostReply:
        original = request.original
        if original is None:
            return HostNotSent(Cause.LOOKUP, request.account_id)
        capture = request.verb is Verb.CAPTURE
        amount = request.amount.minor if capture else None
        body = wire.FollowUp(request.transaction_ref, amount, wire.metadata(request))
        try:
            path = f"/transactions/{wire.segment(original.host_id)}/{'capture' if capture else 'void'}"
            answer = self._link.pay(path, body, deadline)
        except HostError as error:
            return as_reply(error, original.account_id)
        reply = self._settled(verdict(answer, request, original.account_id), request, deadline)
        if capture and request.final and isinstance(reply, HostApproved):
            return self._release_rest(reply, request, original, deadline)
        return reply

    def _release_rest(
        self, reply: HostApproved, request: HostRequest, original: Original, deadline: Deadline
    ) -> HostReply:
        """Voids what a capture left reserved. Until that is through, the whole is not: its repeat does both again."""
        body = wire.FollowUp(f"{request.transaction_ref}-rest", None, wire.metadata(request))
        try:
            answer = self._link.pay(f"/transactions/{wire.segment(original.host_id)}/void", body, deadline)
        except HostError as error:
            return HostSilent(error.cause, original.account_id)
        released = is_2xx(answer) or isinstance(refusal(answer), HostRefused)
        return reply if released else HostSilent(Cause.UNREADABLE, original.account_id)

    def _give_back(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """A fund onto the card for what was spent, or a drawdown of what was loaded: never more than there was."""
        original = request.original
        if original is None:
            return HostNotSent(Cause.LOOKUP, request.account_id)
        account_id = original.account_id
        try:
            history = self._history(account_id, deadline)
        except NotSent as error:
            return HostNotSent(error.cause, account_id)
        if isinstance(history, HostRefused):
            return replace(history, account_id=account_id)
        mine = _find(history, request)
        if mine is not None:
            return _found_again(mine, request, account_id)
        moved = self._moved(history, original, deadline)
        if not isinstance(moved, int):
            return moved
        kind = expected_type(request)
        given = sum(b.amount or 0 for b in history if b.sale == original.host_id and b.type == kind)
        if request.amount.minor > moved - given:
            return HostDeclined(Decline.NOTHING_LEFT, account_id=account_id)
        return self._transact(self._transaction(request, account_id, by_code=False), request, account_id, deadline)

    def _moved(
        self, history: list[wire.Booked], original: Original, deadline: Deadline
    ) -> int | HostRefused | HostNotSent:
        """What the original moved, in minor units: the most that may be given back of it."""
        if original.verb is Verb.ACTIVATE:  # the card's own opening value
            card = self._cards.read(original.account_id, deadline)
            if not isinstance(card, wire.Card):
                return card
            return card.amount.minor if card.amount is not None else HostNotSent(Cause.UNREADABLE, card.card_id)
        booked = next((b for b in history if b.id == original.host_id), None)
        if booked is None:
            return HostRefused(Decline.NOT_FOUND, 404, original.account_id)
        if booked.type == PENDING:
            return sum(b.amount or 0 for b in history if b.parent_id == booked.id and b.type == DRAWDOWN)
        return booked.amount or 0

    def _settled(self, reply: HostReply, request: HostRequest, deadline: Deadline) -> HostReply:
        """The refusal of a repeat means nothing until the card's history shows whether the first copy is there."""
        if not (request.repeat and isinstance(reply, HostRefused) and self._link.manages):
            return reply
        try:
            history = self._history(reply.account_id, deadline)
        except (NotSent, Silent):
            return HostSilent(Cause.UNKNOWN_STATE, reply.account_id)
        if isinstance(history, HostRefused):
            return HostSilent(Cause.UNKNOWN_STATE, reply.account_id)
        mine = _find(history, request)
        return reply if mine is None else _found_again(mine, request, reply.account_id)

    def _with_balance(self, reply: HostReply, request: HostRequest, deadline: Deadline) -> HostReply:
        """What is left on the card, for the receipt, if it can be had soon. The outcome stands either way."""
        named = request.card is not None or request.verb in _BY_ID
        if not isinstance(reply, HostApproved) or not named or not request.want_balance:
            return reply
        found = self._balance(reply.account_id, request.card, None, deadline.within(RECEIPT_SECONDS))
        if not isinstance(found, HostPrepared) or found.balance is None:
            return reply
        same = found.balance.currency is request.amount.currency
        return replace(reply, balance=found.balance if same else None)


def _find(history: list[wire.Booked], request: HostRequest) -> wire.Booked | None:
    wanted = request.transaction_ref.lower()
    return next((booked for booked in history if booked.ref_id.lower() == wanted), None)


def _found_again(booked: wire.Booked, request: HostRequest, account_id: str) -> HostReply:
    """An earlier copy of this request; or something else under its reference."""
    if is_ours(booked, request):
        return HostApproved(booked.id, account_id, request.amount, duplicate=True)
    return HostRefused(Decline.REFERENCE_REUSED, 409, account_id)
