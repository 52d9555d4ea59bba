"""Four backends as their tables say, and the programmes, cards and people of a shop that has them all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from app.domain.card import ExpiryRule, PinRule, Profile, Programme
from app.domain.ids import TerminalId
from app.domain.money import Currency, Money
from app.domain.product import BasketLine
from app.domain.till import Setup
from app.domain.verb import Capabilities, RepeatRule, Verb, VerbRule
from app.domain.view import OperatorView, Role

NOK = Currency.NOK

ORDINARY = "7013360000000000001"
OTHER = "7013360000000000002"
LOW = "7013360000000000003"
RESTRICTED = "7013360000000000004"
PINNED = "7013370000000000005"
ASKS_PIN = "7013360000000000006"
SHARED = "7014400000000000007"
BANK = "4111111111111111"
CODE = "WEB:7H2K-q9XW-PLMN"
CODED = "709913000000000008"
"""A number that is scanned behind its programme's prefix, and swiped without it."""

PAR = "7022000000000000011"
PAR_SECOND = "7022000000000000012"
PAR_THIRD = "7022000000000000013"
PAR_EMPTY = "7022000000000000014"
WALLET = "7033000000000000021"
WALLET_BLANK = "7033000000000000022"
WALLET_RANGE = "70330000000000009"
"""Seventeen digits; two more make the number of a printed card that was not sold yet."""
VAULT = "7044000000000000031"
VAULT_BLANK = "7044000000000000032"

PAR_FACE, WALLET_FACE, VAULT_FACE = "parpay", "dintero", "gr4vy"
OLA, KARI = "ola@example.no", "kari@example.no"
"""Customers of the further backends: Ola keeps PAR and VAULT there, and a wallet card that no test has in hand."""


def nok(minor: int) -> Money:
    return Money(minor, NOK)


BREAD = BasketLine("001", "Bread", nok(30_00), vat_rate=Decimal(15))
TOY = BasketLine("002", "Toy", nok(70_00))
PLAIN = Profile(13, 19, ExpiryRule.YYMM)
PROGRAMMES = (
    Programme("Gift", "swedbankpay", ("701336",), PLAIN),
    Programme("Pinned", "swedbankpay", ("701337",), replace(PLAIN, service_code=True), PinRule.SERVICE_CODE),
    Programme("North", "swedbankpay", ("701440",), PLAIN),
    Programme("South", "swedbankpay", ("701440",), PLAIN),
    Programme("Web", "swedbankpay", ("709913",), PLAIN, code_prefixes=("WEB:",)),
    Programme("Shop", "swedbankpay", ("709914",), PLAIN, code_prefixes=("SHOP:",)),
)
FURTHER = (
    Programme("Par", PAR_FACE, ("702200",), PLAIN),
    Programme("Wallet", WALLET_FACE, ("703300",), PLAIN),
    Programme("Second wallet", WALLET_FACE, ("703311",), PLAIN),
    Programme("Vault", VAULT_FACE, ("704400",), PLAIN),
)
CASHIER = OperatorView("kari", "Kari", Role.CASHIER)
MANAGER = OperatorView("mona", "Mona", Role.MANAGER)


def rules(*, proves: bool = True, once: bool = False) -> dict[Verb, VerbRule]:
    """Swedbank Pay: every counter verb, and no further one."""
    repeat = RepeatRule.ONCE if once else RepeatRule.REPEATABLE

    def rule(undo: Verb | None = None, *, offline: bool = False, card: bool = False) -> VerbRule:
        return VerbRule(repeat, undo, offline, card, refusal_of_repeat_proves_not_booked=proves)

    return {
        Verb.BALANCE: rule(card=True),
        Verb.ISSUE: rule(Verb.REVERSE, card=True),
        Verb.RELOAD: rule(Verb.REVERSE, offline=True, card=True),
        Verb.REDEEM: rule(Verb.REVERSE, offline=True, card=True),
        Verb.AUTHORIZE: rule(Verb.CANCEL, card=True),
        Verb.CAPTURE: rule(Verb.REVERSE),
        Verb.CANCEL: rule(),
        Verb.REVERSE: rule(),
        Verb.REFUND: rule(),
    }


