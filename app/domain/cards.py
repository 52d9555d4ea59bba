"""From a swipe to a card in hand: which programme it is, and what the swipe means on the screen that is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain import job_cards
from app.domain.calls import look_up
from app.domain.card import (
    CardFault,
    CardRef,
    CardRefused,
    CardSecret,
    EntryMode,
    PinBlock,
    PinRule,
    Programme,
    Track2,
    presented,
)
from app.domain.codes import bare, choices, recognised
from app.domain.draft import Draft
from app.domain.flow import (
    AmountFlow,
    AskingFlow,
    AwaitCardFlow,
    CardInHand,
    ConflictFlow,
    Flow,
    HomeFlow,
    JobFlow,
    KeyCardFlow,
    LookingFlow,
    NewCardFlow,
    OutcomeFlow,
    PickProgrammeFlow,
    PinFirstFlow,
    PinFlow,
    SheetFlow,
    SignInFlow,
    StoppedFlow,
    TenderFlow,
    VoidFlow,
)
from app.domain.host import Decline
from app.domain.legs import asks_for_pin, present
from app.domain.messages import Task
from app.domain.offers import tells_nothing_without_pin
from app.domain.records import SaleKind
from app.domain.sales import undecided
from app.domain.schemes import programmes_for
from app.domain.view import NoticeKind

CONFLICT_WINDOW = timedelta(milliseconds=1500)
"""A second card this soon after the first is a mix-up at the counter, not the next customer."""


def swiped(d: Draft, text: str) -> None:
    """A stripe was read whole. A bank card is dropped here, before anything keeps it."""
    if _is_deaf(d):
        d.notice(NoticeKind.CARD_IGNORED)
        return
    digits = text.partition("=")[0]
    if not digits.isdigit():
        d.notice(NoticeKind.CARD_REFUSED, fault=CardFault.TRACK_UNREADABLE)
        return
    try:
        found = programmes_for(digits, d.setup.programmes)
        if len(found) == 1:
            take(d, from_track(d, text, found[0]))
            return
        offered = found or d.setup.programmes
        # parsed once with the loosest rules, so that rubbish is refused before anybody is asked to choose
        parsed = Track2.parse(text, offered[0].profile)
    except CardRefused as refused:
        d.notice(NoticeKind.CARD_REFUSED, fault=refused.fault)
        return
    secret = CardSecret(parsed.pan, parsed.expiry)
    d.go(PickProgrammeFlow(secret, EntryMode.SWIPED, track=text, programmes=offered, back=_base(d)))


def scanned(d: Draft, text: str) -> None:
    """A code was scanned whole. One that is all digits is a number, and goes the way of numbers."""
    if _is_deaf(d):
        d.notice(NoticeKind.CARD_IGNORED)
        return
    if job_cards.label(d, text):
        return
    try:
        secret = CardSecret(presented(text))
        found = recognised(secret.pan, d.setup.programmes)
    except CardRefused as refused:
        d.notice(NoticeKind.CARD_REFUSED, fault=refused.fault)
        return
    if len(found) == 1:
        take(d, in_hand(d, secret, found[0], EntryMode.SCANNED))
    else:
        _pick(d, secret, EntryMode.SCANNED, found, _base(d))


def _pick(d: Draft, secret: CardSecret, entry: EntryMode, found: tuple[Programme, ...], back: Flow) -> None:
    offered = found or choices(secret.pan, d.setup.programmes)
    d.go(PickProgrammeFlow(secret, entry, track="", programmes=offered, back=back))


def _is_deaf(d: Draft) -> bool:
    """Whether money, a PIN, a new card or a question is before the cashier that a swipe must not take away."""
    flow = d.till.flow
    if isinstance(flow, JobFlow) and flow.ask is not None:
        return True  # the card before it is being looked up
    if isinstance(flow, OutcomeFlow) and d.till.sale is not None and undecided(d, d.till.sale):
        return True  # "checking": another card would pay a second time; T takes another tender and abandons this one
    return isinstance(
        flow,
        SignInFlow
        | StoppedFlow
        | NewCardFlow
        | PinFlow
        | PinFirstFlow
        | AskingFlow
        | TenderFlow
        | VoidFlow
        | ConflictFlow,
    )


def keyed(d: Draft, secret: CardSecret, back: Flow) -> None:
    """A number or a code keyed by hand, marked as such."""
    try:
        found = recognised(secret.pan, d.setup.programmes)
    except CardRefused as refused:
        d.notice(NoticeKind.CARD_REFUSED, fault=refused.fault)
        return
    d.go(back)
    if len(found) == 1:
        take(d, in_hand(d, secret, found[0], EntryMode.KEYED))
    else:
        _pick(d, secret, EntryMode.KEYED, found, back)


def picked(d: Draft, flow: PickProgrammeFlow, name: str) -> None:
    """The cashier named the programme."""
    programme = next((p for p in flow.programmes if p.name == name), None)
    if programme is None:
        return
    d.go(flow.back)
    if flow.entry is not EntryMode.SWIPED:
        take(d, in_hand(d, flow.secret, programme, flow.entry))
        return
    try:
        take(d, from_track(d, flow.track, programme))
    except CardRefused as refused:
        d.notice(NoticeKind.CARD_REFUSED, fault=refused.fault)


def from_track(d: Draft, text: str, programme: Programme) -> CardInHand:
    """A swiped card by its programme's rules.

    Raises:
        CardRefused: the stripe does not fit them.
    """
    track = Track2.parse(text, programme.profile)
    wire = track.reveal() if programme.profile.track2_on_wire else ""
    secret = CardSecret(track.pan, track.expiry, track2=wire)
    pin = programme.pin is PinRule.SERVICE_CODE and asks_for_pin(track.service_code)
    return in_hand(d, secret, programme, EntryMode.SWIPED, pin=pin)


def in_hand(d: Draft, secret: CardSecret, programme: Programme, entry: EntryMode, *, pin: bool = False) -> CardInHand:
    """The card with what the till remembers of it."""
    key = d.context.card_key(bare(secret.pan, programme))
    known = d.memory(key)
    ref = CardRef(
        key=key,
        last4=secret.pan.last4,
        programme=programme.name,
        face=programme.face,
        entry=entry,
        expiry=secret.expiry.mm_yy if secret.expiry else "",
        account_id=known.account_id if known else "",
        pin_required=pin or bool(known and known.pin_required),
    )
    return CardInHand(ref, secret, programme, d.context.now)


def _base(d: Draft) -> Flow:
    """The screen a side question returns to."""
    flow = d.till.flow
    if isinstance(flow, KeyCardFlow | PickProgrammeFlow):
        return flow.back
    return flow if isinstance(flow, AwaitCardFlow | AmountFlow | OutcomeFlow | JobFlow) else HomeFlow()


def take(d: Draft, card: CardInHand) -> None:
    """What a good swipe means now. It opens the card from any screen, and never disturbs money under way."""
    if isinstance(d.till.flow, KeyCardFlow | PickProgrammeFlow):
        d.go(d.till.flow.back)  # the stripe works after all: as if the question had not been opened
    flow = d.till.flow
    sale = d.till.sale
    match flow:
        case LookingFlow(_, first, _):
            if first.ref.key == card.ref.key:
                d.notice(NoticeKind.SAME_CARD)
            else:
                task = Task.PAY if sale is not None and sale.kind is SaleKind.PAY else Task.LOAD
                d.go(ConflictFlow(first, card, AwaitCardFlow(task)))
        case JobFlow() if job_cards.card(d, flow, card):
            pass
        case AwaitCardFlow() if sale is not None:
            present(d, sale, card)
        case OutcomeFlow() if sale is not None and sale.kind is SaleKind.PAY:
            present(d, sale, card)
        case AmountFlow(task, held, _) if task in (Task.PAY, Task.LOAD):
            if held is not None and held.ref.key != card.ref.key:
                d.go(ConflictFlow(held, card, AmountFlow(task)))
            else:
                d.go(AmountFlow(task, card))
        case SheetFlow(first) if first.ref.key != card.ref.key and card.read_at - first.read_at < CONFLICT_WINDOW:
            d.go(ConflictFlow(first, card, HomeFlow()))
        case _:
            show_sheet(d, card)


def show_sheet(d: Draft, card: CardInHand, back: Flow | None = None) -> None:
    """The card's sheet, with its balance on the way; without, where the backend must have the PIN first."""
    if tells_nothing_without_pin(card, d.setup) and card.pin is None:
        d.go(SheetFlow(card, refused=Decline.PIN_REQUIRED))
        return
    if d.line_up(card.ref.face):
        d.go(SheetFlow(card, look_up(d, card), shown=d.context.now, asked=d.context.now, back=back))
        return
    known = d.memory(card.ref.key)
    d.go(SheetFlow(card, None, known.balance if known else None, shown=d.context.now, asked=d.context.now, back=back))


def pin_entered(d: Draft, flow: PinFirstFlow, block: PinBlock) -> None:
    """The PIN that had to come first: now the card may be asked about."""
    card = replace(flow.card, pin=block)
    if job_cards.pin_entered(d, flow, card):
        return
    d.go(flow.back)
    sale = d.till.sale
    if isinstance(flow.back, AwaitCardFlow) and sale is not None:
        present(d, sale, card)
    else:
        show_sheet(d, card)


def chosen(d: Draft, flow: ConflictFlow, card: CardInHand) -> None:
    """One of two cards was picked."""
    d.go(flow.back)
    if isinstance(flow.back, AmountFlow):
        d.go(AmountFlow(flow.back.task, card))
    elif isinstance(flow.back, AwaitCardFlow) and d.till.sale is not None:
        present(d, d.till.sale, card)
    else:
        show_sheet(d, card)
