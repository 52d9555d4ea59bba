"""The top bar: whose till it is, who works at it, what time it is, and whether this is training."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from app.domain.view import TillView
from app.ui import format as fmt
from app.ui.look import Look
from app.ui.text import Say, say
from app.ui.widgets.parts import Text, frame, row

HEIGHT = 48
BAND = 6


class Logo(QWidget):
    """A stanchion: a post that stands, with a belt that holds."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedSize(28, 28)
        self.setAccessibleName(say(Say.APP))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Rounded square, post, foot and belt."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("primary"))
        painter.drawRoundedRect(QRectF(0, 0, 28, 28), 8, 8)
        sign = self._look.colour("on_primary")
        painter.setPen(QPen(sign, 2.4, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(14, 8, 14, 21)
        painter.drawLine(9, 21, 19, 21)
        painter.drawLine(14, 11, 22, 14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(sign)
        painter.drawEllipse(QRectF(11.4, 4.8, 5.2, 5.2))
        painter.end()


class TrainingBand(QWidget):
    """The coloured band along the top edge."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedHeight(BAND)
        self.setAccessibleName(say(Say.TRAINING_HINT))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """One colour."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("information"))
        painter.end()


class TrainingWord(Text):
    """The word, in a pill of the band's colour."""

    def __init__(self, look: Look) -> None:
        super().__init__(say(Say.TRAINING), 14, bold=True, align=Qt.AlignmentFlag.AlignHCenter)
        self._look = look
        self.setContentsMargins(12, 0, 12, 0)
        self.setFixedHeight(26)
        self.setToolTip(say(Say.TRAINING_HINT))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Pill and word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("information"))
        painter.drawRoundedRect(QRectF(self.rect()), 13, 13)
        painter.setPen(self._look.colour("on_information"))
        painter.setFont(self.font())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class TopBar(QWidget):
    """Band and bar."""

    lock_clicked = Signal()
    line_clicked = Signal()
    cards_clicked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.band = TrainingBand(look)
        self._till = Text("", 14, muted=True)
        self._who = Text("", 14, muted=True)
        self._word = TrainingWord(look)
        self._clock = Text("", 16, bold=True)
        self._lock = QPushButton()
        self._line = QPushButton()
        self._cards = QPushButton(f"D {say(Say.DEMO_CARDS)}")
        self._cards.setAccessibleName(self._cards.text())
        self._has_cards = False
        for button in (self._lock, self._line, self._cards):
            button.setProperty("kind", "top")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._lock.clicked.connect(self.lock_clicked)
        self._line.clicked.connect(self.line_clicked)
        self._cards.clicked.connect(self.cards_clicked)
        self._name = Text(say(Say.APP), 20, bold=True)
        left: list[QWidget | int] = [Logo(look), self._name, 0, self._till, 0, self._who]
        right: list[QWidget | int] = [self._cards, self._line, self._clock, self._lock]
        layout = row([*left, 1, self._word, 1, *right])
        layout.setContentsMargins(16, 0, 8, 0)
        layout.insertSpacing(2, 8)
        layout.insertSpacing(5, 8)
        bar: QFrame = frame("top", layout)
        bar.setFixedHeight(HEIGHT)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.band)
        outer.addWidget(bar)
        for later in (self.band, self._word, self._cards, self._line, self._lock):
            later.hide()  # until it is known whether this is training, and whose till it is

    def show_view(self, view: TillView) -> None:
        """Names and the training marks."""
        self.band.setVisible(view.training)
        self._word.setVisible(view.training)
        self._line.setVisible(view.training)
        self._cards.setVisible(self._has_cards and view.operator is not None)
        # a till whose id is a bare number is "Till 2"; one that has a name of its own keeps it
        till = say(Say.TILL, id=view.terminal_id) if view.terminal_id.isdigit() else view.terminal_id
        self._till.say(till)
        self._who.say(view.operator.name if view.operator else say(Say.NOBODY))
        line = f"F12 {say(Say.JOIN_LINE if view.line_cut else Say.CUT_LINE)}"
        lock = f"F10 {say(Say.LOCK)}"
        for button, text in ((self._line, line), (self._lock, lock)):
            if button.text() != text:
                button.setText(text)
                button.setAccessibleName(text)
        self._lock.setVisible(view.operator is not None)

    def offer_cards(self) -> None:
        """There are demo cards to be swiped."""
        self._has_cards = True

    def show_time(self, now: datetime) -> None:
        """The clock."""
        self._clock.say(fmt.clock(now))
