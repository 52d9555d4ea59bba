from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import records as r
from app.domain.card import CardSecret, Code, Expiry, IssuedSecret, Pan, PinBlock, Track2
from app.domain.codes import CodeText
from app.domain.ids import BusinessDay, OperatorId, SaleId
from app.domain.job_bodies import StopEntry
from app.domain.messages import CardSwiped, TrackText
from app.domain.policy import CardMemory
from app.domain.product import BasketLine
from app.domain.sale import Sale
from app.domain.transaction import Transaction
from app.storage import codec
from app.storage.errors import Damaged, Misuse, NewerSchema, SecretRefused
from tests.storage.lives import BODIES, TIMES
from tests.storage.world import PAN, kroner

EXAMPLES = settings(max_examples=300, deadline=None)


@EXAMPLES
@given(BODIES)
def test_every_record_reads_back_as_it_was_written(body: r.Body) -> None:
    kind, text = codec.encode_body(body)
    again = codec.decode_body(kind, text)
    assert again == body
    assert type(again) is type(body)


@settings(max_examples=100, deadline=None)
@given(st.from_type(Transaction) | st.from_type(Sale) | st.from_type(CardMemory) | st.from_type(StopEntry))
def test_every_row_reads_back_as_it_was_written(row: Transaction | Sale | CardMemory | StopEntry) -> None:
    text = codec.encode_row(row)
    match row:
        case Transaction():
            assert codec.decode_row(Transaction, text) == row
        case Sale():
            assert codec.decode_row(Sale, text) == row
        case CardMemory():
            assert codec.decode_row(CardMemory, text) == row
        case StopEntry():
            assert codec.decode_row(StopEntry, text) == row


@given(TIMES)
def test_times_keep_their_moment_and_sort_as_text(at: datetime) -> None:
    text = codec.encode_time(at)
    assert codec.decode_time(text) == at
    assert len(text) == 32
    assert (codec.encode_time(datetime(2030, 1, 1, tzinfo=UTC)) < text) == (datetime(2030, 1, 1, tzinfo=UTC) < at)


def test_exact_decimals_and_leading_zeros_survive() -> None:
    line = BasketLine("000123", "Milk", kroner(2), Decimal("0.100"), vat_rate=Decimal("12.50"))
    sale = Sale(SaleId("s"), r.SaleKind.PAY, kroner(2), BusinessDay("2026-01-01"), OperatorId("a"),
                datetime(2026, 1, 1, tzinfo=UTC), (line,))  # fmt: skip
    again = codec.decode_row(Sale, codec.encode_row(sale)).basket[0]
    assert (again.product_id, str(again.quantity), str(again.vat_rate)) == ("000123", "0.100", "12.50")


SECRETS = [
    Pan(PAN),
    Code(f"DINCARD:{PAN}"),
    CodeText(f"DINCARD:{PAN}"),
    CardSecret(Pan(PAN)),
    IssuedSecret(Pan(PAN)),
    PinBlock(b"12345678", 0),
    TrackText(f"{PAN}=2912"),
    Track2(f"{PAN}=2912", Pan(PAN), Expiry(2029, 12), ""),
]


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: type(secret).__name__)
def test_a_secret_is_refused_wherever_it_is_put(secret: object) -> None:
    for body in (
        secret,
        r.Cancelled(secret),  # type: ignore[arg-type]  # the mistake this is about
        r.Approved("h", "a", secret),  # type: ignore[arg-type]  # likewise
        r.Approved("h", "a", kroner(1), allowed_products=(secret,)),  # type: ignore[arg-type]  # likewise
    ):
        with pytest.raises(SecretRefused) as caught:
            codec.encode_body(body)  # type: ignore[arg-type]  # likewise
        assert PAN not in str(caught.value)


@pytest.mark.parametrize("value", [b"12345678", bytearray(b"12345678"), 1.5, {"a": 1}, object()], ids=repr)
def test_what_does_not_survive_its_encoding_is_refused(value: object) -> None:
    with pytest.raises(Misuse) as caught:
        codec.encode_body(r.Cancelled(value))  # type: ignore[arg-type]  # the mistake this is about
    assert "12345678" not in str(caught.value)


