"""The cards themselves: into the vault and out of it, listed, activated, issued. No call here pays.

**``store`` of an activation** also puts the card into the vault, in the same call. It is set exactly where the request
names a customer, because a stored card that belongs to nobody is found again by nobody at a counter; the vendor wants
the PIN for it. Without a customer a card is activated with or without its PIN, and stays a card of plastic.
"""

from __future__ import annotations

from app.backends.base import Deadline, HostError, NotSent
from app.backends.client import Answer
from app.backends.fields import Fields
from app.backends.providers import gr4vy_wire as wire
from app.backends.providers.gr4vy_link import CARDS_READ, CARDS_WRITE, Link
from app.backends.providers.gr4vy_settings import Gr4vySettings
from app.backends.providers.gr4vy_verdict import CARD_CODES, activation_refusal, refusal
from app.backends.reasons import is_2xx
from app.domain.card import Expiry, IssuedToken
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostListed,
    HostNotSent,
    HostRefused,
    HostReply,
    HostRequest,
    HostSilent,
    StoredCard,
)
from app.domain.money import Currency, Money, zero

PAGE = 100
MAX_PAGES = 50
"""5,000 cards: far beyond what one customer may keep (10), and a bound for a list without an end."""


class Vault:
    """The calls of one merchant account that name, list and make cards."""

    def __init__(self, link: Link, settings: Gr4vySettings) -> None:
        self._link = link
        self._settings = settings

    def activate(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """Makes a printed card worth its amount (or nothing, where that is 0). Sent once."""
        card, pin, customer = request.card, wire.pin_of(request), request.customer
        if card is None:
            return HostNotSent(Cause.LOOKUP, request.account_id)
        if customer and not pin:
            return HostRefused(Decline.PIN_REQUIRED, 0, request.account_id)
        worth = request.amount.minor > 0
        body = wire.ActivateBody(
            number=card.pan.reveal(),
            pin=pin,
            amount=request.amount.minor if worth else None,
            currency=request.amount.currency.value if worth else "",
            external_identifier=request.transaction_ref,
            store=customer != "",
            **wire.buyer(customer),
        )
        answer = self._link.exchange(
            "POST", "/gift-cards/activations", (CARDS_WRITE,), deadline, body=body, key=request.transaction_ref
        )
        if not is_2xx(answer):
            return activation_refusal(answer, request.account_id)
        made = Fields.read(answer.body) or Fields({})
        if wire.Parts.read(made) != wire.Parts.of(card):
            return HostSilent(Cause.UNREADABLE, request.account_id)
        # the id of a card that was not stored means nothing we could name it by
        account_id = made.text("id") if customer else request.account_id
        return HostApproved(made.text("id"), account_id, request.amount, expiry=expiry_of(made))

    def save(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """Puts a card into the vault. A create has no key, so a repeat looks for it first, and needs no PIN to look."""
        card, pin = request.card, wire.pin_of(request)
        if request.repeat and card is not None:
            known = self._find(request, deadline)
            if known is not None:
                return known
        if card is None or not pin:
            return HostRefused(Decline.PIN_REQUIRED, 0)
        body = wire.CreateBody(card.pan.reveal(), pin, **wire.buyer(request.customer))
        answer = self._link.exchange("POST", "/gift-cards", (CARDS_WRITE,), deadline, body=body)
        made = Fields.read(answer.body) or Fields({})
        there = made.text("resource_id")
        if answer.status == 409 and wire.is_id(there):  # this customer keeps it already
            return HostApproved(there, there, zero(request.amount.currency), duplicate=True)
        if not is_2xx(answer):
            return refusal(answer)
        if wire.Parts.read(made) != wire.Parts.of(card) or not made.text("id"):
            return HostSilent(Cause.UNREADABLE)
        return HostApproved(made.text("id"), made.text("id"), zero(request.amount.currency), expiry=expiry_of(made))

    def _find(self, request: HostRequest, deadline: Deadline) -> HostApproved | None:
        """The card, if the vault has it for this customer.

        Raises:
            NotSent: the vault could not be read to its end, so a second create might be one too many.
        """
        more = ""
        for _ in range(MAX_PAGES):
            try:
                answer = self._page(request.customer, more, deadline)
            except HostError as error:
                raise NotSent(error.cause) from None
            fields = Fields.read(answer.body) if is_2xx(answer) else None
            if fields is None or not fields.has("items"):
                break
            for entry in fields.objects("items"):
                if wire.is_this(entry, "", request.card) and entry.text("id"):
                    nothing = zero(request.amount.currency)
                    return HostApproved(entry.text("id"), entry.text("id"), nothing, duplicate=True)
            more = fields.text("next_cursor")
            if not more:
                return None
        raise NotSent(Cause.LOOKUP)

    def delete(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """Takes a card out of the vault. One that is gone already is what was wanted."""
        card_id = request.account_id or (request.original.account_id if request.original else "")
        path = f"/gift-cards/{wire.segment(card_id)}"
        answer = self._link.exchange("DELETE", path, (CARDS_WRITE,), deadline)
        if not is_2xx(answer) and answer.status != 404:
            return refusal(answer, card_id)
        return HostApproved(card_id, card_id, zero(request.amount.currency), duplicate=answer.status == 404)

    def list_cards(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """A customer's cards with their balances: one live question per card, so it may take its time."""
        wanted = wire.query(**wire.buyer(request.customer), order_by="desc")
        answer = self._link.exchange("GET", f"/buyers/gift-cards{wanted}", (CARDS_READ,), deadline, again=True)
        if not is_2xx(answer):
            return refusal(answer)
        fields = Fields.read(answer.body)
        if fields is None or not fields.has("items"):
            return HostNotSent(Cause.UNREADABLE)
        return HostListed(tuple(_stored(card, request.amount.currency) for card in fields.objects("items")))

    def one(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """One card of the vault, as a list of one. Its balance is never there."""
        path = f"/gift-cards/{wire.segment(request.account_id)}"
        answer = self._link.exchange("GET", path, (CARDS_READ,), deadline, again=True)
        if not is_2xx(answer):
            return refusal(answer, request.account_id)
        fields = Fields.read(answer.body) or Fields({})
        if not fields.text("id"):
            return HostNotSent(Cause.UNREADABLE, request.account_id)
        return HostListed((_stored(fields, None),))

    def page(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """A page of the vault, of one customer or of all; ``more`` is its key, empty at first."""
        answer = self._page(request.customer, request.more, deadline)
        if not is_2xx(answer):
            return refusal(answer)
        fields = Fields.read(answer.body)
        if fields is None or not fields.has("items"):
            return HostNotSent(Cause.UNREADABLE)
        return HostListed(tuple(_stored(card, None) for card in fields.objects("items")), fields.text("next_cursor"))

    def issue(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """A virtual card, sent to its holder as an address: whoever has it has the card. Made once."""
        currency = request.amount.currency
        body = wire.IssueBody(
            self._settings.issuance_theme, request.amount.minor, currency.value, request.transaction_ref
        )
        answer = self._link.exchange(
            "POST", "/gift-cards/issuances", (CARDS_WRITE,), deadline, body=body, key=request.transaction_ref
        )
        if not is_2xx(answer):
            return refusal(answer)
        made = Fields.read(answer.body) or Fields({})
        amount = made.money("amount", made.text("currency"))
        if not made.text("id") or not made.text("url"):
            return HostSilent(Cause.UNREADABLE)
        if amount != request.amount:
            return HostSilent(Cause.MISMATCH)
        return HostApproved(made.text("id"), "", request.amount, issued=IssuedToken(url=made.text("url")))

    def _page(self, customer: str, more: str, deadline: Deadline) -> Answer:
        wanted = wire.query(**wire.buyer(customer), cursor=more[: wire.MAX_CURSOR], limit=PAGE)
        return self._link.exchange("GET", f"/gift-cards{wanted}", (CARDS_READ,), deadline, again=True)


def balance_of(summary: Fields, currency: Currency) -> Money | Decline | None:
    """What a summary says is on the card: an amount, why the card is refused, or None for "not known"."""
    code = summary.text("balance_error_code")
    if code in CARD_CODES and not summary.has("balance"):
        return CARD_CODES[code]
    return summary.money("balance", summary.text("currency").upper() or currency.value)


def expiry_of(card: Fields) -> str:
    """When a card ends, as MM/YY; empty where the answer does not say."""
    try:
        return Expiry.parse(card.text("expiration_date")[:10]).mm_yy
    except ValueError:
        return ""


def _stored(card: Fields, currency: Currency | None) -> StoredCard:
    balance = balance_of(card, currency) if currency is not None else None
    service = card.object("gift_card_service")
    return StoredCard(
        id=card.text("id"),
        last4=card.text("last4")[-4:],
        title=service.text("display_name") or service.text("gift_card_service_definition_id"),
        balance=balance if isinstance(balance, Money) else None,
        expiry=expiry_of(card),
        state=card.text("balance_error_code"),
    )
