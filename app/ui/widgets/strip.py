"""The status strip: reader, line, each backend and the queue, each as shape, colour and word."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.view import BackendLamp, Lamp, TillView
from app.ui.card_text import Card
from app.ui.look import Look
from app.ui.presenters import backend_lamp, line_lamp, queue_text, reader_lamp
from app.ui.text import Say, say
from app.ui.widgets.lamp import SHAPES, LampLabel, ShapeMark, show_scanner
from app.ui.widgets.parts import ElidedText, Text, frame

HEIGHT = 45
"""44 and the hairline above."""
_QUIET = (Lamp.GOOD, Lamp.BUSY, Lamp.OFF)
"""What is no trouble of one backend alone; the last of them that is there is shown for all."""
_STEPS = 3
"""Backends that are well become one lamp; then the devices that are ready say no more than their names; then the age of
the queue is left to its screen."""


class QueueLamp(QWidget):
    """The queue in pieces, so that count and amount can be read by themselves."""

    clicked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._mark = ShapeMark(look, 18)
        self.count = Text("0", 14, bold=True)
        self._word = Text("", 14)
        self.amount = Text("", 14, bold=True)
        self._rest = ElidedText("", 14)
        self.count.setObjectName("queue_count")
        self.amount.setObjectName("queue_amount")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for item in (self._mark, self.count, self._word, self.amount, self._rest):
            layout.addWidget(item)
        self._short = False
        self.setMinimumHeight(44)

    def shorten(self, *, on: bool) -> None:
        """Leave the age and the desk out of the picture, where there is no room; the accessible name keeps them."""
        self._short = on
        self._rest.setVisible(bool(self._rest.text()) and not on)

    def show_view(self, view: TillView, now: datetime) -> None:
        """Take the totals."""
        queue = queue_text(view.strip.queue, now)
        shape, role = SHAPES[queue.lamp]
        self._mark.change(shape, role)
        self.count.say(queue.count)
        self._word.say(queue.word)
        self.amount.say(queue.amount)
        self._rest.say(queue.rest)
        nothing = view.strip.queue.count == 0
        self.count.setVisible(not nothing)
        self.amount.setVisible(not nothing)
        self._rest.setVisible(bool(queue.rest) and not self._short)
        told = (queue.word, queue.rest) if nothing else (queue.count, queue.word, queue.amount, queue.rest)
        self.setAccessibleName(" ".join(part for part in told if part))

    def mouseReleaseEvent(self, event: object) -> None:  # noqa: N802, ARG002 - Qt's name
        """A click opens the queue."""
        self.clicked.emit()


class StatusStrip(QWidget):
    """Lamps in a row."""

    queue_clicked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.reader = LampLabel(look)
        self.line = LampLabel(look)
        self.reader.setObjectName("reader")
        self.line.setObjectName("line")
        self.scanner = LampLabel(look)
        self.scanner.setObjectName("scanner")
        self.backends: list[LampLabel] = []
        self.services = LampLabel(look)
        self.services.setObjectName("services")
        self.printer = LampLabel(look)
        self.queue = QueueLamp(look)
        self.queue.clicked.connect(self.queue_clicked)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(16, 0, 16, 0)
        self._row.setSpacing(16)
        self._row.addWidget(self.reader)
        self._row.addWidget(self.scanner)
        self._row.addWidget(self.line)
        self._row.addWidget(self.services)
        self._row.addWidget(self.printer)
        self._row.addStretch(1)
        self._row.addWidget(self.queue)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame("strip", self._row))
        self.setFixedHeight(HEIGHT)
        for lamp in (self.reader, self.scanner, self.line, self.services, self.printer, self.queue):
            lamp.hide()  # until there is something to tell
        self._lamps: tuple[BackendLamp, ...] = ()

    def show_view(self, view: TillView, now: datetime) -> None:
        """Light the lamps."""
        strip = view.strip
        for always in (self.reader, self.line, self.queue):
            always.show()
        reader = reader_lamp(strip.reader)
        self.reader.show_lamp(reader.lamp, reader.text)
        self.reader.setToolTip(strip.reader_name)
        show_scanner(self.scanner, strip)
        self.scanner.setToolTip(strip.scanner_name)
        line = line_lamp(strip.line, cut=view.line_cut)
        self.line.show_lamp(line.lamp, line.text)
        while len(self.backends) < len(strip.backends):
            lamp = LampLabel(self._look)
            # the first one answers to the plain name; a second backend is found by its face
            lamp.setObjectName("backend" if not self.backends else f"backend_{strip.backends[len(self.backends)].face}")
            self._row.insertWidget(self._row.indexOf(self.printer), lamp)
            self.backends.append(lamp)
        for lamp, backend in zip(self.backends, strip.backends, strict=False):
            words = backend_lamp(backend)
            lamp.show_lamp(words.lamp, words.text)
        self._lamps = strip.backends
        self.printer.setVisible(strip.printer is not Lamp.GOOD)
        self.printer.show_lamp(strip.printer, say(Say.PRINTER_BAD))
        self.queue.show_view(view, now)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A narrow strip has less room for what is well."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Step by step shorter, until it fits: what is well says less, trouble keeps its words."""
        for step in range(_STEPS + 1):
            self._crowd(step)
            if self._needed() <= self.width():
                return

    def _needed(self) -> int:
        """How wide the row would be now; added up here, because the layout hears of changed words only later."""
        lamps = (self.reader, self.scanner, self.line, self.services, *self.backends, self.printer, self.queue)
        shown = [lamp.sizeHint().width() for lamp in lamps if not lamp.isHidden()]
        margins = self._row.contentsMargins()
        return sum(shown) + self._row.spacing() * len(shown) + margins.left() + margins.right()

    def _crowd(self, step: int) -> None:
        quiet = [lamp.lamp for lamp in self._lamps if lamp.lamp in _QUIET]
        together = step > 0 and len(quiet) > 1
        for shown, lamp in zip(self.backends, self._lamps, strict=False):
            shown.setVisible(not together or lamp.lamp not in _QUIET)
        self.services.setVisible(together)
        if together:
            self.services.show_lamp(max(quiet, key=_QUIET.index), say(Card.SERVICES, n=len(quiet)))
        for device, word in ((self.reader, Card.READER), (self.scanner, Card.SCANNER)):
            short = step > 1 and device.property("lamp") == Lamp.GOOD.value
            device.shorten(say(word) if short else device.text())
        self.queue.shorten(on=step > _STEPS - 1)
