"""What a host does beyond paying and loading: cards that give their money away, are kept, made, and known by ids."""

from __future__ import annotations

from app.domain.card import IssuedBatch, IssuedSecret, IssuedToken, Pan
from app.domain.host import Decline, HostListed, HostRefused, HostReply, HostRequest, StoredCard
from app.domain.money import Money
from app.domain.verb import Verb
from tests.helpers.backends import VAULT_FACE
from tests.helpers.ledger import NOK, PASSCODE, Account, Booking, Books


class Ledger(Books):
    """The small host with every verb there is."""

    # --- lists

    def _list(self, request: HostRequest) -> HostReply:
        if request.verb is Verb.READ:
            number = self.number_of(request.account_id)
            if not number:
                return HostRefused(Decline.UNKNOWN_CARD, 404)
            return HostListed((self._stored(number, request.customer, detailed=True),))
        mine = [
            number
            for number, account in self.accounts.items()
            if account.face == request.face
            and not account.ended
            and (not request.customer or request.customer in account.keepers)
        ]
        start = int(request.more or 0)
        more = str(start + self.page) if start + self.page < len(mine) else ""
        return HostListed(
            tuple(self._stored(number, request.customer) for number in mine[start : start + self.page]), more
        )

    def _stored(self, number: str, customer: str, *, detailed: bool = False) -> StoredCard:
        account = self.accounts[number]
        # where one card is read, some hosts tell no balance with it
        balance = None if detailed else Money(account.free, NOK)
        preferred = bool(customer) and account.preferred == customer
        state = "active" if account.active else "inactive"
        return StoredCard(self.name(number), number[-4:], "Card", balance, "12/30", preferred=preferred, state=state)

    # --- whether

    def _problem(self, request: HostRequest) -> Decline | None:
        match request.verb:
            case Verb.MAKE_BLANKS:
                return None
            case Verb.ISSUE if request.amount.minor and not self.number(request):
                return None  # in one call
            case Verb.GIFT if not request.account_id:
                return None if request.funding and request.recipient else Decline.MALFORMED
            case Verb.COMBINE:
                numbers = [self.number(request), *map(self.number_of, request.source_ids)]
                good = all(number in self.accounts and not self.accounts[number].ended for number in numbers)
                return super()._problem(request) if good and len(set(numbers)) == len(numbers) else Decline.NOT_FOUND
            case Verb.ACTIVATE if self.accounts.get(self.number(request), Account(0)).active:
                return Decline.OTHER
            case Verb.SHARE | Verb.GIFT | Verb.PREFER:
                keepers = self.accounts.get(self.number(request), Account(0)).keepers
                return super()._problem(request) if request.customer in keepers else Decline.NOT_FOUND
            case _:
                return super()._problem(request)

    # --- what moves

    def _move(self, booking: Booking) -> None:
        request = booking.request
        match request.verb:
            case Verb.MAKE_BLANKS:
                booking.issued = IssuedBatch(tuple(self._blank(request, place) for place in range(request.count)))
            case Verb.ISSUE if not booking.account:
                booking.account = self.new_card(request.face, booking.amount)
                booking.issued = self._token(url=f"https://cards.example/{len(self.bookings)}")
            case Verb.GIFT if not request.account_id:
                booking.account = self.new_card(request.face, booking.amount)
                self.accounts[booking.account].keepers = (request.recipient,)
            case Verb.TRANSFER:
                source = self.accounts[booking.account]
                source.balance -= booking.amount
                source.ended = request.end_source
                booking.issued = self.secret_of(self.new_card(request.face, booking.amount))
            case Verb.COMBINE:
                booking.amount = sum(self._empty(name) for name in request.source_ids)
                self.accounts[booking.account].balance += booking.amount
            case _:
                if not self._keep(booking):
                    super()._move(booking)

    def _keep(self, booking: Booking) -> bool:
        request, account = booking.request, self.accounts[booking.account]
        match request.verb:
            case Verb.SAVE:
                account.keepers += (request.customer,)
            case Verb.SHARE:
                account.keepers += (request.recipient,)
            case Verb.GIFT:
                account.keepers = (request.recipient,)
            case Verb.PREFER:
                account.preferred = request.customer
            case Verb.DELETE:
                account.keepers, account.ended = (), account.face != VAULT_FACE
            case Verb.ROTATE_PIN:
                booking.issued = self._token(pin=f"49{len(self.bookings):04d}")
            case Verb.NEW_CODE:
                booking.issued = self._token(code=f"CODE{len(self.bookings):06d}")
            case _:
                return False
        return True

    def _empty(self, name: str) -> int:
        account = self.accounts[self.number_of(name)]
        amount, account.balance, account.ended = account.balance, 0, True
        return amount

    def _token(self, *, code: str = "", pin: str = "", url: str = "") -> IssuedToken:
        self.told |= {secret for secret in (code, pin, url) if secret}
        return IssuedToken(code, pin, url)

    def _blank(self, request: HostRequest, place: int) -> IssuedSecret:
        number = self.new_card(request.face, 0)
        self.accounts[number].active = False
        self.accounts[number].id = f"BLANK{request.stan}-{place + 1:04d}"
        self.told |= {number}
        return IssuedSecret(Pan(number), pin=PASSCODE, label=self.accounts[number].id)
