"""From the till's picture to what the frame says: pure functions, testable without a window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import Qt

from app.domain.messages import ReaderState, Task
from app.domain.money import Money
from app.domain.transaction import IN_DOUBT, State
from app.domain.verb import Verb
from app.domain.view import BackendLamp, Lamp, Notice, NoticeKind, QueueTotals, ReceiptLine, TillView, Why
from app.ui import format as fmt
from app.ui import sentences
from app.ui.card_text import SCANNERS
from app.ui.list_text import PLAIN_ROWS, ROWS, Lists, is_plain, task_name
from app.ui.look import Shape
from app.ui.text import READERS, TASKS, Say, say

KEYS: Mapping[int, Task] = {
    int(Qt.Key.Key_F1): Task.BALANCE,
    int(Qt.Key.Key_F2): Task.PAY,
    int(Qt.Key.Key_F3): Task.LOAD,
    int(Qt.Key.Key_F4): Task.SELL,
    int(Qt.Key.Key_F5): Task.REFUND,
    int(Qt.Key.Key_F6): Task.VOID,
    int(Qt.Key.Key_F8): Task.QUEUE,
    int(Qt.Key.Key_F9): Task.MANAGER,
}
"""Function keys and the tasks they start; F7 opens the window's own list of the rest."""
LETTERS: Mapping[Task, str] = {
    Task.ACTIVATE: "A",
    Task.BLANKS: "B",
    Task.COMBINE: "C",
    Task.NEW_CODE: "E",  # extra
    Task.PREFER: "F",  # favourite
    Task.GIFT: "G",
    Task.SHARE: "H",
    Task.GIFT_NEW: "I",
    Task.DELETE: "L",
    Task.CUSTOMER: "M",
    Task.TRANSFER: "N",  # to a new card
    Task.STOP: "O",
    Task.STOP_LIST: "Q",  # quarantine
    Task.RESERVE: "R",
    Task.SAVE: "S",
    Task.CASH_OUT: "U",  # out
    Task.RESERVATIONS: "V",
    Task.NEW_PIN: "W",
    Task.ALL_CARDS: "Y",
    Task.RANGE: "Z",  # from A to Z
    Task.JOURNAL: "1",
    Task.X_REPORT: "2",
}
"""Letters of the further tasks, the same on a card's sheet and behind F7, in every language: they are printed on the
buttons. K (key a card), D (demo cards), T (another tender) and P (take part, print) mean something on every screen.
"""
KEY_NAMES: Mapping[Task, str] = {task: f"F{key - int(Qt.Key.Key_F1) + 1}" for key, task in KEYS.items()} | dict(LETTERS)

SLOW_MS = 1500
"""From here on a backend is called slow: the usability numbers allow a second."""


@dataclass(frozen=True, slots=True)
class LampText:
    """A lamp's state and its word."""

    lamp: Lamp
    text: str


_DEVICES: Mapping[ReaderState, Lamp] = {
    ReaderState.READY: Lamp.GOOD,
    ReaderState.CONNECTING: Lamp.BUSY,
    ReaderState.LOST: Lamp.BAD,
    ReaderState.MISSING: Lamp.WARN,
    ReaderState.MISCONFIGURED: Lamp.BAD,
}


def reader_lamp(state: ReaderState) -> LampText:
    """The card reader in the strip."""
    return LampText(_DEVICES[state], say(READERS[state]))


def scanner_lamp(state: ReaderState) -> LampText:
    """The scanner in the strip."""
    return LampText(_DEVICES[state], say(SCANNERS[state]))


def line_lamp(lamp: Lamp, *, cut: bool) -> LampText:
    """The line in the strip; cut by hand is said as such."""
    if cut:
        return LampText(Lamp.BAD, say(Say.LINE_CUT))
    words = {Lamp.GOOD: Say.LINE_GOOD, Lamp.WARN: Say.LINE_SLOW, Lamp.BUSY: Say.LINE_GOOD, Lamp.OFF: Say.LINE_GOOD}
    return LampText(lamp, say(words.get(lamp, Say.LINE_DOWN)))


def backend_lamp(backend: BackendLamp) -> LampText:
    """One backend in the strip, with its round trip where that is long."""
    name = backend.title
    if backend.lamp is Lamp.BAD:
        return LampText(Lamp.BAD, say(Say.BACKEND_DOWN, name=name))
    if backend.lamp is Lamp.OFF:
        return LampText(Lamp.OFF, say(Say.BACKEND_OFF, name=name))
    if backend.lamp is Lamp.WARN or backend.milliseconds >= SLOW_MS:
        return LampText(Lamp.WARN, say(Say.BACKEND_SLOW, name=name, time=fmt.seconds_of(backend.milliseconds)))
    return LampText(backend.lamp, say(Say.BACKEND_GOOD, name=name))


@dataclass(frozen=True, slots=True)
class QueueText:
    """The queue in the strip, in the pieces the screen shows side by side."""

    lamp: Lamp
    count: str
    word: str
    amount: str
    rest: str


