"""Who is at the till: names as large tiles, a PIN in dots.

The digits go into a bytearray that is handed to the till and wiped by it. They are never a ``str``, never a widget's
text, and a half-typed PIN is wiped when the screen is left.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QPushButton, QScrollArea, QSizePolicy, QWidget

from app.domain.view import OperatorView, SignInBody, TillView
from app.ui.desk import Desk
from app.ui.look import CORNER, Look, fitting, font
from app.ui.office_text import ROLES, WRONG_PIN, WRONG_WAIT, Office
from app.ui.screens.base import BACKSPACE, ENTER, ESCAPE, ScreenWidget, announce, digit_of
from app.ui.text import Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.keypad import Keypad
from app.ui.widgets.parts import Text, column, empty, frame, page, row
from app.ui.widgets.pin_dots import MOST, PinDots

MIN_DIGITS = 4
TILE_HEIGHT = 76
TILE_GAP = 4
PIN_LINE = 8
"""What a tile is higher by in training, where its PIN stands on it."""
COLUMNS = 2
STEPS = {
    int(Qt.Key.Key_Left): -1,
    int(Qt.Key.Key_Right): 1,
    int(Qt.Key.Key_Up): -COLUMNS,
    int(Qt.Key.Key_Down): COLUMNS,
}


class PersonTile(QPushButton):
    """Initial, name, role; in training the PIN to try it with."""

    def __init__(self, look: Look, person: OperatorView, demo_pin: str) -> None:
        super().__init__()
        self._look = look
        self._person = person
        self._role = say(ROLES[person.role])
        self._demo = say(Office.DEMO_PIN, pin=demo_pin) if demo_pin else ""
        self._chosen = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(part for part in (person.name, self._role, self._demo) if part))
        self.setCheckable(True)

    def choose(self, *, chosen: bool) -> None:
        """Whether it is the one whose PIN is typed."""
        self._chosen = chosen
        self.setChecked(chosen)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the name."""
        name = QFontMetrics(font(20, bold=True)).horizontalAdvance(self._person.name)
        return QSize(max(name + 88, self.minimumSizeHint().width()), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A long name gives way; its tile never."""
        small = QFontMetrics(font(14, bold=True))
        under = max(small.horizontalAdvance(self._role), small.horizontalAdvance(self._demo))
        return QSize(under + 88, TILE_HEIGHT + (PIN_LINE if self._demo else 0))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """A disc with the initial, two lines, the ring of the choice."""
        colour = self._look.colour
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        painter.setBrush(colour("pressed" if self.isDown() else "tint" if self._chosen else "panel"))
        painter.setPen(QPen(colour("primary" if self._chosen else "hairline"), 2 if self._chosen else 1))
        painter.drawRoundedRect(box, CORNER, CORNER)
        disc = QRectF(box.left() + 14, box.center().y() - 21, 42, 42)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("primary" if self._chosen else "raised"))
        painter.drawEllipse(disc)
        painter.setFont(font(20, bold=True))
        painter.setPen(colour("on_primary" if self._chosen else "muted"))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, self._person.name[:1].upper())
        words = QRectF(disc.right() + 14, box.top() + 8, box.right() - disc.right() - 26, box.height() - 16)
        painter.setFont(fitting(self._person.name, int(words.width()), (20, 16)))
        painter.setPen(colour("ink"))
        metrics = QFontMetrics(painter.font())
        name = metrics.elidedText(self._person.name, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignTop, name)
        painter.setFont(font(14))
        painter.setPen(colour("muted"))
        painter.drawText(words.adjusted(0, 24 if self._demo else 30, 0, 0), Qt.AlignmentFlag.AlignTop, self._role)
        if self._demo:
            painter.setFont(font(14, bold=True))
            painter.setPen(colour("information"))
            painter.drawText(words, Qt.AlignmentFlag.AlignBottom, self._demo)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("primary"), 3))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), CORNER + 2, CORNER + 2)
        painter.end()


class SignInScreen(ScreenWidget):
    """Names at the left, keypad at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._body: SignInBody | None = None
        self._people: tuple[OperatorView, ...] = ()
        self._tiles: list[PersonTile] = []
        self._chosen = 0
        self._digits = bytearray()
        self._until: datetime | None = None
        self._title = Text("", 28, bold=True, wrap=True)
        self._whose = Text("", 16, bold=True)
        self._dots = PinDots(self.look)
        self._message = Text("", 16, bold=True, wrap=True, tone="declined")
        self.tell("message", self._message)
        self._hint = Text(say(Office.PICK_PERSON), 14, muted=True, wrap=True)
        self._grid = QGridLayout()
        self._grid.setSpacing(TILE_GAP)
        self._keypad = Keypad(self.look)
        self._keypad.digit.connect(self._type)
        self._keypad.back.connect(self._delete)
        self._keypad.clear.connect(self._wipe)
        self._enter = TaskButton(self.look, say(Office.SIGN_IN), say(Say.ENTER), "primary", big=True)
        self._enter.clicked.connect(self._sign_in)
        self._back = TaskButton(self.look, say(Say.BACK), say(Say.ESC), big=True)
        self._back.clicked.connect(lambda: self.key(ESCAPE, ""))
        people = QWidget()
        self._grid.setContentsMargins(0, 0, 4, 0)
        for place in range(COLUMNS):
            self._grid.setColumnStretch(place, 1)
        people.setLayout(self._grid)
        self._area = QScrollArea()
        self._area.setWidget(people)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # as much as is left: more people than fit are scrolled, and never push the keys out
        self._area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._area.setMinimumHeight(TILE_HEIGHT + PIN_LINE)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        pin = frame("panel", column([self._whose, self._dots, self._message], margin=2))
        self._safe = Text(say(Office.LOCKED_SAFE), 14, muted=True, wrap=True)
        left = column([self._title, self._area, self._hint, pin, self._safe, 1])
        left.setStretch(1, 100)  # up to its contents; what is left over goes below
        right = column([self._keypad, 1])
        middle = row([left, right], gap=3)
        middle.setStretch(0, 1)
        layout = page([middle, row([self._back, 1, self._enter])])
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def enter(self) -> None:
        """Nothing is typed and the first name is chosen."""
        super().enter()
        self._wipe()
        self._body = None
        self._choose(0)

    def leave(self) -> None:
        """What was typed goes."""
        super().leave()
        self._wipe()

    # --- what is seen

    def show_body(self, view: TillView) -> None:
        """Names, and what became of the last try."""
        body = view.body
        assert isinstance(body, SignInBody)
        called = view.operator is not None
        self._title.say(say(Office.WHO_MANAGER if called else Office.WHO))
        self._back.setVisible(called)
        if self._body is None or (body.operators, body.demo_pins) != (self._body.operators, self._body.demo_pins):
            self._show_people(body)
        if body != self._body:
            seconds = body.wait_seconds
            self._until = self.desk.now() + timedelta(seconds=seconds) if seconds else None
            self._body = body
            self._show_message()
            if body.failed:
                announce(self, self._message.text())

    def _show_people(self, body: SignInBody) -> None:
        empty(self._grid)
        self._tiles = []
        for index, person in enumerate(body.operators):
            pin = body.demo_pins[index] if index < len(body.demo_pins) else ""
            tile = PersonTile(self.look, person, pin)
            tile.clicked.connect(lambda _checked=False, which=index: self._choose(which))
            self._grid.addWidget(tile, index // COLUMNS, index % COLUMNS)
            self._tiles.append(tile)
        rows = -(-len(self._tiles) // COLUMNS)
        height = max((tile.sizeHint().height() for tile in self._tiles), default=TILE_HEIGHT)
        self._area.setMaximumHeight(max(1, rows) * (height + TILE_GAP) + TILE_GAP)
        self._people = body.operators
        self._hint.setVisible(len(self._tiles) > 1)
        self._choose(min(self._chosen, max(0, len(self._tiles) - 1)))

    def tick(self) -> None:
        """The waiting time runs down."""
        if self._until is not None:
            self._show_message()

    def _waiting(self) -> int:
        """Whole seconds until the next try is taken, rounded up."""
        if self._until is None:
            return 0
        left = self._until - self.desk.now()
        return max(0, -(-left // timedelta(seconds=1)))

    def _show_message(self) -> None:
        failed = self._body is not None and self._body.failed
        waiting = self._waiting()
        if waiting:
            self._message.say(WRONG_WAIT.full(n=waiting))
        else:
            self._until = None
            self._message.say(WRONG_PIN.full() if failed else "")
        self._enter.setEnabled(not waiting)
        self._place_message()

    def _place_message(self) -> None:
        self._message.setVisible(bool(self._message.text()))
        training = self._body is not None and bool(self._body.demo_pins)
        self._safe.setVisible(not training and not self._message.text())

    def _choose(self, index: int) -> None:
        self._chosen = index
        self._wipe()
        for place, tile in enumerate(self._tiles):
            tile.choose(chosen=place == index)
        name = self._people[index].name if index < len(self._people) else ""
        if index < len(self._tiles):
            self._area.ensureWidgetVisible(self._tiles[index])
        self._whose.say(say(Office.YOUR_PIN, name=name) if name else "")

    # --- the PIN

    def _type(self, digit: int) -> None:
        if len(self._digits) < MOST and not self._waiting():
            self._digits.append(digit)
            self._dots.show_count(len(self._digits))

    def _delete(self) -> None:
        if self._digits:
            self._digits[-1] = 0
            del self._digits[-1]
        self._dots.show_count(len(self._digits))

    def _wipe(self) -> None:
        for index in range(len(self._digits)):
            self._digits[index] = 0
        self._digits = bytearray()
        self._dots.show_count(0)

    def _sign_in(self) -> None:
        if not self._people or self._waiting():
            return
        if len(self._digits) < MIN_DIGITS:
            self._message.say(say(Say.PIN_SHORT))
            self._place_message()
            return
        digits, self._digits = self._digits, bytearray()
        self._dots.show_count(0)
        # from here the array belongs to the receiver, which wipes it
        self.desk.sign_in(self._people[self._chosen].id, digits)

    def key(self, key: int, text: str) -> bool:
        """Digits, arrows for the name, Enter; Esc forgets what was typed, then goes back if there is a way back."""
        digit = digit_of(text)
        if digit is not None:
            self._type(digit)
        elif key == BACKSPACE:
            self._delete()
        elif key in STEPS and self._tiles:
            self._choose(max(0, min(len(self._tiles) - 1, self._chosen + STEPS[key])))
        elif key in ENTER:
            self._sign_in()
        elif key == ESCAPE and self._digits:
            self._wipe()
        elif text.lower() == "k":
            pass  # no card is keyed while nobody has the till
        else:
            return super().key(key, text)
        return True
