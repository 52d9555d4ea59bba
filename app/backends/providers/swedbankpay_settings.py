"""What a till must be told to reach Swedbank Pay, and what it can do there."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.backends.base import SettingsFault
from app.backends.client import is_acceptable
from app.domain.verb import Capabilities, Printed, RepeatRule, Verb, VerbRule

FACE = "swedbankpay"
TITLE = "Swedbank Pay"

MAX_VALUE = 255
"""The vendor's columns for keys and agreements are varchar 255."""


@dataclass(frozen=True, slots=True)
class SwedbankPaySettings:
    """What a till must be told to reach Swedbank Pay.

    Attributes:
        base_url: Everything before ``/payment-account``; https, or http on this machine.
        token_url: OAuth 2 token endpoint.
        client_id: OAuth 2 client.
        client_secret: Its secret.
        hmac_user: API key of the signature.
        hmac_secret: API secret of the signature.
        merchant_id: Agreement this till sells under.
        merchant_name: What the host writes beside a payment; the agreement's id where empty.
        repeat_checked_first: Whether the host looks a reference up before it checks anything else, so that a refused
            repeat proves that the first copy was not booked. Undocumented for the vendor's own host: False.
        ca_file: A file with further certificate authorities, or empty.

    Raises:
        SettingsFault: a value can't be used.
    """

    base_url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    hmac_user: str
    hmac_secret: str = field(repr=False)
    merchant_id: str
    merchant_name: str = ""
    repeat_checked_first: bool = False
    ca_file: str = ""

    def __post_init__(self) -> None:
        for name in ("base_url", "token_url"):
            if not is_acceptable(getattr(self, name)):
                raise SettingsFault(FACE, name, "must be an https address (http only on this machine)")
        for name in ("client_id", "client_secret", "hmac_user", "hmac_secret", "merchant_id"):
            value = getattr(self, name)
            # all but the secrets travel as they are in a header
            if not value or len(value) > MAX_VALUE or not (value.isascii() and value.isprintable()):
                raise SettingsFault(FACE, name, "must be plain text of 1 to 255 characters")


def capabilities(settings: SwedbankPaySettings) -> Capabilities:
    """The table of what can be done here. Whatever carries a reference may be sent again."""

    def rule(
        undo: Verb | None = None, *, offline: bool = False, needs_card: bool = False, partial: bool = False
    ) -> VerbRule:
        return VerbRule(
            RepeatRule.REPEATABLE,
            undo,
            offline=offline,
            needs_card=needs_card,
            partial=partial,
            refusal_of_repeat_proves_not_booked=settings.repeat_checked_first,
        )

    return Capabilities(
        FACE,
        TITLE,
        {
            Verb.BALANCE: rule(needs_card=True),
            Verb.ISSUE: rule(Verb.REVERSE, needs_card=True),  # the deposit on the new card names its number
            Verb.RELOAD: rule(Verb.REVERSE, offline=True, needs_card=True),
            Verb.REDEEM: rule(Verb.REVERSE, offline=True, needs_card=True, partial=True),
            Verb.AUTHORIZE: rule(Verb.CANCEL, needs_card=True),
            Verb.CAPTURE: rule(Verb.REVERSE),
            Verb.CANCEL: rule(),
            Verb.REVERSE: rule(),
            Verb.REFUND: rule(),
        },
        printed=Printed.CVC,
        reads_expiry=True,
    )
