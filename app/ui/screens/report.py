"""An X at any time, a numbered Z that was made: on paper as it prints. Z closes the day, after one more question."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget

from app.domain.messages import CloseDay
from app.domain.view import ReportBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.office_text import Office
from app.ui.report_paper import OnReport, report_paper
from app.ui.screens.base import ENTER, ESCAPE, ScreenWidget
from app.ui.text import Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.decision import Decision
from app.ui.widgets.figures import Total
from app.ui.widgets.paper_scroll import PaperScroll
from app.ui.widgets.parts import Text, column, frame, page, row

FUNCTION_KEYS = range(int(Qt.Key.Key_F1), int(Qt.Key.Key_F12) + 1)


class ReportScreen(ScreenWidget):
    """Paper at the left; what it is and what can be done at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._body: ReportBody | None = None
        self._scroll = PaperScroll(self.look)
        self._title = Text("", 28, bold=True, wrap=True)
        self._why = Text("", 16, muted=True, wrap=True)
        self.tell("message", self._title)
        self._open = Text("", 16, bold=True, wrap=True, tone="checking")
        self._close = TaskButton(self.look, say(Office.CLOSE_DAY), "Z", big=True)
        self._close.clicked.connect(self._ask)
        done = TaskButton(self.look, say(Say.DONE), say(Say.ENTER), "primary", big=True)
        done.clicked.connect(lambda: self.key(ENTER[0], ""))
        self._about = QWidget()
        self._net = Total(self.look, say(OnReport.NET))
        self._loaded = Total(self.look, say(OnReport.LOADED), (28, 20))
        self._paid_out = Total(self.look, say(Say.WORD_PAID_OUT), (28, 20))
        debts = row([self._loaded, self._paid_out], gap=2)
        figures: list[QWidget | QLayout] = [self._title, self._net, debts, self._open, self._why]
        words = frame("panel", column(figures, gap=2, margin=2))
        self._about.setLayout(column([words, 1, self._close, done]))
        self._decision = Decision(self.look)
        self._decision.decided.connect(lambda _why: self.desk.send(CloseDay()))
        self._decision.left.connect(self._about.show)
        right = column([self._about, self._decision])
        sides = row([self._scroll, right], gap=2)
        sides.setStretch(1, 1)
        self.setLayout(page([sides]))

    def enter(self) -> None:
        """From the top, nothing asked."""
        super().enter()
        self._decision.close_question()
        self._scroll.to_top()

    def leave(self) -> None:
        """A question left open is no yes."""
        super().leave()
        self._decision.close_question()

    def show_body(self, view: TillView) -> None:
        """The report."""
        body = view.body
        assert isinstance(body, ReportBody)
        if self._body is not None and self._body.number != body.number:
            self._decision.close_question()
            self._scroll.to_top()
        self._body = body
        self._scroll.paper.show_lines(report_paper(body.report, view.store, view.terminal_id))
        closed = body.number > 0
        self._title.say(say(Office.Z_TITLE if closed else Office.X_TITLE))
        self._why.say(say(Office.Z_WHY if closed else Office.X_WHY))
        report = body.report
        self._net.show_figure(fmt.money(report.sales.amount - report.given_back.amount))
        self._loaded.show_figure(fmt.money(report.loads.amount))
        self._paid_out.show_figure(fmt.money(report.paid_out.amount - report.paid_out_back.amount))
        self._paid_out.setVisible(bool(report.paid_out.count or report.paid_out_back.count))
        carried = len(report.carried)
        self._open.say(say(Office.CLOSE_OPEN, n=carried) if carried else "")
        self._open.setVisible(bool(carried))
        self._close.setVisible(not closed)
        self._close.relabel(say(Office.CLOSE_DAY), "" if body.can_close else say(Office.CLOSE_MANAGER))

    def _ask(self) -> None:
        if self._body is None or not self._body.can_close or self._body.number:
            return
        self._about.hide()
        why = [say(Office.CLOSE_WHY)]
        if self._body.report.carried:
            why.append(say(Office.CLOSE_OPEN, n=len(self._body.report.carried)))
        question = say(Office.CLOSE_ASK, day=self._body.report.business_day)
        self._decision.ask(question, " ".join(why), say(Office.CLOSE_DAY))

    def key(self, key: int, text: str) -> bool:
        """Z asks; the arrows turn the paper; Enter and Esc go back to the manager's view."""
        if self._decision.asking and key not in FUNCTION_KEYS:
            return self._decision.key(key)
        if text.lower() == "z":
            self._ask()
            return True
        return self._scroll.key(key) or (key in (*ENTER, ESCAPE) and super().key(key, text))
