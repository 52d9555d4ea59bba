"""What the till says to a backend and what can come back.

A backend client turns a :class:`HostRequest` into its vendor's call and the vendor's answer into one of the replies
below. The split that matters is not success and failure but *what is known about the money*:

======================  =============================================================
reply                   the money
======================  =============================================================
:class:`HostApproved`   moved, once (also when the host calls it a duplicate)
:class:`HostDeclined`   did not move, the host says so
:class:`HostNotSent`    did not move: no byte of the money call left, or it was turned away before processing
:class:`HostSilent`     nobody knows
:class:`HostRefused`    the host would not take the message (4xx): on a first copy it did not move, on a repeat it
                        proves nothing unless the verb's rule says so
======================  =============================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.card import CardSecret, Issued, IssuedSecret, PinBlock
from app.domain.ids import OrderRef, Stan, TerminalId, TransactionId, TransactionRef
from app.domain.money import Money
from app.domain.product import BasketLine
from app.domain.verb import Verb


class Phase(StrEnum):
    """Which half of a verb a request is."""

    PREPARE = "prepare"
    """Moves no money: balance, account lookup, an empty new card. Its failure is always ``HostNotSent``."""
    MONEY = "money"
    """The one call that moves money; ``RequestSent`` or ``ForwardSent`` is committed before its first byte."""


class Cause(StrEnum):
    """Why an answer is missing or a message was turned away. Persisted, and a sentence on the screen each."""

    LINE_CUT = "line-cut"
    CONNECT = "connect"
    TLS = "tls"
    TOKEN = "token"  # noqa: S105 - a cause, not a credential
    BUSY = "busy"
    CONFIGURATION = "configuration"
    LOOKUP = "lookup"
    TIMEOUT = "timeout"
    BROKEN = "broken"
    SERVER = "server"
    UNREADABLE = "unreadable"
    MISMATCH = "mismatch"
    UNKNOWN_STATE = "unknown-state"
    RESTART = "restart"
    LANE = "lane"


class Decline(StrEnum):
    """Why no money moved, in the till's words. Persisted."""

    INSUFFICIENT = "insufficient"
    UNKNOWN_CARD = "unknown-card"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    INACTIVE = "inactive"
    WRONG_PIN = "wrong-pin"
    PIN_REQUIRED = "pin-required"
    WRONG_CVC = "wrong-cvc"
    PRODUCT = "product-not-allowed"
    CURRENCY = "currency"
    AMOUNT = "amount"
    NOTHING_LEFT = "nothing-left"
    REFERENCE_REUSED = "reference-reused"
    MALFORMED = "malformed"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    TOLD_AND_LOST = "told-and-lost"
    """Codes that are told once got lost on the way, so what was made with them was unmade."""
    ACTIVE_ALREADY = "active-already"
    OTHER = "other"
    # decided by the till itself
    EMPTY = "empty"
    OFFLINE_OFF = "offline-off"
    OFFLINE_VERB = "offline-verb"
    OFFLINE_PIN = "offline-pin"
    OFFLINE_SALE_LIMIT = "offline-sale-limit"
    OFFLINE_CARD_LIMIT = "offline-card-limit"
    OFFLINE_CARD_COUNT = "offline-card-count"
    OFFLINE_TILL_LIMIT = "offline-till-limit"
    OFFLINE_TILL_COUNT = "offline-till-count"
    OFFLINE_BALANCE = "offline-balance"
    OFFLINE_UNKNOWN_CARD = "offline-unknown-card"
    OFFLINE_TOO_OLD = "offline-too-old"
    STOPPED = "stopped"
    STOPPED_CARD = "stopped-card"


@dataclass(frozen=True, slots=True)
class Original:
    """The booked payment an undo, a capture or a cancel names."""

    host_id: str
    account_id: str
    stan: Stan
    order_ref: OrderRef
    transaction_ref: TransactionRef
    verb: Verb


