"""Which cards go into one: each is swiped, looked up and added to the list, until Enter.

Nothing has moved yet. The last one is taken off again with Backspace; that the others end is said before Enter.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from app.domain.job_messages import DropSource
from app.domain.messages import Confirm, KeyCard
from app.domain.view import SourcesBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.job_text import JobSay
from app.ui.presenters import reader_lamp
from app.ui.screens.base import BACKSPACE, ENTER, ESCAPE, ScreenWidget
from app.ui.text import Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.card_face import SMALL_WIDTH, CardFace
from app.ui.widgets.lamp import LampLabel
from app.ui.widgets.parts import Text, column, frame, page, row
from app.ui.widgets.rows import Rows, RowText
from app.ui.widgets.swipe_art import SwipeArt
from app.ui.widgets.warning_list import WarningList

BACKSPACE_CAP = "\u2190"


class SourcesScreen(ScreenWidget):
    """The card that stays on the left, those that give their money on the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        title = Text(say(JobSay.SOURCES_TITLE), 28, bold=True, wrap=True)
        self._face = CardFace(self.look)
        self._face.shrink(small=True)
        self._holds = Text("", 16, bold=True)
        self._sum_title = Text("", 16, muted=True, wrap=True)
        self._sum = BigAmount(self.look, sizes=(44, 28))
        self._message = Text("", 20, bold=True, wrap=True)
        self._reader = LampLabel(self.look, 20)
        self.tell("amount", self._sum)
        self.tell("balance", self._holds)
        self.tell("message", self._message)
        self._rows = Rows(self.look, say(JobSay.SOURCES_LIST))
        self._listed = QStackedWidget()
        self._listed.addWidget(frame("panel", column([1, row([1, SwipeArt(self.look), 1]), 1])))
        self._listed.addWidget(self._rows)
        self._warnings = WarningList(self.look)
        self._warnings.show_sentences([(say(JobSay.WARN_SOURCES_END), "warn")])
        stays = Text(say(JobSay.SOURCES_TARGET), 14, bold=True, muted=True, wrap=True)
        target = frame("panel", column([stays, self._face, self._holds, 1], margin=2))
        target.setFixedWidth(SMALL_WIDTH + 34)
        self._drop = TaskButton(self.look, say(JobSay.SOURCES_DROP), BACKSPACE_CAP)
        self._drop.clicked.connect(lambda: self.desk.send(DropSource()))
        total = row([column([self._sum_title, self._sum], gap=0), self._drop])
        total.setStretch(0, 1)
        right = column([self._message, self._listed, total])
        right.setStretch(1, 1)
        middle = row([column([target, self._reader, 1]), right], gap=2)
        middle.setStretch(1, 1)
        back = TaskButton(self.look, say(Say.BACK), say(Say.ESC), big=True)
        back.clicked.connect(lambda: self.key(ESCAPE, ""))
        key = TaskButton(self.look, say(Say.KEY_NUMBER), "K", big=True)
        key.clicked.connect(lambda: self.desk.send(KeyCard()))
        self._go = TaskButton(self.look, say(Say.CONTINUE), say(Say.ENTER), "primary", big=True)
        self._go.clicked.connect(lambda: self.key(ENTER[0], ""))
        layout = page([title, middle, self._warnings, row([back, 1, key, self._go])])
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def show_body(self, view: TillView) -> None:
        """Target, sources, their sum, and what to do next."""
        body = view.body
        assert isinstance(body, SourcesBody)
        self._face.show_card(body.target)
        holds = fmt.money(body.target_balance) if body.target_balance is not None else say(Say.BALANCE_UNKNOWN)
        self._holds.say(holds)
        self._rows.show_rows([_row(place, body) for place in reversed(range(len(body.sources)))], choose_first=False)
        self._listed.setCurrentIndex(1 if body.sources else 0)
        unknown = any(source.balance is None for source in body.sources)
        self._sum_title.say(say(JobSay.SOURCES_SUM_KNOWN if unknown else JobSay.SOURCES_SUM))
        self._sum.show_money(body.total, "ink" if body.sources else "muted")
        self._message.say(self._next(body))
        lamp = reader_lamp(view.strip.reader)
        self._reader.show_lamp(lamp.lamp, lamp.text)
        self._drop.setEnabled(bool(body.sources) and not body.asking)
        self._go.setEnabled(bool(body.sources) and not body.asking)

    @staticmethod
    def _next(body: SourcesBody) -> str:
        if body.asking:
            return say(JobSay.SOURCES_ASKING)
        if len(body.sources) >= body.most:
            return say(JobSay.SOURCES_FULL, most=body.most)
        return say(JobSay.SOURCES_MORE if body.sources else JobSay.SOURCES_NONE)

    def key(self, key: int, text: str) -> bool:
        """Backspace takes the last one off; Enter goes on once there is one. Arrows turn the list."""
        if key == BACKSPACE:
            if self._drop.isEnabled():
                self.desk.send(DropSource())
        elif key in ENTER:
            if self._go.isEnabled():
                self.desk.send(Confirm())
        elif key in (int(Qt.Key.Key_Up), int(Qt.Key.Key_Down)):
            self._rows.move_choice(1 if key == int(Qt.Key.Key_Down) else -1)
        else:
            return super().key(key, text)
        return True


def _row(place: int, body: SourcesBody) -> RowText:
    """``2  •••• 7713   100.00 NOK``; what is not known is not called nothing."""
    source = body.sources[place]
    known = source.balance is not None
    return RowText(
        key=f"{place} {source.card.last4}",
        lead=str(place + 1),
        title=fmt.money(source.balance) if source.balance is not None else say(Say.BALANCE_UNKNOWN),
        aside=fmt.masked(source.card.last4),
        under=source.card.programme,
        under_aside=say(Say.KEYED) if source.card.keyed else "",
        shape="tick" if known else "warn",
        role="approved" if known else "checking",
    )
