"""What a till must be told to reach PAR Pay, and what it can do there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from app.backends.base import SettingsFault
from app.backends.client import is_acceptable
from app.domain.verb import Capabilities, Printed, RepeatRule, Verb, VerbRule

FACE = "parpay"
TITLE = "PAR Pay"

MAX_VALUE = 255
"""Longer identifiers are a mistake in the configuration: nothing the vendor shows comes near it."""


@dataclass(frozen=True, slots=True)
class ParPaySettings:
    """What a till must be told to reach PAR Pay.

    Attributes:
        base_url: Everything before ``/giftcard/v1``; https, or http on this machine. The vendor publishes none.
        token_url: OAuth 2 token endpoint.
        client_id: OAuth 2 client.
        client_secret: Its secret.
        location_id: The merchant location: ``X-LocationId`` of each call.
        minor_units: Whether this host counts amounts in minor units. Undocumented; decimal major units otherwise.
        repeat_checked_first: Whether the host books a ``requestId`` once and looks it up before it checks anything
            else. Undocumented for the vendor's own host: False, and then nothing is ever sent a second time.
        ca_file: A file with further certificate authorities, or empty.

    Raises:
        SettingsFault: a value can't be used.
    """

    base_url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    location_id: str
    minor_units: bool = False
    repeat_checked_first: bool = False
    ca_file: str = ""

    def __post_init__(self) -> None:
        for name in ("base_url", "token_url"):
            if not is_acceptable(getattr(self, name)):
                raise SettingsFault(FACE, name, "must be an https address (http only on this machine)")
        for name in ("client_id", "client_secret", "location_id"):
            value = getattr(self, name)
            # all but the secret travel as they are in a header
            if not value or len(value) > MAX_VALUE or not (value.isascii() and value.isprintable()):
                raise SettingsFault(FACE, name, "must be plain text of 1 to 255 characters")


def capabilities(settings: ParPaySettings) -> Capabilities:
    """The table of what can be done here.

    A load has no undo: the vendor documents none but the refund of what was redeemed. What moves money may be repeated,
    and so queued while the line is down, only where the host is known to keep our ``requestId``. What moves none
    (saving, sharing, preferring, listing) may be said again: it then says the same.

    ``needs_card`` is said of a card in hand; one that a customer keeps is named by its id and its customer. A transfer
    and a save want the passcode. ``needs_funding`` of a gift is said of a new card: one that is given away costs
    nothing.
    """
    keeps = settings.repeat_checked_first

    def money(
        undo: Verb | None = None, *, offline: bool = False, needs_card: bool = False, needs_pin: bool = False
    ) -> VerbRule:
        return VerbRule(
            RepeatRule.REPEATABLE if keeps else RepeatRule.ONCE,
            undo,
            offline=offline and keeps,
            needs_card=needs_card,
            needs_pin=needs_pin,
            refusal_of_repeat_proves_not_booked=keeps,
        )

    def plain(*, needs_card: bool = False, needs_pin: bool = False, needs_customer: bool = True) -> VerbRule:
        return VerbRule(
            RepeatRule.REPEATABLE,
            needs_card=needs_card,
            needs_pin=needs_pin,
            needs_customer=needs_customer,
            refusal_of_repeat_proves_not_booked=True,
        )

    return Capabilities(
        FACE,
        TITLE,
        {
            Verb.BALANCE: plain(needs_card=True, needs_customer=False),
            Verb.ISSUE: money(needs_card=True),
            Verb.RELOAD: money(offline=True, needs_card=True),
            Verb.REDEEM: money(Verb.REVERSE, offline=True, needs_card=True),
            Verb.REVERSE: money(),
            Verb.REFUND: money(),
            Verb.TRANSFER: money(needs_card=True, needs_pin=True),
            Verb.COMBINE: money(needs_card=True),
            Verb.GIFT: replace(money(), needs_customer=True, needs_funding=True),
            Verb.SAVE: plain(needs_card=True, needs_pin=True),
            Verb.SHARE: plain(),
            Verb.LIST_CARDS: plain(),
            Verb.PREFER: plain(),
        },
        pin_in_clear=True,
        printed=Printed.PASSCODE,
    )
