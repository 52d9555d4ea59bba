"""The till's button: a word, the key that does the same, and one line saying why it does not work now."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.ui.look import CORNER, Look, Size, fitting, font

Kind = Literal["quiet", "primary", "danger", "rail"]

RING = 5
"""By how much a face steps back for the focus ring: 3 px of ring, 2 px off."""
PAD = 12


class TaskButton(QPushButton):
    """A button with its key printed on it.

    Args:
        look: Colours and scale.
        text: The verb.
        key: What is printed on the key cap; empty for none.
        kind: ``primary`` for the one thing Enter does, ``rail`` for the left rail, ``danger`` for what takes away.
        big: Keypad-high and set in 20 px, for a screen's main actions.
    """

    def __init__(
        self,
        look: Look,
        text: str = "",
        key: str = "",
        kind: Kind = "quiet",
        *,
        big: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._key = key
        self._kind: Kind = kind
        self._why = ""
        self._badge = ""
        self._note = ""
        self._below = ""
        self._big = big
        # Enter belongs to the window; Tab and Space reach every button
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        vertical = QSizePolicy.Policy.Expanding if kind == "rail" else QSizePolicy.Policy.Preferred
        horizontal = QSizePolicy.Policy.Ignored if kind == "rail" else QSizePolicy.Policy.Preferred
        self.setSizePolicy(horizontal, vertical)
        if kind == "rail":
            self.setMaximumHeight(68)
        else:
            self.setMaximumHeight(max(look.key if big else look.touch, 44))
        self.relabel(text)

    @property
    def key(self) -> str:
        """The key printed on it."""
        return self._key

    def relabel(self, text: str, why: str = "", badge: str = "") -> None:
        """Change the words. ``why`` dims the button and stands below the word; ``badge`` is a count at the right."""
        if (text, why, badge) == (self.text(), self._why, self._badge) and self.accessibleName():
            return
        self._why, self._badge = why, badge
        self.setText(text)
        self.setEnabled(not why)
        self.setAccessibleName(f"{self._key} {text} {badge}".strip())
        self.setAccessibleDescription(why)
        self.updateGeometry()
        self.update()

    def annotate(self, note: str, below: str = "") -> None:
        """A figure at the right edge, such as a price, and a small line below the word."""
        self._note, self._below = note, below
        self.setAccessibleName(" ".join(part for part in (self._key, self.text(), below, note) if part))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as its words, as high as a thumb."""
        return QSize(self._width(20 if self._big else 16), max(self._look.key if self._big else self._look.touch, 44))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Lower and in smaller type where room is short; a rail button gives way and elides."""
        if self._kind == "rail":
            return QSize(120, 44)
        return QSize(self._width(16), max(44, self._look.touch))

    def _width(self, size: Size) -> int:
        width = QFontMetrics(font(size, bold=True)).horizontalAdvance(self.text())
        if self._why:
            width = max(width, QFontMetrics(font(14)).horizontalAdvance(self._why))
        if self._key:
            width += self._cap_width() + 10
        if self._badge:
            width += QFontMetrics(font(14, bold=True)).horizontalAdvance(self._badge) + 24
        if self._note:
            width += QFontMetrics(font(16)).horizontalAdvance(self._note) + 16
        return width + 2 * PAD + 4

    def _cap_width(self) -> int:
        return max(32, QFontMetrics(font(14, bold=True)).horizontalAdvance(self._key) + 14)

    def _colours(self) -> tuple[QColor, QColor, QColor, QColor]:
        """Face, edge, word, key cap."""
        colour = self._look.colour
        if not self.isEnabled():
            face = colour("panel") if self._kind == "rail" else colour("ground")
            return face, colour("panel" if self._kind == "rail" else "hairline"), colour("muted"), colour("muted")
        down = self.isDown()
        if self._kind == "primary":
            face = colour("primary_pressed" if down else "primary")
            return face, face, colour("on_primary"), colour("on_primary")
        if self.property("chosen"):
            return colour("tint"), colour("primary"), colour("ink"), colour("primary")
        face = colour("pressed" if down else "raised")
        if self._kind == "danger":
            return face, colour("declined"), colour("declined"), colour("declined")
        return face, colour("hairline"), colour("ink"), colour("muted")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Face, key cap, word, reason, badge, focus ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face, edge, ink, cap = self._colours()
        inset = RING if self.hasFocus() else 0
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.setBrush(face)
        painter.setPen(QPen(edge, 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), CORNER, CORNER)
        inner = QRectF(self.rect()).adjusted(PAD, 0, -PAD, 0)  # the ring takes no room from the words
        if self._key:
            inner.setLeft(self._paint_cap(painter, inner, cap))
        if self._badge:
            inner.setRight(self._paint_badge(painter, inner))
        if self._note:
            painter.setFont(font(16))
            painter.setPen(ink)
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._note)
            inner.setRight(inner.right() - QFontMetrics(painter.font()).horizontalAdvance(self._note) - 16)
        self._paint_words(painter, inner, ink)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.colour("primary"), 3))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), CORNER + 2, CORNER + 2)
        painter.end()

    def _paint_cap(self, painter: QPainter, inner: QRectF, colour: QColor) -> float:
        width = self._cap_width()
        cap = QRectF(inner.left(), inner.center().y() - 13, width, 26)
        painter.setFont(font(14, bold=True))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1))
        painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        return cap.right() + 10

    def _paint_badge(self, painter: QPainter, inner: QRectF) -> float:
        painter.setFont(font(14, bold=True))
        width = max(26, QFontMetrics(painter.font()).horizontalAdvance(self._badge) + 14)
        pill = QRectF(inner.right() - width, inner.center().y() - 13, width, 26)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("checking"))
        painter.drawRoundedRect(pill, 13, 13)
        painter.setPen(self._look.colour("panel"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, self._badge)
        return pill.left() - 8

    def _paint_words(self, painter: QPainter, inner: QRectF, ink: QColor) -> None:
        word = fitting(self.text(), int(inner.width()), (20, 16) if self._big else (16,))
        painter.setFont(word)
        painter.setPen(ink)
        metrics = QFontMetrics(word)
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, int(inner.width()))
        self.setToolTip(self.text() if text != self.text() else "")
        alone = not self._key and not self._badge
        flags = Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignHCenter if alone else Qt.AlignmentFlag.AlignLeft)
        second = self._why or self._below
        if not second:
            painter.drawText(inner, flags, text)
            return
        small = font(14)
        height = metrics.height() + QFontMetrics(small).height()
        top = inner.center().y() - height / 2
        painter.drawText(QRectF(inner.left(), top, inner.width(), metrics.height()), flags, text)
        painter.setFont(small)
        why = QFontMetrics(small).elidedText(second, Qt.TextElideMode.ElideRight, int(inner.width()))
        line = QRectF(inner.left(), top + metrics.height(), inner.width(), QFontMetrics(small).height())
        painter.drawText(line, flags, why)
