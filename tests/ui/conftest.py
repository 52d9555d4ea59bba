"""One application, fonts loaded; every rig is closed after its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.ui.application import make_application
from app.ui.text import PseudoTranslator
from app.ui.theme import LIGHT, Theme
from tests.ui.window import Rig, settle

MakeRig = Callable[..., Rig]


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application(["tests"])


@pytest.fixture
def make_rig(qapp: QApplication) -> Iterator[MakeRig]:
    rigs: list[Rig] = []

    def make(theme: Theme = LIGHT, size: tuple[int, int] = (1280, 800)) -> Rig:
        rigs.append(Rig(theme, size))
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.close()


@pytest.fixture
def rig(make_rig: MakeRig) -> Rig:
    return make_rig()


@pytest.fixture
def pseudo(qapp: QApplication) -> Iterator[None]:
    translator = PseudoTranslator()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)
    settle()
