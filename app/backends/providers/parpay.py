"""PAR Pay gift cards, as a till calls them.

**Protocol.** JSON over HTTP under a base address that the vendor tells its customers. Two headers on each call: an
OAuth 2 bearer token (a JWT, client credentials from ``POST /oauth/token``) and ``X-LocationId``. The twelve paths, in
their exact case, are the vendor's:

    ====  =====================================  ======================================================================
    1     POST  /giftcard/v1/virtual/issue       an empty new card (issue, first half)
    2     POST  /giftcard/v1/reload              reload; issue, second half
    3     POST  /giftcard/v1/redeem              redeem: final, there is no reservation
    4     POST  /giftcard/v1/balanceInquiry      balance; the saved id of a card that is to be combined
    5     POST  /giftcard/v1/balanceTransfer     transfer, always to a new card, with number and passcode
    6     POST  /giftcard/v1/refund              reverse and refund: the only undo, and of a redeem only
    7     POST  /giftcard/v1/savegiftcard        save
    8     POST  /giftcard/v1/sharegiftcard       share: both use the same card and the same balance
    9     POST  /giftcard/v1/gift                gift: a new card, or a saved one leaves its owner
    10    POST  /giftcard/v1/combine             combine: the sources end
    11    GET   /giftcard/v1/giftcards           list_cards; the line's lamp
    12    PATCH /giftcard/v1/giftcards           prefer
    ====  =====================================  ======================================================================

**The bodies are a house contract that awaits the vendor's schema**: of all fields the vendor names four. Every name,
the unit of amounts and what else is read stand in one table, ``parpay_wire.py``.

What else the vendor leaves open and we decided, so that it can be replaced when somebody tells us better:

    ====================================================  ==============================================================
    inferred                                              where
    ====================================================  ==============================================================
    whether a call may be sent again                      not, unless the setting ``repeat_checked_first`` says that the
                                                          host books a ``requestId`` once (ours does). Without it every
                                                          verb that moves money is ``ONCE``: a repeat is not sent at all
    a transaction's id and state                          ``transactionId``; a 2xx with it is booked unless ``status``
                                                          says failed (declined) or pending (silence). With neither id
                                                          nor balance it is not understood: silence
    another amount or ``requestId`` than asked: not ours  silence. Less than asked is taken as booked in part
    all 4xx but 401 and 429 refuse                        the sibling API's statuses, 400 to 422
    a card is sold empty and then loaded                  ``virtual/issue`` of amount 0 moves no money, so a lost answer
                                                          leaves an empty card that nobody holds. ``issue`` makes a
                                                          loaded one in a single call, for whoever wants that
    a load has no undo                                    the vendor's refund is for what was redeemed: a person decides
    balanceInquiry tells ``giftCardId``                   the account id, kept in the journal: a repeat after a restart
                                                          names the card by it, without number or passcode
    the passcode travels in clear                         from a ``CLEAR_PIN`` block, else from ``CardSecret.cvc``: it
                                                          stands on the card and is sealed nowhere. A transfer and a
                                                          save without it are refused here. Of a transfer only the
                                                          repeat goes without; a save is looked for among the
                                                          customer's cards then
    who a recipient is                                    an address with ``@`` is an e-mail, ``+`` or digits a phone,
                                                          anything else a user id; one of them is sent
    a gift with ``account_id`` gives that card away       without it ``amount`` and ``funding`` are wanted, and sent.
                                                          A card that is given away moves no money: approved with zero
    the health paths are not known                        the lamp lists the cards of nobody (``userId`` ``lamp``)
    the token call carries no ``X-LocationId``            who has no token yet has no location either
    ====================================================  ==============================================================

Threads: everything here may be called by all lanes at once.
"""

from __future__ import annotations

