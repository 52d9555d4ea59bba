"""What the script has at hand: a till's keys, a reader, the bank, and a camera that numbers its pictures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from app.tour.bank import Bank, Vain
from app.tour.hand import Command, Hand, Stuck
from app.tour.place import Place
from hardware.frames.swipe import DEBOUNCE_SECONDS, SWIPE_WINDOW_SECONDS
from hardware.virtual.reader import VirtualReader

READY = "Reader ready"
HAND_SECONDS = 0.1
"""What is let go between two swipes beyond what the reader itself needs to tell them apart."""

Tell = Callable[[str], None]


class Stage:
    """One day. The till of the present life is ``till``."""

    def __init__(self, place: Place, bank: Bank, reader: VirtualReader, command: Command, tell: Tell) -> None:
        self.bank = bank
        self._place = place
        self._reader = reader
        self._command = command
        self.tell = tell
        self._till: Hand | None = None
        self.shots: list[str] = []
        self._last_track = ""
        self._last_swipe = 0.0

    @property
    def till(self) -> Hand:
        """The till that runs now."""
        if self._till is None:
            raise Stuck("no till runs")
        return self._till

    @contextmanager
    def life(self, theme: str) -> Iterator[Hand]:
        """Starts a till on the one journal of the day; at the end of the block none runs any more."""
        with Hand(self._command, theme) as till:
            self._till = till
            try:
                yield till
            except (Stuck, Vain):
                with suppress(Stuck):  # whoever looks for the reason wants to see the screen; the reason itself goes on
                    self.shoot("stopped-here")
                raise
        self._till = None

    # --- hands and eyes

    def press(self, *keys: str) -> None:
        """Keys on the till's window."""
        self.till.press(*keys)

    def wait(self, **want: str) -> dict[str, str]:
        """Until the till shows it."""
        return self.till.wait(want)

    def shoot(self, name: str) -> None:
        """The next picture."""
        step = f"{len(self.shots) + 1:02d}-{name}"
        self.till.shoot(self._place.out / f"{step}.png", step)
        self.shots.append(step)
        self.tell(step)

    # --- cards

    def swipe(self, card: str) -> None:
        """Draws a demo card through the reader."""
        self._send(self.bank.card(card)["track2"])

    def swipe_track(self, track2: str) -> None:
        """Draws any card through the reader."""
        self._send(track2)

    def noise(self, data: bytes) -> None:
        """What a dirty stripe sends."""
        self._let_go(SWIPE_WINDOW_SECONDS)
        self._check(self._reader.send(data))
        self._last_track, self._last_swipe = "", time.monotonic()

    def _send(self, track2: str) -> None:
        self._let_go(DEBOUNCE_SECONDS if track2 == self._last_track else SWIPE_WINDOW_SECONDS)
        self._check(self._reader.swipe(track2))
        self._last_track, self._last_swipe = track2, time.monotonic()

    def _let_go(self, apart: float) -> None:
        """No hand draws two cards in a fifth of a second, nor one card twice on purpose within a second and a half:
        the reader takes these for one.
        """
        left = self._last_swipe + apart + HAND_SECONDS - time.monotonic()
        if left > 0:
            threading.Event().wait(left)

    def _check(self, sent: int) -> None:
        if not sent:
            raise Stuck("nobody listens to the card reader")

    # --- what cashiers do all day

    def home(self) -> None:
        """Waits for the next customer."""
        self.wait(screen="home")

    def amount(self, task: str, minor: int) -> None:
        """The task's key, then the amount; Enter is not pressed yet."""
        self.press(task)
        self.wait(screen="amount")
        self.press(str(minor))

    def pay(self, minor: int, card: str) -> None:
        """F2, the amount, Enter, the card."""
        self.amount("F2", minor)
        self.press("Enter")
        self.wait(screen="await-card")
        self.swipe(card)

    def next_customer(self) -> None:
        """Enter on an outcome."""
        self.press("Enter")
        self.home()
