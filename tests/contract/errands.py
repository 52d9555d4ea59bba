"""Everything a till can ask of each backend, as errands that will succeed, each with the host's own word on how often
it was done.

A verb may be more than one errand: a card that is kept is named otherwise than a card in hand. ``ERRANDS`` holds every
verb of every backend's table that does something; a test fails when one is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.backends.providers.dintero_once import HELD_UP, blank_ids
from app.domain.card import CardSecret, IssuedBatch, IssuedSecret, IssuedToken, Pan
from app.domain.host import HostApproved, HostDeclined, HostPrepared, HostRefused, HostReply, HostRequest, HostSilent
from app.domain.verb import Verb
from tests.contract.bench import Bench, Fresh, nok

OPENING, AMOUNT = 50_000, 12_345

LEFT = {
    Verb.REDEEM: OPENING - AMOUNT,
    Verb.RELOAD: OPENING + AMOUNT,
    Verb.ISSUE: OPENING + AMOUNT,
    Verb.AUTHORIZE: OPENING - AMOUNT,
    Verb.CAPTURE: OPENING - AMOUNT,
    Verb.CANCEL: OPENING,
    Verb.REVERSE: OPENING,
    Verb.REFUND: OPENING,
    Verb.ACTIVATE: AMOUNT,
    Verb.CASH_OUT: OPENING - AMOUNT,
    Verb.TRANSFER: OPENING - AMOUNT,
    Verb.COMBINE: OPENING + AMOUNT,
}
"""What can be spent after one of each: done once, neither never nor twice."""


def _nothing(_reply: HostApproved) -> None:
    """Told nothing, so nothing is to be tried."""


@dataclass(frozen=True)
class Errand:
    """One thing to ask for.

    Attributes:
        request: The first copy.
        times: How often the host has done it. A deletion counts once however often it is said.
        account_id: What the approval names; None where the host chooses it.
        sound: Whether the host shows the right end of it, once it is done.
        works: Tries what the approval told.
        replayed: What the answer to a copy that the line made is.
        lost: What a repeat is answered with after an answer that was lost.
        unseen: How often it counts as done after that repeat.
        speechless: Whether its answer has no body that could be spoilt.
        anew: Whether a repeat does it once more, and so must not be tried after an approval.
    """

    request: HostRequest
    times: Callable[[], int]
    account_id: str | None
    sound: Callable[[], bool] = lambda: True
    works: Callable[[HostApproved], None] = _nothing
    replayed: type[HostReply] = HostApproved
    lost: type[HostReply] = HostApproved
    unseen: int = 1
    speechless: bool = False
    anew: bool = False


Make = Callable[[Bench], Errand]


def _money(verb: Verb) -> Make:
    """A card in hand, or an original."""

    def make(bench: Bench) -> Errand:
        new = bench.blank() if verb is Verb.ACTIVATE else bench.fresh(OPENING)
        return _booked(bench, bench.ready(verb, new, AMOUNT), new)

    return make


def _booked(bench: Bench, request: HostRequest, new: Fresh) -> Errand:
    return Errand(
        request,
        lambda: len(bench.booked(request)),
        request.account_id or (request.original.account_id if request.original else new.account_id),
        sound=lambda: (
            bench.balance_of(new) == LEFT[request.verb] and [e.amount for e in bench.booked(request)] == [AMOUNT]
        ),
        works=_new_card_pays(bench) if request.verb is Verb.TRANSFER else _nothing,
    )


def _new_card_pays(bench: Bench) -> Callable[[HostApproved], None]:
    def works(reply: HostApproved) -> None:
        assert isinstance(reply.issued, IssuedSecret)
        made = Fresh("", CardSecret(reply.issued.pan), reply.issued.pin)
        assert bench.balance_of(made) == AMOUNT

    return works


def _by_id(verb: Verb) -> Make:
    """A card out of a list of the account: its id and nothing else."""

    def make(bench: Bench) -> Errand:
        new = bench.blank() if verb is Verb.ACTIVATE else bench.fresh(OPENING)
        return _booked(bench, replace(bench.ready(verb, new, AMOUNT), card=None), new)

    return make


def _kept(verb: Verb) -> Make:
    """A card that a customer keeps: its id and its customer."""

    def make(bench: Bench) -> Errand:
        customer = bench.customer()
        new = bench.kept(customer, OPENING)
        request = bench.request(verb, new, nok(AMOUNT), card=None, pin_block=None, customer=customer)
        return _booked(bench, request, new)

    return make


def _combine_for_customer(bench: Bench) -> Errand:
    customer = bench.customer()
    new, source = bench.kept(customer, OPENING), bench.kept(customer, AMOUNT)
    ids = (source.account_id,)
    request = bench.request(Verb.COMBINE, new, nok(AMOUNT), card=None, source_ids=ids, customer=customer)
    errand = _booked(bench, request, new)
    return replace(errand, sound=lambda: errand.sound() and bench.balance_of(source) == 0)


def _activate_for_customer(bench: Bench) -> Errand:
    customer, new = bench.customer(), bench.blank()
    pin = bench.pin_block(new.card, new.pin) if new.pin else None
    request = bench.request(Verb.ACTIVATE, new, nok(AMOUNT), customer=customer, pin_block=pin)
    errand = _booked(bench, request, new)
    return replace(
        errand,
        account_id=None if bench.face == "gr4vy" else new.account_id,
        sound=lambda: errand.sound() and [card.balance for card in bench.listed(customer)] == [nok(AMOUNT)],
    )


def _issue_address(bench: Bench) -> Errand:
    """A card that is nothing but an address."""
    request = bench.request(Verb.ISSUE, amount=nok(AMOUNT))

    def works(reply: HostApproved) -> None:
        assert isinstance(reply.issued, IssuedToken)
        assert reply.issued.url.startswith("https://")

    return Errand(request, lambda: len(bench.booked(request)), "", works=works)


def _gift_new(bench: Bench) -> Errand:
    customer, friend = bench.customer(), bench.customer()
    funding = f"CC-{customer}"
    request = bench.request(Verb.GIFT, amount=nok(AMOUNT), customer=customer, recipient=friend, funding=funding)
    return Errand(
        request,
        lambda: len(bench.booked(request)),
        None,
        sound=lambda: [card.balance for card in bench.listed(friend)] == [nok(AMOUNT)],
    )


# -- verbs that move no money ------------------------------------------------------------------------------------------


def _gift_kept(bench: Bench) -> Errand:
    customer, friend = bench.customer(), bench.customer()
    new = bench.kept(customer, OPENING)
    request = bench.request(Verb.GIFT, new, customer=customer, recipient=friend)
    return Errand(
        request,
        lambda: [card.id for card in bench.listed(friend)].count(new.account_id),
        new.account_id,
        sound=lambda: bench.listed(customer) == () and bench.balance_of(new) == OPENING,
    )


def _save(bench: Bench) -> Errand:
    customer, new = bench.customer(), bench.fresh(OPENING)
    return Errand(
        bench.request(Verb.SAVE, new, customer=customer),
        lambda: len(bench.listed(customer)),
        new.account_id or None,
        sound=lambda: [card.balance for card in bench.listed(customer)] == [nok(OPENING)],
    )


def _share(bench: Bench) -> Errand:
    customer, friend = bench.customer(), bench.customer()
    new = bench.kept(customer, OPENING)
    return Errand(
        bench.request(Verb.SHARE, new, customer=customer, recipient=friend),
        lambda: [card.id for card in bench.listed(friend)].count(new.account_id),
        new.account_id,
        sound=lambda: [card.id for card in bench.listed(customer)] == [new.account_id],
    )


def _prefer(bench: Bench) -> Errand:
    customer = bench.customer()
    first, second = bench.kept(customer, 0), bench.kept(customer, 0)
    assert isinstance(bench.send(bench.request(Verb.PREFER, first, customer=customer)), HostApproved)

    def preferred() -> list[str]:
        return [card.id for card in bench.listed(customer) if card.preferred]

    return Errand(
        bench.request(Verb.PREFER, second, customer=customer),
        lambda: preferred().count(second.account_id),
        second.account_id,
        sound=lambda: preferred() == [second.account_id],
    )


def _delete(bench: Bench) -> Errand:
    new = bench.kept(bench.customer(), OPENING) if bench.face == "gr4vy" else bench.fresh(0)

    def gone() -> int:
        read = bench.send(bench.request(Verb.READ, new))
        return int(isinstance(read, HostRefused) and read.status == 404)

    return Errand(bench.request(Verb.DELETE, new, card=None), gone, new.account_id, speechless=True)


def _rotate_pin(bench: Bench) -> Errand:
    new = bench.fresh(OPENING)

    def told() -> int:
        reply = bench.send(bench.request(Verb.REDEEM, new, nok(1)))
        return int(isinstance(reply, HostRefused))  # the card had no PIN, and asks for one now

    def works(reply: HostApproved) -> None:
        assert isinstance(reply.issued, IssuedToken)
        block = bench.pin_block(new.card, reply.issued.pin)
        assert isinstance(bench.send(bench.request(Verb.REDEEM, new, nok(1), pin_block=block)), HostApproved)

    # a repeat waits until nothing of it can be on the line any more
    asked = bench.request(Verb.ROTATE_PIN, new, local_time=datetime.now(UTC) - HELD_UP)
    return Errand(asked, told, new.account_id, works=works, anew=True)


def _new_code(bench: Bench) -> Errand:
    new = bench.fresh(OPENING)
    request = bench.request(Verb.NEW_CODE, new, count=1)

    def works(reply: HostApproved) -> None:
        assert isinstance(reply.issued, IssuedToken)
        passing = Fresh(new.account_id, CardSecret(Pan(reply.issued.code)))
        assert isinstance(bench.send(bench.request(Verb.REDEEM, passing, nok(1))), HostApproved)
        assert isinstance(bench.send(bench.request(Verb.REDEEM, passing, nok(1))), HostRefused)
        assert isinstance(bench.send(bench.request(Verb.REDEEM, new, nok(1))), HostApproved)

    def codes() -> int:
        return bench.codes_of(new.account_id) - 1

    return Errand(request, codes, new.account_id, works=works, replayed=HostRefused, anew=True)


def _make_blanks(bench: Bench) -> Errand:
    request = bench.request(Verb.MAKE_BLANKS, count=3)
    ids = blank_ids(request)

    def made() -> int:
        there = [card.id for card in bench.everything()]
        assert len({there.count(card_id) for card_id in ids}) == 1, "all or none"
        return there.count(ids[0])

    def works(reply: HostApproved) -> None:
        assert isinstance(reply.issued, IssuedBatch)
        assert [card.label for card in reply.issued.cards] == list(ids)
        for card in reply.issued.cards:
            look = bench.send(bench.request(Verb.BALANCE, Fresh("", CardSecret(card.pan))))
            assert isinstance(look, HostPrepared)
            assert (look.account_id, look.balance) == (card.label, nok(0))

    return Errand(request, made, "", works=works, replayed=HostSilent, lost=HostDeclined, unseen=0, anew=True)


ERRANDS: Mapping[str, Mapping[str, tuple[Verb, Make]]] = {
    "swedbankpay": {
        verb.value: (verb, _money(verb))
        for verb in (
            Verb.REDEEM, Verb.RELOAD, Verb.ISSUE, Verb.AUTHORIZE, Verb.CAPTURE, Verb.CANCEL, Verb.REVERSE, Verb.REFUND,
        )
    },
    "dintero": {
        verb.value: (verb, _money(verb))
        for verb in (
            Verb.REDEEM, Verb.RELOAD, Verb.ISSUE, Verb.AUTHORIZE, Verb.CAPTURE, Verb.CANCEL, Verb.REVERSE, Verb.REFUND,
            Verb.ACTIVATE, Verb.CASH_OUT,
        )
    }
    | {
        f"{verb.value} by id": (verb, _by_id(verb))
        for verb in (Verb.REDEEM, Verb.RELOAD, Verb.AUTHORIZE, Verb.ACTIVATE, Verb.CASH_OUT)
    }
    | {
        "activate for a customer": (Verb.ACTIVATE, _activate_for_customer),
        "delete": (Verb.DELETE, _delete),
        "rotate pin": (Verb.ROTATE_PIN, _rotate_pin),
        "new code": (Verb.NEW_CODE, _new_code),
        "make blanks": (Verb.MAKE_BLANKS, _make_blanks),
    },
    "parpay": {
        verb.value: (verb, _money(verb))
        for verb in (
            Verb.REDEEM, Verb.RELOAD, Verb.ISSUE, Verb.REVERSE, Verb.REFUND, Verb.TRANSFER, Verb.COMBINE,
        )
    }
    | {f"{verb.value} a kept card": (verb, _kept(verb)) for verb in (Verb.REDEEM, Verb.RELOAD)}
    | {
        "combine for a customer": (Verb.COMBINE, _combine_for_customer),
        "gift a new card": (Verb.GIFT, _gift_new),
        "gift a kept card": (Verb.GIFT, _gift_kept),
        "save": (Verb.SAVE, _save),
        "share": (Verb.SHARE, _share),
        "prefer": (Verb.PREFER, _prefer),
    },
    "gr4vy": {
        verb.value: (verb, _money(verb)) for verb in (Verb.REDEEM, Verb.REVERSE, Verb.REFUND, Verb.ACTIVATE)
    }
    | {
        "redeem a kept card": (Verb.REDEEM, _kept(Verb.REDEEM)),
        "activate for a customer": (Verb.ACTIVATE, _activate_for_customer),
        "issue": (Verb.ISSUE, _issue_address),
        "save": (Verb.SAVE, _save),
        "delete": (Verb.DELETE, _delete),
    },
}  # fmt: skip
