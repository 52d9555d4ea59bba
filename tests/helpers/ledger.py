"""A host as small as can be: it books each reference once, and can be told to misbehave in all the ways that matter."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from enum import Enum

from app.domain.card import Expiry, IssuedSecret, Pan
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
    Phase,
)
from app.domain.money import Currency, Money
from app.domain.verb import LOADS, SPENDS, UNDOES, Verb

NOK = Currency.NOK
ISSUED_CVC = "733"


class Mood(Enum):
    """What becomes of one call."""

    GOOD = "good"
    NEVER_LEFT = "never-left"
    REQUEST_LOST = "request-lost"
    ANSWER_LOST = "answer-lost"
    REFUSED = "refused"
    DECLINED = "declined"
    CONFIGURATION = "configuration"


@dataclass(slots=True)
class Account:
    """One card at the host, in minor units."""

    balance: int
    held: int = 0
    pin: bool = False
    allowed: tuple[str, ...] = ()
    blocked: bool = False


@dataclass(slots=True)
class Booking:
    """One reference that was booked. ``taken_back`` is what was given back of it."""

    request: HostRequest
    account: str
    amount: int
    host_id: str
    taken_back: int = 0
    captured: bool = False


class Ledger:
    """Accounts by number; bookings by transaction reference."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.bookings: dict[str, Booking] = {}
        self.failed: dict[str, Decline] = {}
        self.moods: deque[Mood | HostReply] = deque()
        self.asked: list[HostRequest] = []
        self.sent: list[HostRequest] = []
        self.tell_balance = True
        self.right_pin = b"right"
        self.prepared: HostPrepared | None = None  # what it says of any card, if not the truth
        self._issued = 0

    def answer(self, request: HostRequest) -> HostReply:
        if request.phase is Phase.PREPARE:
            self.asked.append(request)
            return self._prepare(request)
        self.sent.append(request)
        mood = self.moods.popleft() if self.moods else Mood.GOOD
        match mood:
            case Mood.NEVER_LEFT:
                return HostNotSent(Cause.CONNECT)
            case Mood.CONFIGURATION:
                return HostNotSent(Cause.CONFIGURATION)
            case Mood.REQUEST_LOST:
                return HostSilent(Cause.TIMEOUT)
            case Mood.ANSWER_LOST:
                self._book(request)
                return HostSilent(Cause.TIMEOUT)
            case Mood.REFUSED:
                return self.bookings_word(request) or HostRefused(self._fail(request, Decline.FORBIDDEN), 403)
            case Mood.DECLINED:
                return self.bookings_word(request) or HostDeclined(self._fail(request, Decline.BLOCKED))
            case Mood.GOOD:
                return self._book(request)
            case reply:
                return reply

    def _fail(self, request: HostRequest, reason: Decline) -> Decline:
        self.failed[request.transaction_ref] = reason
        return reason

    def bookings_word(self, request: HostRequest) -> HostApproved | None:
        """What an earlier copy of the reference came to."""
        before = self.bookings.get(request.transaction_ref)
        if before is None:
            return None
        return self._approved(before, duplicate=True)

    def _approved(self, booking: Booking, *, duplicate: bool = False) -> HostApproved:
        account = self.accounts[booking.account]
        return HostApproved(
            booking.host_id,
            booking.account,
            Money(booking.amount, NOK),
            Money(account.balance - account.held, NOK) if self.tell_balance else None,
            duplicate,
            account.allowed,
        )

    def _prepare(self, request: HostRequest) -> HostReply:
        if request.verb is Verb.ISSUE:
            self._issued += 1
            number = f"7013368{self._issued:012d}"
            self.accounts[number] = Account(0)
            return HostPrepared(number, Money(0, NOK), "12/30", IssuedSecret(Pan(number), ISSUED_CVC, Expiry(2030, 12)))
        if self.prepared is not None:
            return self.prepared
        number = request.card.pan.reveal() if request.card else request.account_id
        account = self.accounts.get(number)
        if account is None:
            return HostRefused(Decline.UNKNOWN_CARD, 404)
        return HostPrepared(number, Money(account.balance - account.held, NOK), "12/30")

    def _book(self, request: HostRequest) -> HostReply:
        before = self.bookings_word(request)
        if before is not None:
            return before
        if request.transaction_ref in self.failed:
            return HostDeclined(self.failed[request.transaction_ref])
        problem = self._problem(request)
        if problem is not None:
            if problem not in (Decline.PIN_REQUIRED, Decline.WRONG_PIN):
                self._fail(request, problem)
            return HostDeclined(problem)
        amount = request.amount.minor
        booking = Booking(request, self._number(request), amount, f"H{len(self.bookings) + 1}")
        self._move(booking)
        self.bookings[request.transaction_ref] = booking
        return self._approved(booking)

    def _number(self, request: HostRequest) -> str:
        if request.original is not None:
            return self.bookings[request.original.transaction_ref].account
        return request.account_id or (request.card.pan.reveal() if request.card else "")

    def _problem(self, request: HostRequest) -> Decline | None:
        if request.original is not None:
            original = self.bookings.get(request.original.transaction_ref)
            if original is None:
                return Decline.NOT_FOUND
            left = original.amount - original.taken_back
            account = self.accounts[original.account]
            if original.captured or request.amount.minor > left:
                return Decline.NOTHING_LEFT
            takes_load = request.verb in UNDOES and original.request.verb in LOADS
            return (
                Decline.INSUFFICIENT if takes_load and account.balance - account.held < request.amount.minor else None
            )
        account = self.accounts.get(self._number(request), Account(0, blocked=True))
        if account.blocked:
            return Decline.BLOCKED
        if account.pin and request.verb in SPENDS and request.pin_block is None:
            return Decline.PIN_REQUIRED
        if account.pin and request.pin_block is not None and request.pin_block.reveal() != self.right_pin:
            return Decline.WRONG_PIN
        short = request.verb in SPENDS and account.balance - account.held < request.amount.minor
        return Decline.INSUFFICIENT if short else None

    def _move(self, booking: Booking) -> None:
        request, amount, account = booking.request, booking.amount, self.accounts[booking.account]
        original = self.bookings[request.original.transaction_ref] if request.original else None
        match request.verb:
            case Verb.REDEEM:
                account.balance -= amount
            case Verb.RELOAD | Verb.ISSUE:
                account.balance += amount
            case Verb.AUTHORIZE:
                account.held += amount
            case Verb.CAPTURE if original is not None:
                account.held -= original.amount
                account.balance -= amount
                original.captured = True
            case Verb.CANCEL if original is not None:
                account.held -= original.amount
                original.taken_back = original.amount
            case Verb.REVERSE | Verb.REFUND if original is not None:
                account.balance += -amount if original.request.verb in LOADS else amount
                original.taken_back += amount
            case _:
                raise AssertionError(request.verb)

    def repeats(self) -> list[HostRequest]:
        return [request for request in self.sent if request.repeat]

    def last(self) -> HostRequest:
        return replace(self.sent[-1])
