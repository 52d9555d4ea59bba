"""The one road from the till's threads to its window.

A worker thread calls :meth:`Bridge.show` with a frozen picture; Qt queues the signal across the threads and the
window's slot draws it. One signal, one payload, nothing comes back this way: commands leave through the callable the
window was given.

Pictures can come faster than a screen can draw. The bridge keeps only the newest: at most one signal is under way, and
the slot takes whatever is newest when it runs. A storm of pictures therefore costs one drawing, not a queue of them.
"""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.view import TillView


class Bridge(QObject):
    """Brings pictures from any thread to the window's."""

    view_changed = Signal(object)
    """Carries this bridge's newest :class:`~app.domain.view.TillView`. Receivers decorate with ``@Slot(object)``."""
    _posted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._newest: TillView | None = None
        self._posted.connect(self._deliver)

    def show(self, view: TillView) -> None:
        """Post a picture. Safe from every thread; returns at once; an undrawn older picture is dropped."""
        with self._lock:
            under_way = self._newest is not None
            self._newest = view
        if not under_way:
            self._posted.emit()

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            view, self._newest = self._newest, None
        if view is not None:
            self.view_changed.emit(view)
