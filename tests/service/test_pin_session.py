"""The customer's PIN: bytes that are wiped, a block that is right, and a test key that is refused outside training."""

from __future__ import annotations

import pytest

from app.crypto.pinblock import PinBlockError, PinBlockFormat, decrypt_pin_block
from app.domain.card import CLEAR_PIN, Code, Pan
from app.domain.ids import TransactionId
from app.domain.messages import Message, PinCancelled, PinEntered
from app.service.pin_session import LONGEST, SHORTEST, PinKeyRefused, PinSession

KEY = bytes.fromhex("9D3BC7A61F5E80427AD1C4B8E65F2093")
TEST_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
PAN = "4012345678909"
FIRST, SECOND = TransactionId("1"), TransactionId("2")


def session(
    said: list[Message], block_format: PinBlockFormat = PinBlockFormat.ISO_0, *, in_clear: bool = False
) -> PinSession:
    made = PinSession(said.append, KEY, block_format, training=False)
    made.open(FIRST, Pan(PAN), in_clear)
    return made


def type_in(made: PinSession, pin: str) -> None:
    for digit in pin:
        made.digit(int(digit))


@pytest.mark.parametrize("block_format", [PinBlockFormat.ISO_0, PinBlockFormat.ISO_3, PinBlockFormat.ISO_4])
def test_what_leaves_is_a_block_that_only_the_key_opens(block_format: PinBlockFormat) -> None:
    said: list[Message] = []
    made = session(said, block_format)
    type_in(made, "1234")
    made.done()
    entered = said.pop()
    assert isinstance(entered, PinEntered)
    assert entered.transaction_id == FIRST
    assert decrypt_pin_block(block_format, KEY, entered.block.reveal(), PAN) == b"1234"
    assert "1234" not in repr(entered) + repr(made)


@pytest.mark.parametrize("pan", [Pan(PAN), Code("DINCARD:8a3e-Q2xw")], ids=["number", "code"])
def test_where_the_wire_wants_the_digits_the_block_is_them_and_hides_itself(pan: Pan) -> None:
    said: list[Message] = []
    made = PinSession(said.append, KEY, PinBlockFormat.ISO_0, training=False)
    made.open(FIRST, pan, in_clear=True)
    held = made._digits
    type_in(made, "001234567890")
    made.done()
    entered = said.pop()
    assert isinstance(entered, PinEntered)
    assert (entered.block.format, entered.block.reveal()) == (CLEAR_PIN, b"001234567890")
    assert bytes(held) == b"", "wiped where they lay"
    assert "0012" not in f"{entered!r}{made!r}{entered.block}"
    assert made.digit(5) == 0


def test_the_next_customer_is_asked_in_the_way_of_their_own_card() -> None:
    said: list[Message] = []
    made = session(said, in_clear=True)
    type_in(made, "1234")
    made.open(SECOND, Pan(PAN), in_clear=False)
    type_in(made, "9876")
    made.done()
    entered = said.pop()
    assert isinstance(entered, PinEntered)
    assert entered.block.format == PinBlockFormat.ISO_0.value
    assert decrypt_pin_block(PinBlockFormat.ISO_0, KEY, entered.block.reveal(), PAN) == b"9876"


@pytest.mark.parametrize("in_clear", [False, True])
def test_the_digits_are_wiped_where_they_lay(in_clear: bool) -> None:
    made = session([], in_clear=in_clear)
    held = made._digits
    type_in(made, "987654")
    assert bytes(held) == b"987654"
    made.clear()
    assert bytes(held) == b""
    type_in(made, "4711")
    made.open(SECOND, Pan(PAN), in_clear=False)
    assert bytes(held) == b""


def test_done_and_cancel_leave_nothing_and_end_the_listening() -> None:
    said: list[Message] = []
    for end in (PinSession.done, PinSession.cancel):
        made = session(said)
        type_in(made, "1234")
        end(made)
        assert bytes(made._digits) == b""
        assert made.digit(5) == 0, "nobody listens any more"
    assert isinstance(said[0], PinEntered)
    assert said[1] == PinCancelled(FIRST)


def test_too_few_digits_change_nothing_and_too_many_are_not_taken() -> None:
    said: list[Message] = []
    made = session(said)
    type_in(made, "1" * (SHORTEST - 1))
    made.done()
    assert said == []
    assert [made.digit(2) for _ in range(LONGEST)][-1] == LONGEST
    assert made.digit(10) == LONGEST
    made.done()
    assert len(said) == 1


def test_a_number_that_fits_no_block_leaves_no_digits_behind() -> None:
    """A session that fails must not keep a customer's PIN for whoever comes next."""
    said: list[Message] = []
    made = PinSession(said.append, b"short", PinBlockFormat.ISO_0, training=True)
    made.open(FIRST, Pan(PAN), in_clear=False)
    type_in(made, "1234")
    with pytest.raises(PinBlockError):
        made.done()
    assert bytes(made._digits) == b""
    assert said == []


def test_a_published_test_key_is_refused_outside_training() -> None:
    said: list[Message] = []
    with pytest.raises(PinKeyRefused):
        PinSession(said.append, TEST_KEY, PinBlockFormat.ISO_0, training=False)
    PinSession(said.append, TEST_KEY, PinBlockFormat.ISO_0, training=True)


def test_nothing_is_listened_to_before_a_card_is_there() -> None:
    said: list[Message] = []
    made = PinSession(said.append, KEY, PinBlockFormat.ISO_0, training=False)
    assert made.digit(1) == 0
    made.done()
    made.cancel()
    assert said == []
