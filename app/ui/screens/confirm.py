"""All of it once more, in one sentence, and what a person must know. Nothing has moved; Enter does it, Escape does not.

What is written on the button is what happens: "Transfer", "Pay out", never "OK".
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout

from app.domain.job_messages import EndSource
from app.domain.messages import Confirm, Task
from app.domain.money import Money
from app.domain.view import ConfirmBody, TillView, Warn
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.job_text import CONFIRMS, GOOD_TO_KNOW, WARNINGS, JobSay
from app.ui.screens.base import ESCAPE, ScreenWidget
from app.ui.text import Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.card_face import CardFace
from app.ui.widgets.parts import ElidedText, Text, column, empty, frame, page, row
from app.ui.widgets.warning_list import WarningList

ROOMY = 560
ENDS = frozenset({Task.DELETE})
"""What takes something away for good has a button that looks so."""
SHOWN_SOURCES = 4
"""Sources named one by one; of more there is only the count."""


class ConfirmScreen(ScreenWidget):
    """Sentence, card, amount and facts, warnings, yes and no."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._facts_shown: tuple[tuple[str, str], ...] | None = None
        self._title = Text("", 28, bold=True, wrap=True)
        self.tell("message", self._title)
        self._face = CardFace(self.look)
        self._amount = BigAmount(self.look)
        self.tell("amount", self._amount)
        self._caption = Text(say(JobSay.IN_ALL), 16, muted=True)
        self._who = ElidedText("", 28, bold=True)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        figures = column([1, self._caption, self._amount, self._who, self._facts, 1])
        self._inner = row([self._face, figures], gap=3, margin=2)
        self._inner.setStretch(1, 1)
        panel = frame("panel", self._inner)
        self._warnings = WarningList(self.look)
        self._end = TaskButton(self.look, say(JobSay.END_SOURCE), "E", big=True)
        self._end.clicked.connect(self._toggle)
        self._yes = TaskButton(self.look, "", say(Say.ENTER), "primary", big=True)
        self._danger = TaskButton(self.look, "", say(Say.ENTER), "danger", big=True)
        for button in (self._yes, self._danger):
            button.clicked.connect(lambda: self.desk.send(Confirm()))
        no = TaskButton(self.look, say(Say.BACK), say(Say.ESC), big=True)
        no.clicked.connect(lambda: self.key(ESCAPE, ""))
        self._page = page(
            [self._title, panel, self._warnings, 1, row([no, 1, self._end, self._yes, self._danger])], gap=2
        )
        self.setLayout(self._page)

    def show_body(self, view: TillView) -> None:
        """What will happen."""
        body = view.body
        assert isinstance(body, ConfirmBody)
        sentence, verb = CONFIRMS[body.task]
        each = fmt.money(body.each) if body.each is not None else ""
        self._title.say(say(sentence, backend=body.backend, count=body.count, each=each))
        self._face.setVisible(body.card is not None)
        if body.card is not None:
            self._face.show_card(body.card)
        self._caption.setVisible(bool(body.amount) and body.task is Task.RANGE)
        self._who.say(body.recipient)
        self._who.setVisible(bool(body.recipient))
        made = body.task is Task.BLANKS
        self._amount.setVisible(bool(body.amount) or made)
        if body.amount:
            self._amount.show_money(body.amount)
        elif made:
            self._amount.show_text(str(body.count), say(JobSay.UNIT_CARDS))
        self._show_facts(_facts(body))
        self._warnings.show_sentences(
            [(say(WARNINGS[warn]), "info" if warn in GOOD_TO_KNOW else "warn") for warn in _warnings(body)]
        )
        self._show_end(body)
        danger = body.task in ENDS
        self._yes.setVisible(not danger)
        self._danger.setVisible(danger)
        (self._danger if danger else self._yes).relabel(say(verb))

    def _show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        fresh = tuple(facts)
        if fresh == self._facts_shown:
            return
        self._facts_shown = fresh
        empty(self._facts)
        for place, (name, value) in enumerate(fresh):
            self._facts.addWidget(Text(name, 16, muted=True), place, 0)
            self._facts.addWidget(ElidedText(value, 16, bold=True), place, 1)

    def _show_end(self, body: ConfirmBody) -> None:
        self._end.setVisible(body.end_source is not None)
        if body.end_source is None:
            return
        self._end.relabel(say(JobSay.END_SOURCE), "" if body.end_possible else say(JobSay.END_WHY_NOT))
        self._end.annotate(say(JobSay.YES if body.end_source else JobSay.NO))
        self._end.setProperty("chosen", body.end_source)

    def _toggle(self) -> None:
        body = self.view.body if self.view else None
        if isinstance(body, ConfirmBody) and body.end_source is not None and body.end_possible:
            self.desk.send(EndSource(not body.end_source))

    def key(self, key: int, text: str) -> bool:
        """E says whether the old card ends. No other card is keyed in the middle of a question."""
        if text.lower() == "e" and not self._end.isHidden():
            self._toggle()
        elif text.lower() == "k":
            pass
        else:
            return super().key(key, text)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A low window has a smaller card and less air."""
        super().resizeEvent(event)
        roomy = event.size().height() >= ROOMY
        self._face.shrink(small=not roomy)
        self._page.setSpacing(16 if roomy else 8)


def _facts(body: ConfirmBody) -> list[tuple[str, str]]:
    """Everything that was answered, by name; what the sentence or the amount says already is not said twice."""
    facts: list[tuple[str, str]] = []
    if body.balance is not None:
        facts.append((say(JobSay.FACT_BALANCE), fmt.money(body.balance)))
        if body.amount is not None and body.task in (Task.TRANSFER, Task.CASH_OUT) and body.amount <= body.balance:
            facts.append((say(JobSay.FACT_LEFT), fmt.money(body.balance - body.amount)))
    facts += _sources(body)
    if body.count and body.task is Task.RANGE:
        facts.append((say(JobSay.FACT_COUNT), str(body.count)))
    for word, value in (
        (JobSay.FACT_FIRST, shown_id(body.first)),
        (JobSay.FACT_LAST, shown_id(body.last)),
        (JobSay.FACT_CUSTOMER, body.customer),
    ):
        if value:
            facts.append((say(word), value))
    return facts


def _sources(body: ConfirmBody) -> list[tuple[str, str]]:
    count = len(body.sources)
    if not count:
        return []
    name = say(JobSay.FACT_SOURCE) if count == 1 else say(JobSay.FACT_SOURCES, count=count)
    if count > SHOWN_SOURCES:
        return [(name, "")]
    told = [f"{fmt.masked(source.card.last4)}   {_known(source.balance)}" for source in body.sources]
    return [(name, told[0]), *(("", line) for line in told[1:])]


def _known(balance: Money | None) -> str:
    return fmt.money(balance) if balance is not None else say(JobSay.NOT_KNOWN)


def _warnings(body: ConfirmBody) -> tuple[Warn, ...]:
    """What the step warns of; that the old card ends only while that is chosen."""
    return tuple(warn for warn in body.warnings if warn is not Warn.SOURCE_ENDS or body.end_source is not False)


def shown_id(text: str) -> str:
    """An id of a card as it is; of a number only its end, masked as everywhere. (Four digits alone are such an end.)"""
    digits = text.replace(" ", "")
    return fmt.masked(digits[-4:]) if digits.isdigit() and (len(digits) == 4 or len(digits) > 8) else text