def queue_text(queue: QueueTotals, now: datetime) -> QueueText:
    """How many, how much, how old, and whether a person must look."""
    pieces = [say(Say.QUEUE_OLDEST, age=fmt.age(queue.oldest, now))] if queue.oldest and queue.count else []
    if queue.at_desk:
        pieces.append(say(Say.QUEUE_DESK, n=queue.at_desk))
    lamp = Lamp.GOOD
    if queue.count:
        lamp = Lamp.BUSY
    if queue.at_desk:
        lamp = Lamp.WARN
    if queue.alarm:
        lamp = Lamp.BAD
    word = Say.QUEUE_WAITING if queue.count else Say.QUEUE_EMPTY
    return QueueText(lamp, str(queue.count), say(word), fmt.money(queue.amount), " · ".join(pieces))


@dataclass(frozen=True, slots=True)
class ReceiptText:
    """One row of the last receipts: time, words, and the shape of its state."""

    time: str
    words: str
    shape: Shape
    role: str


@dataclass(frozen=True, slots=True)
class _NotDone:
    """Words for what came to nothing or is in doubt: of a verb without money, of one whose task must be named, and of
    one whose amount tells enough.
    """

    plain: StrEnum
    named: StrEnum
    amount: StrEnum


_ASKED = _NotDone(Lists.PLAIN_ASKED, Lists.NAMED_ASKED, Say.ASKED_FOR)
_NOT_DONE: Mapping[State, _NotDone] = {
    State.OPEN: _ASKED,
    State.CARD_READ: _ASKED,
    State.READY: _ASKED,
    State.SENT: _ASKED,
    State.UNKNOWN: _ASKED,
    State.ATTENTION: _ASKED,
    State.DECLINED: _NotDone(Lists.PLAIN_DECLINED, Lists.NAMED_DECLINED, Say.NOT_MOVED),
    State.CANCELLED: _NotDone(Lists.PLAIN_CANCELLED, Lists.NAMED_CANCELLED, Say.WAS_CANCELLED),
}
"""Where nobody may say that money moved."""


def money_words(verb: Verb, amount: Money, state: State, *, narrow: bool = False) -> str:
    """``80.00 NOK paid``, and not a word more than is known: asked for while it is in doubt, declined where it was.

    What moves no money names no amount: ``Card saved``. ``narrow`` leaves the currency out, where every amount is in
    the till's own.
    """
    told = fmt.amount(amount) if narrow else fmt.money(amount)
    plain, what = is_plain(verb, amount.minor), task_name(verb, amount.minor)
    words = _NOT_DONE.get(state)
    if words is not None:
        named = Lists.NARROW_ASKED if narrow and words is _ASKED else words.named
        return say(words.plain if plain else named if what else words.amount, what=what, amount=told)
    return say(PLAIN_ROWS[verb]) if plain else say(ROWS[verb], amount=told)


def receipt_text(line: ReceiptLine, *, narrow: bool = False) -> ReceiptText:
    """``12:20  80.00 NOK paid`` and a clock where it is still open; ``narrow`` as in :func:`money_words`."""
    words = money_words(line.verb, line.amount, line.state, narrow=narrow)
    shape: Shape = "none"
    role = "muted"
    if line.state in (State.DISPUTED, State.ATTENTION):
        shape, role = "warn", "checking"
    elif line.state is State.DECLINED:
        shape, role = "cross", "declined"
    elif line.state is State.CANCELLED:
        shape, role = "off", "muted"
    elif line.state is State.STORED or line.state in IN_DOUBT:
        shape, role = "clock", "checking"
    elif line.state in (State.REVERSED, State.CLOSED):
        shape, role = "off", "muted"
    elif line.state is State.APPROVED:
        shape, role = "tick", "approved"
    return ReceiptText(fmt.clock(line.at), words, shape, role)


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A toast: its sentence and its tone."""

    text: str
    shape: Shape
    role: str


def why_text(why: Why, task: Task | None) -> NoticeText:
    """``Transfer: Swipe the card itself (W-11)``: why something that was asked for does not happen."""
    sentence = sentences.WHYS[why].full()
    return NoticeText(f"{say(TASKS[task])}: {sentence}" if task is not None else sentence, "info", "information")


_BAD = {
    NoticeKind.PRINTER,
    NoticeKind.CLOCK,
    NoticeKind.STAN_SKIPPED,
    NoticeKind.LINE_CUT,
    NoticeKind.KEYS_IN_FILE,
    NoticeKind.TENDER_BACK,
}
_GOOD = {NoticeKind.LINE_BACK, NoticeKind.SENT}


def notice_text(notice: Notice) -> NoticeText:
    """The sentence of a notice; what the reader itself said stands in for "could not be read"."""
    amount = fmt.money(notice.amount) if notice.amount else ""
    if notice.why is not None:
        return why_text(notice.why, notice.task)
    sentence = sentences.CARD_FAULTS[notice.fault] if notice.fault else sentences.NOTICES[notice.kind]
    shape: Shape = "warn" if notice.kind in _BAD or notice.fault else "info"
    role = "checking" if shape == "warn" else "information"
    if notice.kind in _GOOD:
        shape, role = "tick", "approved"
    return NoticeText(sentence.full(count=notice.count, amount=amount), shape, role)


def room_percent(view: TillView) -> int:
    """How much of the offline room is left, 0 to 100, by whichever of amount and count is shorter."""
    room = view.offline
    by_amount = room.amount_left.minor * 100 // room.amount_limit.minor if room.amount_limit.minor > 0 else 0
    by_count = room.count_left * 100 // room.count_limit if room.count_limit > 0 else 0
    return max(0, min(100, by_amount, by_count))
