"""The net below: nothing that looks like a card passes into the log, and nothing lies where it should not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import logs
from app.paths import data_directory, log_file, receipts_directory

PAN = "9578123456789012345"
TRACK2 = f"{PAN}=29121011234567890"


@pytest.mark.parametrize(
    "text",
    [
        PAN,
        f"card {PAN}.",
        f"'{PAN}'",
        f"pan={PAN}&x",
        f"b'{PAN}'",
        TRACK2,
        f";{TRACK2}?",
        PAN.replace("5", "5", 1)[:13],
        " ".join([PAN[:4], PAN[4:8], PAN[8:12], PAN[12:]]),
        "-".join([PAN[:4], PAN[4:8], PAN[8:12], PAN[12:]]),
    ],
)
def test_a_card_keeps_its_last_four_digits_only(text: str) -> None:
    told = logs.redact(text)
    longest = max((len(run) for run in "".join(c if c.isdigit() else " " for c in told).split()), default=0)
    assert longest <= 4
    assert PAN[4:8] not in told.replace(" ", "").replace("-", "").replace(PAN[-4:], "")


@pytest.mark.parametrize(
    "text",
    ["STAN 000123", "2026-03-02 09:00:00,123", "record 12345678", "6d8f2c1e-0000-4000-8000-00000000000b", "0.25 s"],
)
def test_what_an_engineer_needs_stays(text: str) -> None:
    assert logs.redact(text) == text


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    level = root.level
    handler = logs.set_up(tmp_path / "till.log")
    yield tmp_path / "till.log"
    root.removeHandler(handler)
    root.setLevel(level)
    handler.close()


def test_arguments_and_tracebacks_are_redacted_too(log: Path) -> None:
    try:
        raise ValueError(PAN)
    except ValueError:
        logging.getLogger("any").exception("swiped %s", TRACK2)
    told = log.read_text()
    assert PAN not in told
    assert "…2345" in told


def test_a_log_that_can_not_be_written_is_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    handler = logs.set_up(Path("/dev/full"))
    assert isinstance(handler, logs.BoundedFile)
    try:
        logging.getLogger("any").warning("swiped %s", TRACK2)
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
    assert "Traceback" not in capfd.readouterr().err


def test_the_log_is_bounded(tmp_path: Path) -> None:
    handler = logs.set_up(tmp_path / "till.log")
    assert isinstance(handler, logs.BoundedFile)
    assert (handler.maxBytes, handler.backupCount) == (logs.MAX_BYTES, logs.BACKUPS)
    logging.getLogger().removeHandler(handler)
    handler.close()


def test_training_and_real_money_never_share_a_folder() -> None:
    training, production = data_directory(training=True), data_directory(training=False)
    assert training != production
    assert training not in production.parents
    assert production not in training.parents


def test_the_data_folder_follows_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_directory(training=True).is_relative_to(tmp_path)


def test_paper_lies_beside_the_data_and_the_log_in_it(tmp_path: Path) -> None:
    data = tmp_path / "till"
    assert not receipts_directory(data).is_relative_to(data)
    assert log_file(data).parent == data
