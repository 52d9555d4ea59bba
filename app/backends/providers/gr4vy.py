"""Gr4vy's gift-card vault, as a till calls it.

**Protocol** (documented by the vendor unless the table below says otherwise). JSON over HTTPS, no version anywhere.
Each call carries a token that the merchant signs itself: ES512 with a P-521 key, named by its thumbprint
(``app/crypto/jwt.py``), with the scopes of that one call. ``x-gr4vy-merchant-account-id`` says which account. Amounts
are whole minor units, 0 to 99,999,999. Gr4vy keeps numbers and PINs; the money is with the service behind it.

    ===  ==============================================  =========================================  ==============
    1    POST   /gift-cards                              into the vault, for a customer             save
    2    GET    /gift-cards?cursor&limit                 what is in it, in pages                    list_all; save,
                                                                                                    again
    3    GET    /gift-cards/{id}                         one of them                                read
    4    DELETE /gift-cards/{id}                         out of it                                  delete
    5    POST   /gift-cards/balances                     balances, each with its own error          balance
    6    GET    /buyers/gift-cards                       a customer's cards with balances           list_cards
    7    POST   /gift-cards/activations                  a printed card, with its first load        activate
    8    POST   /gift-cards/issuances                    a virtual card, as an address              issue
    9    POST   /transactions                            pay with it; there is no "redeem"          redeem
    10   GET    /transactions, /transactions/{id}        what became of a payment                   (redeem, again)
    11   POST   /transactions/{id}/refunds               back to the card                           reverse, refund
    12   GET    …/refunds, …/refunds/{rid}, /refunds/…   what became of a refund                    (refund, again)
    13   POST   /transactions/{id}/refunds/all           all of it back                             ``refund_all``
    ===  ==============================================  =========================================  ==============

After silence the till looks the payment or refund up by its own reference first, and only where the host has none sends
it again, with the same ``idempotency-key``. A key is good for 24 hours; after that only a search that came to its end
lets the call go again.

What the vendor leaves open and we decided, so that it can be replaced when somebody tells us better:

    ====================================================  ==============================================================
    inferred                                              where
    ====================================================  ==============================================================
    the PIN travels in clear, as the vendor has it        from a ``CLEAR_PIN`` block or, being printed on the card, from
                                                          ``CardSecret.cvc``: neither is ever sealed, so no verb is
                                                          taken offline, and a repeat without it can only look up;
                                                          where that finds nothing a person decides (``_NO_CARD``)
    a search takes ``external_identifier``                sent, and each hit compared as well: a host that ignores it
                                                          costs pages, not money (at most 20 of 100)
    a till's payment is one card, ``intent`` capture      the sale stands above; ``host_id`` is transaction/redemption
    ``target_id`` is the redemption's id                  refunds
    an outcome and its redemptions that disagree          looked up once, then silence: a person sees it
    a balance without a currency is in the till's         the stored card has none; the till asked in one
    a null balance with a card's error refuses it;        ``HostRefused`` with status 200; a service's error leaves the
    with a service's error it is unknown                  balance unknown (``None``, never zero)
    425 is turned away like 429                           ``NotSent``: neither was begun. The lanes back off
    an activation's code may stand in ``code`` or in      both are read
    ``details[].type``
    an activation and an issuance are made once           the key is only passed on, and nothing reads them back
    a card that is gone is deleted                        a 404 to a delete is ``HostApproved(duplicate=True)``
    409 with ``resource_id`` to a save                    this customer keeps the card already: approved, a duplicate
    a customer is ours unless its name is a UUID          ``buyer_external_identifier`` or ``buyer_id``
    a repeat that lost its PIN, and is not found          looked for again for five minutes, then a person's (or not
                                                          booked, where ``repeat_checked_first``)
    a stored card pays for its buyer                      the buyer travels with a payment by id where the till knows
                                                          one, and never with a typed card
    ``store`` of an activation                            where a customer is named; see ``gr4vy_vault.py``
    an issuance has no number                             ``IssuedToken`` with the address; nothing takes it back
    ====================================================  ==============================================================

Threads: everything here may be called by all lanes at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from app.backends.base import Deadline, HostError, NotSent, Surroundings, made_once
from app.backends.fields import Fields
from app.backends.providers import gr4vy_wire as wire
from app.backends.providers.gr4vy_link import CARDS_READ, CARDS_WRITE, PAID_READ, PAID_WRITE, Link
from app.backends.providers.gr4vy_settings import FACE, Gr4vySettings, capabilities
from app.backends.providers.gr4vy_vault import Vault, balance_of, expiry_of
from app.backends.providers.gr4vy_verdict import given_back, paid, refusal
from app.backends.reasons import is_2xx
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
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
PAGE = 100
"""The vendor's largest page."""
MAX_PAGES = 20
"""2,000 payments with one reference's filter ignored: more than a shop's day of gift cards."""
KEY_LIFE = timedelta(hours=23)
"""An idempotency key is kept for 24 hours; a till's clock may be off."""

