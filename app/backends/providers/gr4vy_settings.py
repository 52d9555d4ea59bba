"""What a till must be told to reach Gr4vy's gift-card vault, and what it can do there."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.backends.base import SettingsFault
from app.backends.client import is_acceptable
from app.domain.verb import Capabilities, RepeatRule, Verb, VerbRule

FACE = "gr4vy"
TITLE = "Gr4vy"

MAX_ACCOUNT = 255
MAX_THEME = 200
"""The vendor's bound of ``theme``."""


@dataclass(frozen=True, slots=True)
class Gr4vySettings:
    """What a till must be told to reach Gr4vy.

    Attributes:
        base_url: The instance, such as ``https://api.example.gr4vy.app``; https, or http on this machine.
        private_key_pem: The merchant's own P-521 key, PKCS#8 or SEC1, without a passphrase. It signs each call.
        merchant_account_id: Which account of that key is meant.
        issuance_theme: The gift-card service's code for how a virtual card looks; empty where none are sold.
        repeat_checked_first: Whether the host looks an idempotency key up before anything else, so that a refused
            repeat proves that the first copy was not booked. Documented for what was booked or declined, not for what
            was still running: False.
        ca_file: A file with further certificate authorities, or empty.

    Raises:
        SettingsFault: a value can't be used.
    """

    base_url: str
    private_key_pem: str = field(repr=False)
    merchant_account_id: str
    issuance_theme: str = ""
    repeat_checked_first: bool = False
    ca_file: str = ""

    def __post_init__(self) -> None:
        if not is_acceptable(self.base_url):
            raise SettingsFault(FACE, "base_url", "must be an https address (http only on this machine)")
        account = self.merchant_account_id
        if not account or len(account) > MAX_ACCOUNT or not (account.isascii() and account.isprintable()):
            raise SettingsFault(FACE, "merchant_account_id", "must be plain text of 1 to 255 characters")
        if len(self.issuance_theme) > MAX_THEME:
            raise SettingsFault(FACE, "issuance_theme", "must be at most 200 characters")


def capabilities(settings: Gr4vySettings) -> Capabilities:
    """The table of what can be done here.

    Nothing is taken offline: the PIN may not rest on a disk, and without it the card can't be named later.
    ``needs_pin`` is said of a card by its number, which alone says nothing here; a stored one is named by its id and
    needs none.

    The key of an activation or an issuance is only passed on to the card's service, and nothing can be read back, so
    each is made once. An issuance answers with the whole card, as an address. A repeated save looks first, so that
    what it is refused with then was not saved.
    """
    first = settings.repeat_checked_first
    repeatable, queryable, once = RepeatRule.REPEATABLE, RepeatRule.QUERYABLE, RepeatRule.ONCE

    def back() -> VerbRule:
        return VerbRule(repeatable, needs_card=False, refusal_of_repeat_proves_not_booked=first)

    def by_id(*, needs_customer: bool = False) -> VerbRule:
        return VerbRule(
            repeatable, needs_card=False, needs_customer=needs_customer, refusal_of_repeat_proves_not_booked=True
        )

    verbs = {
        Verb.BALANCE: VerbRule(repeatable, needs_pin=True),
        Verb.REDEEM: VerbRule(
            repeatable, Verb.REVERSE, needs_pin=True, partial=True, refusal_of_repeat_proves_not_booked=first
        ),
        Verb.REVERSE: back(),
        Verb.REFUND: back(),
        Verb.ACTIVATE: VerbRule(once),
        Verb.SAVE: VerbRule(
            queryable, Verb.DELETE, needs_pin=True, needs_customer=True, refusal_of_repeat_proves_not_booked=True
        ),
        Verb.LIST_CARDS: by_id(needs_customer=True),
        Verb.LIST_ALL: by_id(),
        Verb.READ: by_id(),
        Verb.DELETE: by_id(),
    }
    if settings.issuance_theme:
        verbs[Verb.ISSUE] = VerbRule(once, needs_card=False, one_call=True)
    return Capabilities(FACE, TITLE, verbs, pin_in_clear=True, keeps_references=True)
