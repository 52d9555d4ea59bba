"""A host as small as can be: it books each reference once, and can be told to misbehave in all the ways that matter."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from enum import Enum

from app.domain.card import Expiry, Issued, IssuedSecret, Pan
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
from app.domain.verb import BETWEEN, LOADS, PLAIN, READS, SPENDS, UNDOES, Verb

NOK = Currency.NOK
ISSUED_CVC = "733"
PASSCODE = "right"
"""The PIN of every card that has one, whether it comes encrypted or was keyed from the card."""


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
    """One card at the host, in minor units.

    Attributes:
        pin: Spending from it needs the PIN.
        mute: Nothing is told of it without the PIN.
        active: Whether it was sold; a printed one waits to be.
        ended: It gave its money away for good, or was deleted.
        id: What the host calls it; its number, where it has no other name.
        keepers: The customers that keep it.
    """

    balance: int
    held: int = 0
    pin: bool = False
    allowed: tuple[str, ...] = ()
    blocked: bool = False
    mute: bool = False
    active: bool = True
    ended: bool = False
    id: str = ""
    face: str = "swedbankpay"
    keepers: tuple[str, ...] = ()
    preferred: str = ""

    @property
    def free(self) -> int:
        """What can be spent."""
        return self.balance - self.held


@dataclass(slots=True)
class Booking:
    """One reference that was booked. ``taken_back`` is what was given back of it; ``issued`` what it made."""

    request: HostRequest
    account: str
    amount: int
    host_id: str
    taken_back: int = 0
    captured: bool = False
    issued: Issued | None = None


class Books:
    """Accounts by number; bookings by transaction reference."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.bookings: dict[str, Booking] = {}
        self.failed: dict[str, Decline] = {}
        self.moods: deque[Mood | HostReply] = deque()
        self.asked: list[HostRequest] = []
        self.sent: list[HostRequest] = []
        self.tell_balance = True
        self.right_pin = PASSCODE.encode()
        self.page = 100
        self.told: set[str] = set()
        self.prepared: HostPrepared | None = None  # what it says of any card, if not the truth
        self._issued = 0

    # --- what becomes of a call

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
            case HostApproved() if request.verb is Verb.COMBINE:
                return self._book(request)  # whatever amount it tells is believed: nobody else knows what lay there
            case reply:
                return reply

    def _fail(self, request: HostRequest, reason: Decline) -> Decline:
        self.failed[request.transaction_ref] = reason
        return reason

    def bookings_word(self, request: HostRequest) -> HostApproved | None:
        """What an earlier copy of the reference came to."""
        before = self.bookings.get(request.transaction_ref)
        return self._approved(before, duplicate=True) if before is not None else None

    def _approved(self, booking: Booking, *, duplicate: bool = False) -> HostApproved:
        account = self.accounts.get(booking.account, Account(0))
        tells = self.tell_balance and booking.request.verb not in PLAIN
        return HostApproved(
            booking.host_id,
            account.id or booking.account,
            Money(booking.amount, NOK),
            Money(account.free, NOK) if tells else None,
            duplicate,
            account.allowed,
            booking.issued,
        )

    def _prepare(self, request: HostRequest) -> HostReply:
        if request.verb is Verb.ISSUE:
            number = self.new_card(request.face, 0)
            return HostPrepared(self.name(number), Money(0, NOK), "12/30", self.secret_of(number))
        if request.verb in READS - {Verb.BALANCE}:
            return self._list(request)
        if self.prepared is not None:
            return self.prepared
        number = self.number(request)
        account = self.accounts.get(number)
        if account is None or account.ended:
            return HostRefused(Decline.UNKNOWN_CARD, 404)
        if account.mute and request.card is not None:
            problem = self._pin_problem(request)
            if problem is not None:
                return HostRefused(problem, 0 if problem is Decline.PIN_REQUIRED else 400)
        if not account.active:
            return HostRefused(Decline.INACTIVE, 400)
        return HostPrepared(self.name(number), Money(account.free, NOK), "12/30")

    def _list(self, request: HostRequest) -> HostReply:
        raise NotImplementedError

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
        booking = Booking(request, self.number(request), amount, f"H{len(self.bookings) + 1}")
        self._move(booking)
        self.bookings[request.transaction_ref] = booking
        return self._approved(booking)

    # --- cards

    def number(self, request: HostRequest) -> str:
        """Which card is meant: by the original, by the host's own name, by its number."""
        if request.original is not None:
            return self.bookings[request.original.transaction_ref].account
        return self.number_of(request.account_id) or (request.card.pan.reveal() if request.card else "")

    def number_of(self, name: str) -> str:
        """The number of the card that the host calls by this name."""
        if name in self.accounts:
            return name
        return next((number for number, account in self.accounts.items() if name and account.id == name), "")

    def name(self, number: str) -> str:
        """What the host calls a card; one like Gr4vy has no name for what it does not keep."""
        account = self.accounts[number]
        return account.id or ("" if account.face == "gr4vy" else number)

    def new_card(self, face: str, balance: int) -> str:
        """A card that was not there before; its number."""
        self._issued += 1
        prefix = {"parpay": "7022008", "dintero": "7033008", "gr4vy": "7044008"}.get(face, "7013368")
        number = f"{prefix}{self._issued:012d}"
        named = "" if face == "swedbankpay" else f"new-{self._issued}"
        self.accounts[number] = Account(balance, id=named, face=face)
        return number

    def secret_of(self, number: str) -> IssuedSecret:
        """All that is printed on a new card."""
        self.told |= {number, ISSUED_CVC}
        return IssuedSecret(Pan(number), ISSUED_CVC, Expiry(2030, 12))

    # --- whether, and what moves

    def _problem(self, request: HostRequest) -> Decline | None:
        if request.original is not None:
            return self._problem_of_second(request)
        account = self.accounts.get(self.number(request), Account(0, blocked=True))
        if account.blocked or account.ended:
            return Decline.BLOCKED
        if not account.active and request.verb not in (Verb.ACTIVATE, Verb.DELETE):
            return Decline.INACTIVE
        takes = request.verb in SPENDS or request.verb is Verb.TRANSFER
        problem = self._pin_problem(request) if (account.pin and takes) or request.pin_block else None
        if problem is not None:
            return problem
        return Decline.INSUFFICIENT if takes and account.free < request.amount.minor else None

    def _pin_problem(self, request: HostRequest) -> Decline | None:
        keyed = request.card.cvc if request.card is not None else ""
        if request.card is None or keyed == PASSCODE:
            return None  # named by the host's own id, or the code was read from the card
        if request.pin_block is None:
            return Decline.PIN_REQUIRED
        return None if request.pin_block.reveal() == self.right_pin else Decline.WRONG_PIN

    def _problem_of_second(self, request: HostRequest) -> Decline | None:
        assert request.original is not None
        original = self.bookings.get(request.original.transaction_ref)
        if original is None:
            return Decline.NOT_FOUND
        left = original.amount - original.taken_back
        account = self.accounts[original.account]
        if original.captured or request.amount.minor > left:
            return Decline.NOTHING_LEFT
        takes_load = request.verb in UNDOES and original.request.verb in LOADS
        return Decline.INSUFFICIENT if takes_load and account.free < request.amount.minor else None

    def _move(self, booking: Booking) -> None:
        request, amount, account = booking.request, booking.amount, self.accounts[booking.account]
        original = self.bookings[request.original.transaction_ref] if request.original else None
        match request.verb:
            case Verb.REDEEM | Verb.CASH_OUT:
                account.balance -= amount
            case Verb.RELOAD | Verb.ISSUE | Verb.ACTIVATE:
                account.balance += amount
                account.active = True
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

    # --- afterwards

    def repeats(self) -> list[HostRequest]:
        return [request for request in self.sent if request.repeat]

    def last(self) -> HostRequest:
        return replace(self.sent[-1])

    def total(self) -> int:
        """What lies on all cards together."""
        return sum(account.balance for account in self.accounts.values())

    def moved(self) -> int:
        """What all that was booked has put on cards, less what it took off them."""
        return sum(_sign(booking.request, self.bookings) * booking.amount for booking in self.bookings.values())


def _sign(request: HostRequest, bookings: dict[str, Booking]) -> int:
    if request.verb in PLAIN | BETWEEN or request.verb in (Verb.AUTHORIZE, Verb.CANCEL):
        return 0
    if request.verb in (Verb.REVERSE, Verb.REFUND):
        assert request.original is not None
        return -_sign(bookings[request.original.transaction_ref].request, bookings)
    return 1 if request.verb in LOADS else -1
