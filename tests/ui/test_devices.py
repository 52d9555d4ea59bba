"""The scanner's lamp beside the reader's, and a strip that has room for four backends in the smallest window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from app.domain.messages import ReaderState
from app.domain.view import BackendLamp, Lamp, TillView
from app.ui.widgets.lamp import LampLabel
from app.ui.widgets.parts import ElidedText, Text
from tests.ui import samples
from tests.ui.conftest import MakeRig
from tests.ui.window import Rig

TITLES = {"swedbankpay": "Swedbank Pay", "parpay": "PAR Pay", "gr4vy": "Gr4vy", "dintero": "Dintero"}


def view(
    screen: str = "home", scanner: ReaderState | None = ReaderState.READY, lamps: Mapping[str, Lamp] | None = None
) -> TillView:
    """A till with four backends, good unless said otherwise."""
    backends = tuple(BackendLamp(face, title, (lamps or {}).get(face, Lamp.GOOD), 20) for face, title in TITLES.items())
    shown = samples.picture(screen)
    return replace(shown, strip=replace(shown.strip, backends=backends, scanner=scanner))


def visible(rig: Rig) -> list[str]:
    """The lamps of the strip that are drawn, by their whole words."""
    return [lamp.text() for lamp in rig.window.strip.findChildren(LampLabel) if lamp.isVisible()]


def cut(rig: Rig) -> list[str]:
    """Words of the strip that end in dots."""
    rig.window.grab()
    labels = [label for label in rig.window.strip.findChildren(ElidedText) if label.isVisible()]
    return [label.text() for label in labels if label.fontMetrics().horizontalAdvance(label.text()) > label.width()]


@pytest.mark.parametrize("state", list(ReaderState))
def test_every_state_of_the_scanner_has_a_word_and_a_shape(rig: Rig, state: ReaderState) -> None:
    rig.show(view(scanner=state))
    assert rig.text("scanner")
    assert rig.find("scanner").isVisible()
    assert (rig.find("scanner").property("lamp") == Lamp.GOOD.value) is (state is ReaderState.READY)


def test_a_till_without_a_scanner_speaks_of_none(rig: Rig) -> None:
    rig.show(view(scanner=None))
    assert not rig.find("scanner").isVisible()
    assert rig.text("message") == "Swipe a card"
    rig.show(view("await-card", scanner=None))
    said = [text.text() for text in rig.window.stack.findChildren(Text) if text.isVisible()]
    assert said
    assert [text for text in said if "scan" in text.lower()] == []
    rig.show(view("await-card"))
    assert any("scan" in text.text() for text in rig.window.stack.findChildren(Text) if text.isVisible())


def test_where_a_scanner_is_ready_the_screens_say_that_a_card_may_be_scanned(rig: Rig) -> None:
    rig.show(view())
    assert rig.text("message") == "Swipe or scan a card"
    rig.show(view(scanner=ReaderState.LOST))
    assert rig.text("message") == "Swipe a card"


def test_a_wide_strip_names_everything(rig: Rig) -> None:
    rig.show(view(lamps={"dintero": Lamp.BAD}))
    assert visible(rig) == [
        "Reader ready", "Scanner ready", "Line", "Swedbank Pay", "PAR Pay", "Gr4vy", "Dintero silent",
    ]  # fmt: skip
    assert cut(rig) == []


@pytest.mark.parametrize(
    ("lamps", "named"),
    [
        ({}, ["4 services"]),
        ({"dintero": Lamp.BAD}, ["3 services", "Dintero silent"]),
        ({"parpay": Lamp.WARN, "gr4vy": Lamp.BUSY}, ["3 services", "PAR Pay slow 0.0\u00a0s"]),
        (dict.fromkeys(TITLES, Lamp.OFF), ["4 services"]),
        ({"swedbankpay": Lamp.BAD, "parpay": Lamp.BAD, "gr4vy": Lamp.BAD}, None),
    ],
)
def test_a_narrow_strip_puts_together_what_is_well_and_cuts_no_word(
    make_rig: MakeRig, lamps: dict[str, Lamp], named: list[str] | None
) -> None:
    rig = make_rig(size=(1024, 600))
    rig.show(view(lamps=lamps))
    assert cut(rig) == []
    if named is not None:
        assert visible(rig)[3:] == named
    assert rig.text("reader") == "Reader ready", "what is drawn shorter is still told whole"
    assert rig.text("backend").startswith("Swedbank Pay")
    rig.window.resize(1920, 1080)
    rig.show(view(lamps=lamps))
    assert rig.find("services").isVisible() is False


def test_the_queues_age_comes_back_when_there_is_room(make_rig: MakeRig) -> None:
    rig = make_rig(size=(1024, 600))
    rig.show(view(lamps={"parpay": Lamp.WARN, "dintero": Lamp.BAD}))
    assert "oldest" in rig.window.strip.queue.accessibleName(), "and is told all the while"
    rig.window.resize(1920, 1080)
    rig.show(view(lamps={"parpay": Lamp.WARN, "dintero": Lamp.WARN}))
    assert any(
        "oldest" in label.text() for label in rig.window.strip.queue.findChildren(ElidedText) if label.isVisible()
    )
