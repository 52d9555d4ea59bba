"""The shapes that stand beside every colour: tick, cross, clock, triangle, ring, star. Painted, so that they are sharp
at every size and take the theme's colours.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.ui.look import Shape

_STAR = (
    (0.00, -0.50), (0.13, -0.17), (0.48, -0.15), (0.21, 0.07), (0.29, 0.40),
    (0.00, 0.21), (-0.29, 0.40), (-0.21, 0.07), (-0.48, -0.15), (-0.13, -0.17),
)  # fmt: skip
"""Five points on a circle of half a side, with the five between them: from the top, clockwise."""


def paint_shape(painter: QPainter, box: QRectF, shape: Shape, colour: QColor, inner: QColor) -> None:
    """One shape that fills ``box``; ``inner`` is the colour of the sign on a filled shape."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(box.width(), box.height())
    centre = box.center()
    square = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if shape == "warn":
        top, bottom = square.top() + side * 0.04, square.bottom() - side * 0.08
        painter.setPen(QPen(colour, side * 0.1, j=Qt.PenJoinStyle.RoundJoin))
        inset = side * 0.06
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(centre.x(), top + inset),
                    QPointF(square.right() - inset, bottom),
                    QPointF(square.left() + inset, bottom),
                ]
            )
        )
    elif shape == "off":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, max(1.5, side * 0.12)))
        inset = side * 0.1
        painter.drawEllipse(square.adjusted(inset, inset, -inset, -inset))
    elif shape == "cross":
        # an octagon, not a disc: the outline alone tells it from the tick
        cut = side * 0.29
        left, top, right, bottom = square.left(), square.top(), square.right(), square.bottom()
        points = (
            (left + cut, top), (right - cut, top), (right, top + cut), (right, bottom - cut),
            (right - cut, bottom), (left + cut, bottom), (left, bottom - cut), (left, top + cut),
        )  # fmt: skip
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    elif shape == "star":
        painter.drawPolygon(QPolygonF([QPointF(centre.x() + side * x, centre.y() + side * y) for x, y in _STAR]))
    elif shape == "info":
        painter.drawRoundedRect(square, side * 0.25, side * 0.25)
    elif shape != "none":
        painter.drawEllipse(square)
    _sign(painter, square, shape, inner)
    painter.restore()


def _sign(painter: QPainter, square: QRectF, shape: Shape, inner: QColor) -> None:
    side = square.width()

    def at(x: int, y: int) -> QPointF:
        return QPointF(square.left() + side * x / 100, square.top() + side * y / 100)

    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(inner, max(1.5, side * 0.1), c=cap, j=join))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if shape == "tick":
        painter.drawPolyline(QPolygonF([at(28, 52), at(44, 67), at(73, 35)]))
    elif shape == "cross":
        painter.drawLine(at(34, 34), at(66, 66))
        painter.drawLine(at(66, 34), at(34, 66))
    elif shape in ("clock", "busy"):
        painter.drawPolyline(QPolygonF([at(50, 24), at(50, 52), at(68, 62)]))
    elif shape == "warn":
        painter.drawLine(at(50, 38), at(50, 62))
        painter.drawPoint(at(50, 78))
    elif shape == "info":
        painter.drawLine(at(50, 48), at(50, 74))
        painter.drawPoint(at(50, 28))
