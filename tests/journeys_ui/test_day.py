"""The scripted day from beginning to end, and what must be true of it."""

from __future__ import annotations

import json

from tests.journeys_ui.played import Day

PNG = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 400_000


def test_till_and_issuer_agree_to_the_cent(day: Day) -> None:
    assert day.outcome.good, (day.outcome.faults, [row for row in day.outcome.reconciliation.rows if not row.agrees])
    told = json.loads(day.place.reconciliation.read_text(encoding="utf-8"))
    assert told["agree"] is True
    assert told["till_total"] == told["issuer_total"]
    assert len(told["rows"]) > 15


def test_the_day_had_its_troubles(day: Day) -> None:
    states = {row.till_state for row in day.outcome.reconciliation.rows}
    assert {"APPROVED", "DECLINED", "REVERSED"} <= states
    assert day.outcome.duplicates >= 3  # killed with two on the wire, and one answer lost


def test_every_step_has_a_picture_and_its_text(day: Day) -> None:
    assert len(day.outcome.shots) > 40
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


def test_receipts_stay_and_the_new_card_s_slip_went_with_its_customer(day: Day) -> None:
    names = [path.name for path in day.place.receipts.iterdir()]
    assert any("-redeem-final" in name for name in names)
    assert any("-z1" in name for name in names)
    assert not any("new-card" in name for name in names)