HELD_UP = timedelta(minutes=5)
"""A copy that was held up on the line for longer has been dropped by whoever held it."""

_NO_CARD = HostRefused(Decline.PIN_REQUIRED, 0)
"""Our own refusal: without PIN or vault id there is nothing to ask the host. Of a first copy it says that there was
none; of a repeat, whose first copy may still be on its way, it says nothing."""


class Gr4vy:
    """The client of one merchant account."""

    def __init__(self, settings: Gr4vySettings, surroundings: Surroundings | None = None) -> None:
        self._around = surroundings or Surroundings()
        self._link = Link(settings, self._around)
        self._vault = Vault(self._link, settings)
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
        """Makes one call of the till, with whatever lookup it needs, within ``timeout`` seconds."""
        deadline = Deadline(timeout, self._around.ticks)
        rule = self._capabilities.rule(request.verb)
        if rule is None:
            return HostNotSent(Cause.CONFIGURATION, request.account_id)
        if request.verb in READS or request.phase is Phase.PREPARE:
            return self._read(request, deadline)
        work = {
            Verb.REDEEM: self._pay,
            Verb.REVERSE: self._give_back,
            Verb.REFUND: self._give_back,
            Verb.ACTIVATE: self._vault.activate,
            Verb.ISSUE: self._vault.issue,
            Verb.SAVE: self._vault.save,
            Verb.DELETE: self._vault.delete,
        }[request.verb]
        try:
            return made_once(rule, request) or self._with_balance(work(request, deadline), request, deadline)
        except HostError as error:
            return _as_reply(error, request)

    def _read(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """What changes nothing: whatever goes wrong, no money moved."""
        work = {
            Verb.LIST_CARDS: self._vault.list_cards,
            Verb.LIST_ALL: self._vault.page,
            Verb.READ: self._vault.one,
        }.get(request.verb, self._balance)
        try:
            return work(request, deadline)
        except HostError as error:
            return HostNotSent(error.cause, request.account_id)

    def refund_all(self, original: Original, reference: str, timeout: float) -> tuple[str, ...] | HostReply:
        """Endpoint 13: everything a transaction took. Answers with the status of each refund; some may have failed."""
        deadline = Deadline(timeout, self._around.ticks)
        try:
            transaction, _ = wire.spent_ids(original.host_id)
            path = f"/transactions/{transaction}/refunds/all"
            body = wire.RefundAllBody(reference)
            answer = self._link.exchange("POST", path, (PAID_WRITE, CARDS_WRITE), deadline, body=body, key=reference)
        except HostError as error:
            kind = HostNotSent if isinstance(error, NotSent) else HostSilent
            return kind(error.cause, original.account_id)
        if not is_2xx(answer):
            return refusal(answer, original.account_id)
        fields = Fields.read(answer.body)
        if fields is None or not fields.has("items"):
            return HostSilent(Cause.UNREADABLE, original.account_id)
        return tuple(refund.text("status") for refund in fields.objects("items"))

    def ping(self) -> LineHealth:
        """Whether the host answers and takes our key: the shortest page of the vault."""
        deadline = Deadline(PING_SECONDS, self._around.ticks)
        try:
            answer = self._link.exchange("GET", "/gift-cards?limit=1", (CARDS_READ,), deadline, again=True)
        except HostError as error:
            return LineHealth(up=False, cause=error.cause)
        if not is_2xx(answer) or Fields.read(answer.body) is None:
            cause = Cause.UNREADABLE if is_2xx(answer) else Cause.CONFIGURATION
            return LineHealth(up=False, milliseconds=answer.milliseconds, cause=cause)
        return LineHealth(up=True, milliseconds=answer.milliseconds)

    # -- what is on the card -----------------------------------------------------------------------------------------

    def _balance(self, request: HostRequest, deadline: Deadline) -> HostPrepared | HostRefused | HostNotSent:
        told = self._ask_balance(request, deadline)
        gone = isinstance(told, HostRefused) and told.reason is Decline.UNKNOWN_CARD and told.status == 404
        if gone and request.account_id and request.card is not None:
            # somebody took it out of the vault: the card in hand is as good as before, and has no id any more
            return self._ask_balance(replace(request, account_id=""), deadline)
        return told

    def _ask_balance(self, request: HostRequest, deadline: Deadline) -> HostPrepared | HostRefused | HostNotSent:
        item = wire.name_card(request)
        if item is None:
            return _NO_CARD
        body = wire.BalancesBody((item,))
        path = "/gift-cards/balances"
        try:
            answer = self._link.exchange("POST", path, (CARDS_READ,), deadline, body=body, again=True)
        except HostError as error:
            return HostNotSent(error.cause, request.account_id)
        if not is_2xx(answer):
            return refusal(answer, request.account_id, not_found=Decline.UNKNOWN_CARD)
        listed = (Fields.read(answer.body) or Fields({})).objects("items")
        found = next((one for one in listed if wire.is_this(one, request.account_id, request.card)), None)
        if found is None:
            return HostNotSent(Cause.UNREADABLE, request.account_id)
        balance = balance_of(found, request.amount.currency)
        if isinstance(balance, Decline):
            return HostRefused(balance, answer.status, request.account_id)
        return HostPrepared(request.account_id or found.text("id"), balance, expiry_of(found))

    def _with_balance(self, reply: HostReply, request: HostRequest, deadline: Deadline) -> HostReply:
        """What is left on the card, for the receipt, if it can be had soon. The outcome stands either way."""
        told = request.want_balance and request.verb in (Verb.REDEEM, Verb.ACTIVATE)
        if not isinstance(reply, HostApproved) or not told:
            return reply
        found = self._balance(request, deadline.within(RECEIPT_SECONDS))
        if not isinstance(found, HostPrepared) or found.balance is None:
            return reply
        balance = found.balance if found.balance.currency is request.amount.currency else None
        return replace(reply, balance=balance)

    # -- paying ------------------------------------------------------------------------------------------------------

    def _pay(self, request: HostRequest, deadline: Deadline) -> HostReply:
        item = wire.name_card(request, request.amount.minor)
        if request.repeat:
            known = self._known(request, self._payments(request, deadline), sendable=item is not None)
            if known is not None:
                return known
        if item is None:
            # a search that found nothing may have been too early; one that was not can't be followed by the payment
            early = request.repeat and self._around.now() - request.local_time < HELD_UP
            return HostNotSent(Cause.LOOKUP, request.account_id) if early else _NO_CARD
        body = wire.TransactionBody(
            request.amount.minor,
            request.amount.currency.value,
            (item,),
            request.transaction_ref,
            "capture",
            **wire.buyer(request.customer if request.account_id else ""),
        )
        answer = self._link.exchange(
            "POST", "/transactions", (PAID_WRITE,), deadline, body=body, key=request.transaction_ref
        )
        if not is_2xx(answer):
            return refusal(answer, request.account_id, not_found=Decline.UNKNOWN_CARD)
        fields = Fields.read(answer.body)
        return self._settled(paid(fields, request), fields, request, deadline)

    def _payments(self, request: HostRequest, deadline: Deadline) -> Iterator[Fields]:
        wanted = wire.query(external_identifier=request.transaction_ref, has_gift_card_redemptions="true", limit=PAGE)
        return self._pages(f"/transactions{wanted}", (PAID_READ,), deadline)

    def _settled(self, reply: HostReply, fields: Fields | None, request: HostRequest, deadline: Deadline) -> HostReply:
        """An outcome that is not final, or that contradicts itself, is looked up once more."""
        if fields is None or not (isinstance(reply, HostSilent) and reply.cause is Cause.UNKNOWN_STATE):
            return reply
        try:
            path = f"/transactions/{wire.segment(fields.text('id'))}"
            answer = self._link.exchange("GET", path, (PAID_READ,), deadline, again=True)
        except HostError:
            return reply
        looked_up = paid(Fields.read(answer.body), request) if is_2xx(answer) else reply
        return looked_up if not isinstance(looked_up, HostSilent) else reply

    # -- giving back -------------------------------------------------------------------------------------------------

    def _give_back(self, request: HostRequest, deadline: Deadline) -> HostReply:
        if request.original is None:
            return HostNotSent(Cause.LOOKUP, request.account_id)
        transaction, target = wire.spent_ids(request.original.host_id)
        path = f"/transactions/{transaction}/refunds"
        if request.repeat:
            refunds = self._pages(path, (PAID_READ,), deadline)
            known = self._known(request, refunds, target=target)
            if known is not None:
                return known
        body = wire.RefundBody(request.amount.minor, target, request.transaction_ref)
        answer = self._link.exchange("POST", path, (PAID_WRITE,), deadline, body=body, key=request.transaction_ref)
        if not is_2xx(answer):
            return refusal(answer, request.original.account_id)
        fields = Fields.read(answer.body)
        reply = given_back(fields, request, target)
        if fields is None or not (isinstance(reply, HostSilent) and reply.cause is Cause.UNKNOWN_STATE):
            return reply
        return self._refund_again(fields.text("id"), request, target, deadline) or reply

    def _refund_again(self, refund_id: str, request: HostRequest, target: str, deadline: Deadline) -> HostReply | None:
        try:
            path = f"/refunds/{wire.segment(refund_id)}"
            answer = self._link.exchange("GET", path, (PAID_READ,), deadline, again=True)
        except HostError:
            return None
        return given_back(Fields.read(answer.body), request, target) if is_2xx(answer) else None

    # -- after silence: look before sending again --------------------------------------------------------------------

    def _known(
        self, request: HostRequest, pages: Iterator[Fields], *, target: str = "", sendable: bool = True
    ) -> HostReply | None:
        """What the host has under our reference; None where it has nothing, or the call may go again.

        Raises:
            NotSent: the search did not come to its end, and the call can't go or the key no longer protects it.
        """
        protected = sendable and self._around.now() - request.local_time < KEY_LIFE
        try:
            for item in pages:
                if item.text("external_identifier").lower() == request.transaction_ref.lower():
                    return _under_our_name(item, request, target)
        except _SearchRefused:
            if not protected:
                raise NotSent(Cause.LOOKUP) from None
        except HostError as error:
            raise NotSent(error.cause) from None
        return None

    def _pages(self, path: str, scopes: tuple[str, ...], deadline: Deadline) -> Iterator[Fields]:
        """The entries of a list, page by page.

        Raises:
            _SearchRefused: the host would not list, or the list has no end.
        """
        cursor = ""
        for _ in range(MAX_PAGES if "?" in path else 1):  # what takes no query has no further pages
            page = f"{path}&cursor={cursor}" if cursor else path
            answer = self._link.exchange("GET", page, scopes, deadline, again=True)
            fields = Fields.read(answer.body) if is_2xx(answer) else None
            if fields is None or not fields.has("items"):
                raise _SearchRefused
            yield from fields.objects("items")
            cursor = wire.cursor(fields)
            if not cursor:
                return
        raise _SearchRefused


def _under_our_name(item: Fields, request: HostRequest, target: str) -> HostReply:
    """What stands at the host under our reference. Something else under it means that it was used before."""
    found = given_back(item, request, target, duplicate=True) if target else paid(item, request, duplicate=True)
    if isinstance(found, HostSilent) and found.cause is Cause.MISMATCH:
        return HostRefused(Decline.REFERENCE_REUSED, 409, found.account_id)
    return found


class _SearchRefused(Exception):
    """The list could not be read to its end."""


def _as_reply(error: HostError, request: HostRequest) -> HostNotSent | HostSilent:
    account_id = request.original.account_id if request.original else request.account_id
    reply = HostNotSent if isinstance(error, NotSent) else HostSilent
    return reply(error.cause, account_id)
