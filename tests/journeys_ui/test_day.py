"""The scripted day from beginning to end, and what must be true of it."""

from __future__ import annotations

import json

import pytest

from app.backends.registry import PROVIDERS
from app.domain.transaction import State
from app.domain.verb import READS, Verb
from tests.journeys_ui.played import Day

PNG = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 400_000
DONE = (State.APPROVED, State.REVERSED)


def test_till_and_issuer_agree_to_the_cent(day: Day) -> None:
    assert day.outcome.good, (day.outcome.faults, [row for row in day.outcome.reconciliation.rows if not row.agrees])
    told = json.loads(day.place.reconciliation.read_text(encoding="utf-8"))
    assert told["agree"] is True
    assert told["till_total"] == told["issuer_total"]
    assert len(told["rows"]) > 50
    assert all(row["stan"] for row in told["rows"])


def test_the_day_had_its_troubles(day: Day) -> None:
    states = {row.till_state for row in day.outcome.reconciliation.rows}
    assert {"APPROVED", "DECLINED", "REVERSED"} <= states
    assert day.outcome.duplicates >= 4  # killed with two on the wire, and an answer lost at two services


def test_what_a_person_closed_is_one_row_and_moved_as_they_said(day: Day) -> None:
    (closed,) = [row for row in day.outcome.reconciliation.rows if row.till_state == "CLOSED"]
    assert (closed.till_amount, closed.issuer_amount, closed.desk) == (25_00, 25_00, None)


@pytest.mark.parametrize("verb", sorted(set(Verb) - READS))
def test_every_verb_that_is_written_down_was_done_and_reconciled(day: Day, verb: Verb) -> None:
    assert verb in {told.verb for told in day.outcome.transactions if told.state in DONE}


def test_every_backend_has_its_chapter(day: Day) -> None:
    verbs: dict[str, set[Verb]] = {}
    for told in day.outcome.transactions:
        verbs.setdefault(told.face, set()).add(told.verb)
    assert set(verbs) == set(PROVIDERS)
    assert {Verb.TRANSFER, Verb.COMBINE, Verb.SAVE, Verb.SHARE, Verb.PREFER, Verb.GIFT, Verb.REFUND} <= verbs["parpay"]
    assert {Verb.SAVE, Verb.DELETE, Verb.ACTIVATE, Verb.ISSUE, Verb.REFUND} <= verbs["gr4vy"]
    assert {Verb.ISSUE, Verb.CAPTURE, Verb.CANCEL, Verb.CASH_OUT, Verb.REVERSE, Verb.NEW_CODE} <= verbs["dintero"]
    waited = {told.face for told in day.outcome.transactions if told.offline}
    assert waited == set(PROVIDERS)


def test_every_step_has_a_picture_and_its_text(day: Day) -> None:
    assert len(day.outcome.shots) > 80
    for step in day.outcome.shots:
        picture = (day.place.out / f"{step}.png").read_bytes()
        assert picture.startswith(PNG)
        assert len(picture) < MOST_BYTES
        told = json.loads((day.place.out / f"{step}.json").read_text(encoding="utf-8"))
        assert told["step"] == step
        assert told["screen"]
        assert any(line["text"] == "TRAINING" for line in told["text"])


def test_the_text_beside_a_picture_holds_the_rows_of_the_queue(day: Day) -> None:
    (step,) = [name for name in day.outcome.shots if name.endswith("-checking")]
    told = json.loads((day.place.out / f"{step}.json").read_text(encoding="utf-8"))
    rows = [line["text"] for line in told["text"] if line["kind"] == "row"]
    assert len(rows) == 3
    assert any("120.00 NOK asked for" in row for row in rows)


def test_why_a_button_is_dimmed_stands_beside_the_picture(day: Day) -> None:
    (step,) = [name for name in day.outcome.shots if name.endswith("-needs-the-line")]
    told = json.loads((day.place.out / f"{step}.json").read_text(encoding="utf-8"))
    assert "Needs the line" in [line["text"] for line in told["text"] if line["kind"] == "why"]


def test_receipts_stay_and_the_new_card_s_slip_went_with_its_customer(day: Day) -> None:
    names = [path.name for path in day.place.receipts.iterdir()]
    assert any("-redeem-final" in name for name in names)
    assert any("-z1" in name for name in names)
    assert len(day.slips) == 7  # sold at three services, moved to a new one; a code, a PIN, a box of blanks
    assert not any("new-card" in name for name in names)