@dataclass(frozen=True, slots=True)
class HostRequest:
    """One call to a backend. Its ``repr`` is safe: every secret in it hides itself.

    Attributes:
        transaction_id: Ours; comes back beside the reply, never leaves the machine.
        phase: Preparatory, or the money call.
        verb: What to do.
        amount: What to move; for a balance, zero.
        stan, order_ref, transaction_ref, terminal_id, local_time: Unchanged in each repeat.
        repeat: Whether an earlier copy of this message may have arrived.
        card: Number, expiry, CVC, track; None after the purge or where the verb needs none.
        pin_block: Encrypted PIN; only ever on a first copy from memory.
        account_id: Backend's account id where the till knows it.
        original: What an undo or a second phase names.
        products: Basket lines for backends that look at them.
        final: For a capture: release what stays reserved.
        to_card: Where money goes that leaves ``card`` (transfer, combine), where the backend does not make a new one.
        sources: Cards that are combined into one.
        source_ids: Those of them that the till knows by the backend's own account id.
        customer: The backend's id of the person who keeps cards there (save, share, list, prefer).
        recipient: Who gets what is shared or given away.
        funding: The bank-card purchase that pays for a gift (PAR Pay's ``sourceTransactionId``).
        end_source: Whether a card that gave its money away ends with it.
        count: How many unsold cards are made, or for how many hours a further code is good.
        more: The key of the next page of a list; empty asks for the first.
        want_balance: Whether a receipt waits for the balance afterwards; forwarding a queue prints none.
    """

    transaction_id: TransactionId
    face: str
    phase: Phase
    verb: Verb
    amount: Money
    stan: Stan
    order_ref: OrderRef
    transaction_ref: TransactionRef
    terminal_id: TerminalId
    local_time: datetime
    repeat: bool = False
    card: CardSecret | None = None
    pin_block: PinBlock | None = None
    account_id: str = ""
    original: Original | None = None
    products: tuple[BasketLine, ...] = ()
    final: bool = True
    description: str = ""
    additional_data: str = ""
    to_card: CardSecret | None = None
    sources: tuple[CardSecret, ...] = ()
    source_ids: tuple[str, ...] = ()
    customer: str = ""
    recipient: str = ""
    funding: str = ""
    end_source: bool = False
    count: int = 0
    more: str = ""
    want_balance: bool = True


@dataclass(frozen=True, slots=True)
class HostPrepared:
    """A preparatory call answered: the account, what is on it, and the new card where one was made."""

    account_id: str
    balance: Money | None
    expiry: str = ""
    issued: IssuedSecret | None = None


@dataclass(frozen=True, slots=True)
class HostApproved:
    """Booked, exactly once.

    Attributes:
        host_id: The backend's id of the payment: what an undo names.
        amount: What was booked (less than asked for only where the backend books partly).
        balance: What is left, where a follow-up balance answered; None is "not known", never zero.
        duplicate: The host says an earlier copy was booked.
        allowed_products: Product ids the card may pay for; empty: any.
        issued: What this call made (a card by transfer, gift or create; a PIN, a code, unsold cards), where it did.
        expiry: When it ends, as ``MM/YY``, where told.
    """

    host_id: str
    account_id: str
    amount: Money
    balance: Money | None = None
    duplicate: bool = False
    allowed_products: tuple[str, ...] = ()
    issued: Issued | None = None
    expiry: str = ""


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A card that a backend keeps for a customer. ``balance`` None is "not known", never zero."""

    id: str
    last4: str
    title: str
    balance: Money | None
    expiry: str = ""
    preferred: bool = False
    state: str = ""


@dataclass(frozen=True, slots=True)
class HostListed:
    """A customer's cards; ``more`` is the key of the next page, empty at the end."""

    cards: tuple[StoredCard, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class HostDeclined:
    """Not booked; the host says so. ``status`` is the HTTP status it said it with."""

    reason: Decline
    status: int = 200
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class HostRefused:
    """The host would not take the message (400, 403, 404, 409), or its own client would not send it (``status`` 0):
    that proves that *this* copy was not sent, and nothing of an earlier one.
    """

    reason: Decline
    status: int
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class HostNotSent:
    """Proven: the money call did not happen."""

    cause: Cause
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class HostSilent:
    """Nobody knows whether it was booked."""

    cause: Cause
    account_id: str = ""


HostReply = HostPrepared | HostApproved | HostListed | HostDeclined | HostRefused | HostNotSent | HostSilent


@dataclass(frozen=True, slots=True)
class LineHealth:
    """What the last real call to a backend says about it; ``milliseconds`` is its round trip, 0 when none came back."""

    up: bool
    milliseconds: int = 0
    cause: Cause | None = None
