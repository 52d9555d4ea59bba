"""Waiting for a card: one sentence, the reader's lamp, and the day so far in small."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.messages import ReaderState
from app.domain.transaction import State
from app.domain.view import HomeBody, TillView
from app.ui import format as fmt
from app.ui.card_text import Card
from app.ui.desk import Desk
from app.ui.presenters import money_words, reader_lamp
from app.ui.screens.base import ScreenWidget
from app.ui.text import Say, say
from app.ui.widgets.lamp import LampLabel, show_scanner
from app.ui.widgets.parts import Text, column, frame, page, row
from app.ui.widgets.swipe_art import SwipeArt

LAST_SHOWN = timedelta(seconds=5)
"""How long the outcome just left stays in sight."""
CENTRE = Qt.AlignmentFlag.AlignHCenter


class HomeScreen(ScreenWidget):
    """ "Swipe a card"."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._since: datetime = desk.now()
        self._title = Text(say(Say.SWIPE_A_CARD), 44, bold=True, wrap=True, align=CENTRE)
        self._reader = LampLabel(self.look, 20)
        self._hint = Text(say(Say.SWIPE_ANYWHERE), 16, muted=True, wrap=True, align=CENTRE)
        self._scanner = LampLabel(self.look, 20)
        self._last = Text("", 20, align=CENTRE)
        self._count = Text("", 28, bold=True)
        self._sum = Text("", 28, bold=True)
        self.tell("message", self._title)
        tiles = row([1, self._tile(Say.TODAY_COUNT, self._count), self._tile(Say.TODAY_SUM, self._sum), 1], gap=2)
        art = row([1, SwipeArt(self.look), 1])
        lamp = row([1, self._reader, self._scanner, 1], gap=3)
        self.setLayout(page([2, art, self._title, lamp, self._hint, 1, self._last, tiles], gap=2))

    def _tile(self, title: Say, figure: Text) -> QWidget:
        tile = frame("panel", column([Text(say(title), 14, muted=True), figure], gap=0, margin=2))
        tile.setMinimumWidth(224)
        return tile

    def enter(self) -> None:
        """The last outcome is shown from now."""
        super().enter()
        self._since = self.desk.now()

    def show_body(self, view: TillView) -> None:
        """Lamp, figures, and the outcome just left."""
        body = view.body
        assert isinstance(body, HomeBody)
        lamp = reader_lamp(view.strip.reader)
        self._reader.show_lamp(lamp.lamp, lamp.text)
        show_scanner(self._scanner, view.strip)
        scans = view.strip.scanner is ReaderState.READY
        self._title.say(say(Card.SWIPE_OR_SCAN if scans else Say.SWIPE_A_CARD))
        self._count.say(str(body.count_today))
        self._sum.say(fmt.money(body.sum_today))
        if body.last is not None:
            last = body.last
            # a sale that was given up is not told as paid
            state = State.CANCELLED if last.state in (State.REVERSING, State.REVERSED) else last.state
            self._last.say(say(Say.LAST_ONE, what=money_words(last.verb, last.amount, state)))
        self._hint.say(say(Say.DEMO_HINT if self.desk.tray.cards else Say.SWIPE_ANYWHERE))
        self.tick()

    def tick(self) -> None:
        """Put the last outcome away after five seconds; its line keeps its place so that nothing jumps."""
        body = self.view.body if self.view else None
        shown = isinstance(body, HomeBody) and body.last is not None and self.desk.now() - self._since < LAST_SHOWN
        if not shown:
            self._last.say("")