def test_only_records_are_records() -> None:
    with pytest.raises(Misuse):
        codec.encode_body(CardSwiped(TrackText("1")))  # type: ignore[arg-type]  # the mistake this is about


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(Misuse):
        codec.encode_time(datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake this is about


def test_kinds_and_members_of_a_newer_version_are_told_not_dropped() -> None:
    kind, text = codec.encode_body(r.Approved("h", "a", kroner(1)))
    for newer in (
        text.replace('{"host_id"', '{"colour":"red","host_id"'),
        text.replace('"minor"', '"scale":2,"minor"'),
    ):
        with pytest.raises(NewerSchema):
            codec.decode_body(kind, newer)
    with pytest.raises(NewerSchema):
        codec.decode_body("Teleported", "{}")


def test_members_added_later_take_their_defaults_in_older_records() -> None:
    _, text = codec.encode_body(r.Approved("h", "a", kroner(1)))
    older = text.replace(',"allowed_products":[]', "").replace(',"duplicate":false', "")
    assert older != text
    assert codec.decode_body("Approved", older) == r.Approved("h", "a", kroner(1))


@pytest.mark.parametrize(
    "text",
    ['{"host_id":', "[]", '{"host_id":"h","account_id":"a","amount":{"minor":1.5,"currency":"NOK"}}',
     '{"host_id":"h","account_id":"a","amount":{"minor":true,"currency":"NOK"}}',
     '{"host_id":"h","account_id":"a","amount":{"minor":1,"currency":"XXX"}}', "{}"],
)  # fmt: skip
def test_text_that_is_no_record_is_damage(text: str) -> None:
    with pytest.raises(Damaged):
        codec.decode_body("Approved", text)


def test_sealed_text_keeps_what_it_may_and_nothing_else() -> None:
    card = codec.decode_secret(codec.encode_secret(CardSecret(Pan(PAN), Expiry(2029, 12), "123", "track")))
    assert isinstance(card, CardSecret)
    assert (card.pan, card.expiry, card.cvc, card.track2) == (Pan(PAN), Expiry(2029, 12), "", "track")
    assert b"123" not in codec.encode_secret(CardSecret(Pan("9578009"), None, "123"))
    new = codec.decode_secret(codec.encode_secret(IssuedSecret(Pan(PAN), "123", Expiry(2029, 12), "c", "9876")))
    assert isinstance(new, IssuedSecret)
    assert (new.cvc, new.code, new.pin) == ("123", "c", "9876")
    assert type(new.pan) is type(card.pan) is Pan
    with pytest.raises(Damaged) as caught:
        codec.decode_secret(PAN.encode())
    assert PAN not in str(caught.value)


def test_a_code_is_sealed_as_a_number_is() -> None:
    code = Code("DINCARD:8a3e-Q2")
    card = codec.decode_secret(codec.encode_secret(CardSecret(code, Expiry(2029, 12), "4711")))
    assert isinstance(card, CardSecret)
    assert (type(card.pan), card.pan, card.cvc) == (Code, code, "")
    new = codec.decode_secret(codec.encode_secret(IssuedSecret(code, code=code.reveal(), pin="0012")))
    assert isinstance(new, IssuedSecret)
    assert (new.pan, new.code, new.pin) == (code, code.reveal(), "0012")


def test_what_an_older_till_sealed_still_opens() -> None:
    older = b'{"v":1,"issued":false,"pan":"9578001234567890123","expiry":"12/29"}'
    card = codec.decode_secret(older)
    assert isinstance(card, CardSecret)
    assert (type(card.pan), card.pan.reveal(), card.expiry) == (Pan, "9578001234567890123", Expiry(2029, 12))


@pytest.mark.parametrize("pan", ["", "12", "short", "with a blank"])
def test_a_sealed_card_of_no_number_is_damage(pan: str) -> None:
    with pytest.raises(Damaged) as caught:
        codec.decode_secret(f'{{"v":1,"issued":false,"pan":"{pan}"}}'.encode())
    assert caught.value.detail == "a sealed card"
