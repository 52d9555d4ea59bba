"""What the till's requests put into PAR Pay's bodies, and what of a card comes back in them."""

from __future__ import annotations

from app.backends.providers import parpay_wire as wire
from app.domain.card import CLEAR_PIN, Expiry, IssuedSecret
from app.domain.host import HostRequest


def passcode_of(request: HostRequest) -> str:
    """The passcode that came with a request: keyed on the pad, else as it stands on the card."""
    block = request.pin_block
    if block is not None and block.format == CLEAR_PIN:
        return block.reveal().decode("ascii", "replace")
    return request.card.cvc if request.card is not None else ""


def name_card(request: HostRequest, passcode: str, body: wire.Body | None = None) -> wire.Body | None:
    """Names the card: a customer's saved one by its id, one in hand by its number, else by what we know of it."""
    body = body or wire.Body()
    saved = request.customer and request.account_id
    if request.card is not None and not saved:
        return body.put(wire.CARD_NUMBER, request.card.pan.reveal()).put(wire.PASSCODE, passcode)
    if not request.account_id:
        return None
    return body.put(wire.CARD_ID, request.account_id).put(wire.USER, request.customer)


def name_recipient(body: wire.Body, recipient: str) -> wire.Body:
    """Who gets it: an address with ``@`` is an e-mail, ``+`` or digits a phone, anything else a user id."""
    if "@" in recipient:
        return body.put(wire.RECIPIENT_EMAIL, recipient)
    phone = recipient.startswith("+") or recipient.isdigit()
    return body.put(wire.RECIPIENT_PHONE if phone else wire.RECIPIENT_USER, recipient)


def read_issued(fields: wire.Fields) -> IssuedSecret | None:
    """The new card in an answer; None where it can't be read."""
    pan = fields.pan()
    return None if pan is None else IssuedSecret(pan, pin=fields.text(wire.PASSCODE))


def read_expiry(fields: wire.Fields) -> str:
    """When a card ends, as ``MM/YY``; empty where it is not told."""
    try:
        return Expiry.parse(fields.text(wire.EXPIRY)).mm_yy
    except ValueError:  # CardRefused is one
        return ""
