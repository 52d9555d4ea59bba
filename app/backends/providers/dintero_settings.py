"""What a till must be told to reach Dintero's wallets, and what it can do there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.backends.base import SettingsFault
from app.backends.client import is_acceptable
from app.domain.verb import Capabilities, RepeatRule, Verb, VerbRule

FACE = "dintero"
TITLE = "Dintero"

MAX_VALUE = 255
"""Far above any key or secret the vendor hands out; all of them travel in one header."""
MOST_BLANKS = 100
"""The vendor names no limit; a hundred cards are one answer of some 40 KB and one box."""
MAX_PREFIX = 32
"""The vendor's own prefix has eight characters."""

AUDIENCE = "https://api.dintero.com/v1/accounts/"
"""The vendor's literal address names the account, whichever host the token call goes to."""

_ACCOUNT = re.compile(r"[PT]\d{8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DinteroSettings:
    """What a till must be told to reach one account.

    Two API clients, because the vendor advises to keep the making of cards away from what only takes payment. With
    ``pay_client_id`` alone a till can look up, pay, reserve, capture and release, and nothing else.

    Attributes:
        base_url: Everything before ``/accounts``; https, or http on this machine.
        token_url: Where both clients fetch their tokens.
        account_id: ``P`` or ``T`` and eight digits.
        pay_client_id: The client that only pays (scope ``write:wallets:/transactions``).
        pay_client_secret: Its secret.
        client_id: The client that sells, loads, gives back and deletes (``admin:wallets``), or empty.
        client_secret: Its secret.
        code_prefix: What stands before the digits of this account's card codes (``VOUCH:``). A stripe carries the
            digits; the wire wants both. New cards get it, too.
        new_codes_have_letters: Whether the codes of new cards are letters and digits: shorter to key, and on no stripe.
        new_cards_have_a_pin: Whether the host draws a PIN for each card the till makes.
        ca_file: A file with further certificate authorities, or empty.

    Raises:
        SettingsFault: a value can't be used.
    """

    base_url: str
    token_url: str
    account_id: str
    pay_client_id: str
    pay_client_secret: str = field(repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    code_prefix: str = ""
    new_codes_have_letters: bool = False
    new_cards_have_a_pin: bool = False
    ca_file: str = ""

    def __post_init__(self) -> None:
        for name in ("base_url", "token_url"):
            if not is_acceptable(getattr(self, name)):
                raise SettingsFault(FACE, name, "must be an https address (http only on this machine)")
        if not _ACCOUNT.fullmatch(self.account_id):
            raise SettingsFault(FACE, "account_id", "must be P or T and eight digits")
        for name in ("pay_client_id", "pay_client_secret", "client_id", "client_secret"):
            value = getattr(self, name)
            optional = name.startswith("client_") and not (self.client_id or self.client_secret)
            if optional:
                continue
            if not value or len(value) > MAX_VALUE or not (value.isascii() and value.isprintable()):
                raise SettingsFault(FACE, name, "must be plain text of 1 to 255 characters")
        prefix = self.code_prefix
        if len(prefix) > MAX_PREFIX or any(not "!" <= sign <= "~" for sign in prefix):
            raise SettingsFault(FACE, "code_prefix", "must be plain text of at most 32 characters, without blanks")

    @property
    def manages(self) -> bool:
        """Whether this till may do more than take payment."""
        return self.client_id != ""

    @property
    def audience(self) -> str:
        """What the tokens are asked for."""
        return f"{AUDIENCE}{self.account_id}"


def capabilities(settings: DinteroSettings) -> Capabilities:
    """The table of what can be done here.

    Whatever carries a ``ref_id`` may be sent again. What such a repeat is answered with is unknown, so a refused one is
    looked up in the card's history. What is found there was booked; what is not may still be on its way, for a refusal
    uses no ``ref_id`` up: a first copy that comes late, with the PIN its repeat has lost, is booked all the same. So
    no refusal of a repeat proves anything. An activation, a deletion and a box of unsold cards carry none: they are
    looked up instead. A further code has one that can't be answered again, so it is made once. Nothing in this API
    moves money between cards, and nothing prefers one.

    ``needs_card`` is said of what is done by the code on the card; a card out of a list is named by its id, and then
    the client that sells does what the one that pays can't.
    """

    def rule(
        undo: Verb | None = None,
        *,
        offline: bool = False,
        needs_card: bool = False,
        needs_customer: bool = False,
        partial: bool = False,
        repeat: RepeatRule = RepeatRule.REPEATABLE,
    ) -> VerbRule:
        return VerbRule(
            repeat,
            undo if undo is not Verb.REVERSE or settings.manages else None,
            offline=offline,
            needs_card=needs_card,
            needs_customer=needs_customer,
            partial=partial,
            refusal_of_repeat_proves_not_booked=False,
        )

    verbs = {
        Verb.BALANCE: rule(needs_card=True),
        Verb.REDEEM: rule(Verb.REVERSE, offline=True, needs_card=True, partial=True),
        Verb.AUTHORIZE: rule(Verb.CANCEL, needs_card=True),
        Verb.CAPTURE: rule(Verb.REVERSE),
        Verb.CANCEL: rule(),
    }
    if not settings.manages:
        return Capabilities(FACE, TITLE, verbs, codes=True, pin_in_clear=True)
    verbs |= {
        Verb.ISSUE: rule(Verb.REVERSE),
        Verb.ACTIVATE: rule(Verb.REVERSE, needs_card=True, repeat=RepeatRule.QUERYABLE),
        Verb.RELOAD: rule(Verb.REVERSE, offline=True, needs_card=True),
        Verb.CASH_OUT: rule(Verb.REVERSE, needs_card=True),
        Verb.REVERSE: rule(),
        Verb.REFUND: rule(),
        Verb.LIST_CARDS: rule(needs_customer=True),
        Verb.LIST_ALL: rule(),
        Verb.READ: rule(),
        Verb.DELETE: rule(repeat=RepeatRule.QUERYABLE),
        Verb.ROTATE_PIN: rule(),
        Verb.NEW_CODE: rule(repeat=RepeatRule.ONCE),
        Verb.MAKE_BLANKS: rule(repeat=RepeatRule.QUERYABLE),
    }
    return Capabilities(FACE, TITLE, verbs, blanks_by_id=True, most_blanks=MOST_BLANKS, codes=True, pin_in_clear=True)
