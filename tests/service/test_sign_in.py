"""Who may take the till: PINs are compared slowly, wiped, waited for after wrong tries, and never become a message."""

from __future__ import annotations

import dataclasses

import pytest

from app.domain.messages import Message, SignIn, SignInFailed
from app.domain.view import OperatorView, Role
from app.service.sign_in import FIRST_WAIT, FREE_TRIES, LONGEST_WAIT, Gate, hash_pin, matches
from app.training import DEMO_PINS, training_settings

KARI = OperatorView("kari", "Kari", Role.CASHIER)
MONA = OperatorView("mona", "Mona", Role.MANAGER)
PINS = {"kari": b"4711", "mona": b"2468013"}
HASHES = {who: hash_pin(pin) for who, pin in PINS.items()}


class Door:
    """A gate with a clock that is turned by hand."""

    def __init__(self) -> None:
        self.told: list[Message] = []
        self.now = 100.0
        self.gate = Gate((KARI, MONA), HASHES, self.told.append, lambda: self.now)

    def try_pin(self, who: str, pin: bytes) -> Message:
        digits = bytearray(digit - 0x30 for digit in pin)
        self.gate.sign_in(who, digits)
        assert digits == bytes(len(digits)), "the digits are wiped whatever came of them"
        return self.told[-1]


@pytest.mark.parametrize("who", [KARI, MONA])
def test_the_right_pin_opens_with_the_role_of_its_owner(who: OperatorView) -> None:
    assert Door().try_pin(who.id, PINS[who.id]) == SignIn(who.id, who.role.value)


@pytest.mark.parametrize("pin", [b"4712", b"471", b"47110", b"", b"2468013"])
def test_another_pin_does_not(pin: bytes) -> None:
    assert Door().try_pin("kari", pin) == SignInFailed(0)


def test_somebody_unknown_is_not_told_apart_from_a_wrong_pin() -> None:
    assert Door().try_pin("nobody", b"4711") == SignInFailed(0)


def test_after_three_wrong_pins_each_try_waits_longer_and_the_right_one_waits_too() -> None:
    door = Door()
    waits = []
    for _ in range(12):
        told = door.try_pin("kari", b"0000")
        assert isinstance(told, SignInFailed)
        waits.append(told.wait_seconds)
        door.now += told.wait_seconds
    assert waits[: FREE_TRIES - 1] == [0] * (FREE_TRIES - 1)
    assert waits[FREE_TRIES - 1 : FREE_TRIES + 2] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4]
    assert max(waits) == LONGEST_WAIT
    door.try_pin("kari", b"0000")
    assert door.try_pin("kari", PINS["kari"]) == SignInFailed(LONGEST_WAIT)
    door.now += LONGEST_WAIT
    assert isinstance(door.try_pin("kari", PINS["kari"]), SignIn)


def test_a_try_while_waiting_is_not_counted_and_does_not_wait_longer() -> None:
    door = Door()
    for _ in range(FREE_TRIES):
        door.try_pin("kari", b"0000")
    door.now += FIRST_WAIT - 5
    assert [door.try_pin("kari", b"0000") for _ in range(5)] == [SignInFailed(5)] * 5
    door.now += 5
    assert isinstance(door.try_pin("kari", PINS["kari"]), SignIn)


def test_one_cashiers_mistakes_lock_nobody_else_out() -> None:
    door = Door()
    for _ in range(FREE_TRIES + 2):
        door.try_pin("kari", b"0000")
    assert isinstance(door.try_pin("mona", PINS["mona"]), SignIn)


def test_a_sign_in_forgets_earlier_mistakes() -> None:
    door = Door()
    for _ in range(4):
        for _ in range(FREE_TRIES - 1):
            assert door.try_pin("kari", b"0000") == SignInFailed(0)
        assert isinstance(door.try_pin("kari", PINS["kari"]), SignIn)


def test_a_hash_is_salted_and_tells_nothing() -> None:
    first, second = hash_pin(b"4711"), hash_pin(b"4711")
    assert first != second
    assert b"4711".hex() not in first
    assert matches(first, b"4711")
    assert matches(second, b"4711")


@pytest.mark.parametrize(
    "kept",
    [
        "", "4711", "scrypt$16384$00", "md5$16384$00$00", "scrypt$x$00$00", "scrypt$16384$zz$00", "scrypt$3$00$00",
        "scrypt$0$00$00", "scrypt$99999999$00$00",
    ],
)  # fmt: skip
def test_what_is_no_hash_matches_nothing_and_breaks_nothing(kept: str) -> None:
    assert not matches(kept, b"4711")


def test_the_messages_have_no_place_for_a_pin() -> None:
    names = {field.name for kind in (SignIn, SignInFailed) for field in dataclasses.fields(kind)}
    assert names == {"operator", "role", "wait_seconds"}


def test_the_demo_pins_are_those_of_the_training_till() -> None:
    contract = {"faces": {}, "cards": [], "pin_key": {"format": 0, "key": ""}}
    operators = training_settings(contract).operator
    assert [operator.role for operator in operators] == [Role.CASHIER, Role.MANAGER]
    assert all(matches(kept.pin_hash, pin.encode()) for kept, pin in zip(operators, DEMO_PINS, strict=True))