from app.backends.base import Deadline, HostError, Surroundings, made_once
from app.backends.client import Answer
from app.backends.providers import parpay_wire as wire
from app.backends.providers.parpay_bodies import name_card, name_recipient, passcode_of, read_expiry, read_issued
from app.backends.providers.parpay_cards import Cards
from app.backends.providers.parpay_link import Link, as_reply
from app.backends.providers.parpay_settings import FACE, ParPaySettings, capabilities
from app.backends.providers.parpay_verdict import verdict
from app.backends.reasons import is_2xx
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
    LineHealth,
    Phase,
)
from app.domain.verb import Capabilities, Verb

PING_SECONDS = 5.0
"""A lamp that needs longer is red."""
MAX_SOURCES = 20
"""Cards combined in one go: more is not a customer at a counter."""


class ParPay:
    """The client of one merchant location."""

    def __init__(self, settings: ParPaySettings, surroundings: Surroundings | None = None) -> None:
        self._around = surroundings or Surroundings()
        self._link = Link(settings, self._around)
        self._minor = settings.minor_units
        self._cards = Cards(self._link, minor_units=settings.minor_units)
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
        rule = self._capabilities.rule(request.verb)
        if rule is None:
            return HostNotSent(Cause.CONFIGURATION, request.account_id)
        if request.verb is Verb.LIST_CARDS:
            return self._cards.of_customer(request, deadline)
        if request.verb is Verb.BALANCE or (request.phase is Phase.PREPARE and request.verb is not Verb.ISSUE):
            return self._cards.balance(request, deadline)
        if request.phase is Phase.PREPARE:
            return self._cards.new(request, deadline)
        return made_once(rule, request) or self._dispatch(request, deadline)

    def _dispatch(self, request: HostRequest, deadline: Deadline) -> HostReply:
        match request.verb:
            case Verb.SAVE:
                return self._cards.save(request, deadline)
            case Verb.SHARE | Verb.PREFER:
                return self._cards.share_or_prefer(request, deadline)
            case Verb.COMBINE:
                return self._combine(request, deadline)
            case _:
                return self._move(request, deadline)

    def issue(self, request: HostRequest, timeout: float) -> HostReply:
        """Endpoint 1 whole: a new card with ``amount`` on it, paid by ``funding``, in one call that moves money."""
        body = self._money(request).put(wire.FUNDING, request.funding).put(wire.USER, request.customer)
        return self._booked(wire.ISSUE, body, request, Deadline(timeout, self._around.ticks))

    def ping(self) -> LineHealth:
        """Whether the host answers and takes our credentials and location."""
        path = wire.CARDS + wire.query(wire.USER, "lamp")
        try:
            answer = self._link.exchange("GET", path, None, Deadline(PING_SECONDS, self._around.ticks), again=True)
        except HostError as error:
            return LineHealth(up=False, cause=error.cause)
        if not is_2xx(answer):
            return LineHealth(up=False, milliseconds=answer.milliseconds, cause=Cause.CONFIGURATION)
        if wire.Fields.read(answer.body) is None:
            return LineHealth(up=False, milliseconds=answer.milliseconds, cause=Cause.UNREADABLE)
        return LineHealth(up=True, milliseconds=answer.milliseconds)

    # -- the calls that move money -----------------------------------------------------------------------------------

    def _move(self, request: HostRequest, deadline: Deadline) -> HostReply:
        body = self._money(request)
        match request.verb:
            case Verb.REVERSE | Verb.REFUND:
                if request.original is None or not request.original.host_id:
                    return HostNotSent(Cause.LOOKUP, request.account_id)
                body.put(wire.ORIGINAL, request.original.host_id)
                return self._booked(wire.REFUND, body, request, deadline)
            case Verb.GIFT:
                return self._gift(request, body, deadline)
            case Verb.TRANSFER:
                return self._transfer(request, body, deadline)
            case _:
                path = wire.REDEEM if request.verb is Verb.REDEEM else wire.RELOAD
                if name_card(request, passcode_of(request), body) is None and not request.repeat:
                    return HostNotSent(Cause.LOOKUP, request.account_id)
                if path == wire.RELOAD:
                    body.put(wire.FUNDING, request.funding)
                return self._booked(path, body, request, deadline)

    def _transfer(self, request: HostRequest, body: wire.Body, deadline: Deadline) -> HostReply:
        passcode = passcode_of(request)
        if request.to_card is not None:
            return HostNotSent(Cause.CONFIGURATION, request.account_id)  # the target is always a new card
        if not request.repeat and (request.card is None or not passcode):
            return HostDeclined(Decline.PIN_REQUIRED, 0, request.account_id)
        if request.card is not None:
            body.put(wire.CARD_NUMBER, request.card.pan.reveal()).put(wire.PASSCODE, passcode)
        elif request.account_id:
            body.put(wire.CARD_ID, request.account_id)
        body.put(wire.END_SOURCE, request.end_source or None)
        return self._booked(wire.TRANSFER, body, request, deadline)

    def _gift(self, request: HostRequest, body: wire.Body, deadline: Deadline) -> HostReply:
        """Share leaves a card with both; a gift leaves its giver."""
        if request.account_id:
            body = wire.Body().put(wire.REQUEST, request.transaction_ref).put(wire.CARD_ID, request.account_id)
        elif not (request.amount.is_positive and request.funding):
            return HostDeclined(Decline.MALFORMED, 0)
        else:
            body.put(wire.FUNDING, request.funding)
        body.put(wire.USER, request.customer)
        return self._booked(wire.GIFT, name_recipient(body, request.recipient), request, deadline)

    def _combine(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """Cards in hand are looked up first: sources and target are named by their ids."""
        ids: list[str] = list(request.source_ids)
        if not 0 < len(ids) + len(request.sources) <= MAX_SOURCES:
            return HostNotSent(Cause.LOOKUP, request.account_id)
        target = request.account_id
        lookups = [*request.sources, *([request.card] if request.card is not None and not target else [])]
        for card in lookups:
            found = self._cards.look_up(card, request.amount.currency, deadline)
            if not isinstance(found, HostPrepared) or not found.account_id:
                refused = isinstance(found, HostRefused) and not request.repeat
                return found if refused else HostNotSent(Cause.LOOKUP, target)
            if card is request.card:
                target = found.account_id
            else:
                ids.append(found.account_id)
        if not target:
            return HostNotSent(Cause.LOOKUP)
        body = self._references(request).put(wire.USER, request.customer)
        body.put(wire.TARGET, target).put(wire.SOURCES, ids)
        return self._booked(wire.COMBINE, body, request, deadline)

    def _references(self, request: HostRequest) -> wire.Body:
        """What every copy of a call carries, so that the host can tell it from another."""
        body = wire.Body().put(wire.REQUEST, request.transaction_ref).put(wire.ORDER, request.order_ref)
        return body.put(wire.STAN, request.stan.digits).put(wire.TERMINAL, request.terminal_id)

    def _money(self, request: HostRequest) -> wire.Body:
        body = self._references(request).put(wire.CURRENCY, request.amount.currency.value)
        return body.put(wire.AMOUNT, wire.amount_text(request.amount, minor_units=self._minor))

    def _booked(self, path: str, body: wire.Body, request: HostRequest, deadline: Deadline) -> HostReply:
        try:
            answer = self._link.exchange("POST", path, body, deadline)
        except HostError as error:
            return as_reply(error, request.account_id)
        reply = verdict(answer, request, minor_units=self._minor)
        return self._with_new_card(reply, answer) if path in (wire.TRANSFER, wire.ISSUE) else reply

    def _with_new_card(self, reply: HostReply, answer: Answer) -> HostReply:
        """The card that was made. An approval that shows none is one all the same: a person finds the card."""
        if not isinstance(reply, HostApproved):
            return reply
        fields = wire.Fields.read(answer.body) or wire.Fields({})
        made = fields.object(wire.NEW_CARD) if fields.has(wire.NEW_CARD) else fields
        return HostApproved(
            reply.host_id,
            reply.account_id,
            reply.amount,
            reply.balance,
            reply.duplicate,
            issued=read_issued(made),
            expiry=read_expiry(made),
        )