def par(*, once: bool = False) -> Capabilities:
    """One like PAR Pay: money moves from card to card, customers keep cards; ONCE unless the host keeps our ids."""
    repeat = RepeatRule.ONCE if once else RepeatRule.REPEATABLE

    def money(undo: Verb | None = None, *, offline: bool = False, card: bool = False, pin: bool = False) -> VerbRule:
        return VerbRule(
            repeat, undo, offline and not once, card, needs_pin=pin, refusal_of_repeat_proves_not_booked=not once
        )

    def plain(*, card: bool = False, pin: bool = False) -> VerbRule:
        return VerbRule(
            RepeatRule.REPEATABLE,
            needs_card=card,
            needs_pin=pin,
            needs_customer=True,
            refusal_of_repeat_proves_not_booked=True,
        )

    return Capabilities(
        PAR_FACE,
        "PAR Pay",
        {
            Verb.BALANCE: replace(plain(card=True), needs_customer=False),
            Verb.ISSUE: money(card=True),
            Verb.RELOAD: money(offline=True, card=True),
            Verb.REDEEM: money(Verb.REVERSE, offline=True, card=True),
            Verb.REVERSE: money(),
            Verb.REFUND: money(),
            Verb.TRANSFER: money(card=True, pin=True),
            Verb.COMBINE: money(card=True),
            Verb.GIFT: replace(money(), needs_customer=True, needs_funding=True),
            Verb.SAVE: plain(card=True, pin=True),
            Verb.SHARE: plain(),
            Verb.LIST_CARDS: plain(),
            Verb.PREFER: plain(),
        },
    )


def wallet(*, proves: bool = True) -> Capabilities:
    """One like Dintero: reserve, activate, cash out, further codes and PINs, unsold cards by id."""

    def rule(
        undo: Verb | None = None,
        *,
        offline: bool = False,
        card: bool = False,
        repeat: RepeatRule = RepeatRule.REPEATABLE,
    ) -> VerbRule:
        return VerbRule(repeat, undo, offline, card, partial=True, refusal_of_repeat_proves_not_booked=proves)

    return Capabilities(
        WALLET_FACE,
        "Dintero",
        {
            Verb.BALANCE: rule(card=True),
            Verb.REDEEM: rule(Verb.REVERSE, offline=True, card=True),
            Verb.AUTHORIZE: rule(Verb.CANCEL, card=True),
            Verb.CAPTURE: rule(Verb.REVERSE),
            Verb.CANCEL: rule(),
            Verb.ISSUE: rule(Verb.REVERSE),
            Verb.ACTIVATE: rule(Verb.REVERSE, card=True, repeat=RepeatRule.QUERYABLE),
            Verb.RELOAD: rule(Verb.REVERSE, offline=True, card=True),
            Verb.CASH_OUT: rule(Verb.REVERSE, card=True),
            Verb.REVERSE: rule(),
            Verb.REFUND: rule(),
            Verb.LIST_CARDS: rule(),
            Verb.LIST_ALL: rule(),
            Verb.READ: rule(),
            Verb.DELETE: rule(repeat=RepeatRule.QUERYABLE),
            Verb.ROTATE_PIN: rule(),
            Verb.NEW_CODE: rule(repeat=RepeatRule.ONCE),
            Verb.MAKE_BLANKS: rule(repeat=RepeatRule.QUERYABLE),
        },
        blanks_by_id=True,
        most_blanks=100,
    )


def vault() -> Capabilities:
    """One like Gr4vy: nothing without the PIN, a card as an address in one call, an activation that is made once."""
    repeatable, once = RepeatRule.REPEATABLE, RepeatRule.ONCE
    return Capabilities(
        VAULT_FACE,
        "Gr4vy",
        {
            Verb.BALANCE: VerbRule(repeatable, needs_pin=True),
            Verb.REDEEM: VerbRule(repeatable, Verb.REVERSE, needs_pin=True, partial=True),
            Verb.REVERSE: VerbRule(repeatable, needs_card=False),
            Verb.REFUND: VerbRule(repeatable, needs_card=False),
            Verb.ACTIVATE: VerbRule(once),
            Verb.SAVE: VerbRule(
                RepeatRule.QUERYABLE, Verb.DELETE, needs_pin=True, refusal_of_repeat_proves_not_booked=True
            ),
            Verb.LIST_CARDS: VerbRule(repeatable, needs_card=False),
            Verb.LIST_ALL: VerbRule(repeatable, needs_card=False),
            Verb.READ: VerbRule(repeatable, needs_card=False),
            Verb.DELETE: VerbRule(repeatable, needs_card=False),
            Verb.ISSUE: VerbRule(once, needs_card=False, one_call=True),
        },
        keeps_references=True,
    )


def setup(*, proves: bool = True, once: bool = False, training: bool = True, further: bool = False) -> Setup:
    """``further``: with the three other backends, whose money verbs ``once`` makes ONCE, too."""
    backends = [Capabilities("swedbankpay", "Swedbank Pay", rules(proves=proves, once=once))]
    if further:
        backends += [par(once=once), wallet(proves=proves), vault()]
    return Setup(
        terminal_id=TerminalId("T1"),
        store="Shop",
        currency=NOK,
        programmes=PROGRAMMES + (FURTHER if further else ()),
        capabilities={backend.face: backend for backend in backends},
        operators=(CASHIER, MANAGER),
        training=training,
        catalogue=(BREAD, TOY),
        demo_pins=("1111", "2222"),
        cash_out_up_to=nok(20_00) if further else None,
    )
