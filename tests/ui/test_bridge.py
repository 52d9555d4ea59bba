"""Pictures cross from threads to the window; storms of them cost one drawing."""

from __future__ import annotations

import os
import signal
import sys
import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.view import HomeBody, TillView
from app.ui.application import Failures, SignalWatch, failure_hooks, load_fonts, theme_for
from app.ui.bridge import Bridge
from app.ui.theme import DARK, LIGHT
from tests.ui import samples
from tests.ui.window import Rig, settle

STORM = 5000


class Listener(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[object] = []

    @Slot(object)
    def hear(self, value: object) -> None:
        self.seen.append(value)


def counted(number: int) -> TillView:
    return samples.picture("home", body=HomeBody(number, samples.nok(number)))


def storm(bridge: Bridge, start: int, count: int) -> None:
    for number in range(start, start + count):
        bridge.show(counted(number))


def test_five_thousand_emissions_do_not_hurt_the_interpreter(qapp: QApplication) -> None:
    bridge, listener = Bridge(), Listener()
    bridge.view_changed.connect(listener.hear)
    view = samples.picture("home")
    before = sys.getrefcount(view)
    for _ in range(STORM):
        bridge.view_changed.emit(view)
    assert len(listener.seen) == STORM
    listener.seen.clear()
    assert sys.getrefcount(view) <= before + 2


def test_a_storm_from_four_threads_ends_with_a_newest_picture_on_the_windows_thread(rig: Rig, qtbot: QtBot) -> None:
    threads = [threading.Thread(target=storm, args=(rig.bridge, start, STORM // 4)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = counted(99)
    rig.bridge.show(last)
    qtbot.waitUntil(lambda: rig.window.view == last)


def test_pictures_that_wait_are_overtaken_by_the_newest(qapp: QApplication) -> None:
    bridge, listener = Bridge(), Listener()
    bridge.view_changed.connect(listener.hear)
    thread = threading.Thread(target=storm, args=(bridge, 0, 100))
    thread.start()
    thread.join()
    settle()
    assert listener.seen == [counted(99)]


def test_an_equal_picture_is_not_drawn_again(rig: Rig) -> None:
    rig.show(samples.picture("home"))
    first = rig.window.view
    rig.window.show_view(replace(samples.picture("home")))
    assert rig.window.view is first


def test_sigterm_reaches_the_event_loop_while_it_sleeps(qapp: QApplication, qtbot: QtBot) -> None:
    watch = SignalWatch((signal.SIGUSR1,))
    try:
        with qtbot.waitSignal(watch.caught) as caught:
            os.kill(os.getpid(), signal.SIGUSR1)
        assert caught.args == [signal.SIGUSR1]
    finally:
        watch.close()


def test_a_failure_in_a_thread_marks_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    failures = Failures()

    def fail() -> None:
        raise LookupError("4821")

    silent = threading.excepthook
    threading.excepthook = lambda caught: None
    try:
        with failure_hooks(failures):
            thread = threading.Thread(target=fail)
            thread.start()
            thread.join()
    finally:
        threading.excepthook = silent
    assert failures.code == 1
    assert "4821" not in capsys.readouterr().err


def test_the_bundled_font_is_in_use(qapp: QApplication) -> None:
    assert load_fonts(qapp) == "Inter"


def test_a_theme_can_be_chosen_by_hand(qapp: QApplication) -> None:
    assert theme_for("light") == LIGHT
    assert theme_for("dark") == DARK
    assert theme_for("system") in (LIGHT, DARK)
