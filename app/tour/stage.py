"""What the script has at hand: a till's keys, a reader, the bank, and a camera that numbers its pictures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.issuer.ledger import FIRST_FACE
from app.tour.bank import LOOK_SECONDS, Bank, Vain
from app.tour.hand import Command, Hand, Stuck
from app.tour.place import Place
from app.training import CASHIER_PIN, MANAGER_PIN
from hardware.frames.swipe import DEBOUNCE_SECONDS, SWIPE_WINDOW_SECONDS
from hardware.virtual.reader import VirtualReader

READY = "Reader ready"
APPROVED, ACCEPTED = "APPROVED", "ACCEPTED OFFLINE"
WHAT_ELSE = "What else?"
"""The question above what F7 opens."""
PRINT_SECONDS = 10.0
"""What a printer may take for a slip."""
STAN_IN_NAME = 3
"""A slip is called by day, STAN and verb; the day has three parts."""
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
        self.tell(f"  {step}")

    # --- cards

    def swipe(self, card: str, face: str = FIRST_FACE) -> None:
        """Draws a demo card through the reader."""
        self._send(self.bank.card(card, face)["track2"])

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

    def pay(self, minor: int, card: str, face: str = FIRST_FACE) -> None:
        """F2, the amount, Enter, the card."""
        self.amount("F2", minor)
        self.press("Enter")
        self.wait(screen="await-card")
        self.swipe(card, face)

    def next_customer(self) -> None:
        """A finger on the outcome's button. (Enter does the same, half a second after the last one at the earliest.)"""
        self.till.click("Next customer")
        self.home()

    # --- what they do now and then

    def sheet(self, card: str, face: str, **want: str) -> None:
        """A card is swiped, and its sheet opens."""
        self.swipe(card, face)
        self.wait(screen="sheet", **want)

    def more(self, letter: str, **want: str) -> None:
        """F7, and the letter of what is wanted."""
        self.press("F7")
        self.wait(seen=f"~{WHAT_ELSE}")
        self.press(letter)
        self.wait(**want)

    def pin(self, card: str, face: str) -> None:
        """The customer enters the PIN of a demo card on the screen's pad."""
        self.wait(screen="pin")
        self.till.click(*self.bank.card(card, face)["pin"])
        self.press("Enter")

    def say(self, words: str, question: str) -> None:
        """The answer to a question, whose sentence is waited for first."""
        self.wait(screen="question", seen=f"~{question}")
        self.press(words, "Enter")

    def pick(self, title: str) -> None:
        """One of several services, by a finger on its button."""
        self.wait(screen="pick-programme", seen=f"~{title}")
        self.till.click(title)

    def manager(self) -> None:
        """A manager takes the till over."""
        self.press("F9")
        self.wait(screen="sign-in")
        self.press(MANAGER_PIN, "Enter")
        self.wait(screen="manager")
        self.press("Esc")
        self.home()

    def cashier(self) -> None:
        """The manager locks, and the cashier is back."""
        self.press("F10")
        self.wait(screen="sign-in")
        self.press(CASHIER_PIN, "Enter")
        self.home()

    def refund(self, slip: tuple[str, ...], minor: int, *, offline: bool = False) -> None:
        """Part of a payment is given back, by the number on its receipt: the one that says all of this."""
        self.press("F5")
        self.wait(screen="refund")
        self.press(self._number_on(slip), "Enter")
        self.wait(screen="refund", seen="~can be given back")
        self.press(str(minor), "Enter")
        self.wait(screen="outcome", outcome=ACCEPTED if offline else APPROVED)
        self.next_customer()

    def _number_on(self, words: tuple[str, ...]) -> str:
        """The STAN of a receipt."""
        return self.slip("*-final.txt", *words).name.split("-")[STAN_IN_NAME]

    def slip(self, pattern: str, *words: str) -> Path:
        """A print that says all of this. The printer may still be at it."""
        until = time.monotonic() + PRINT_SECONDS
        pause = threading.Event()
        while time.monotonic() < until:
            for path in self._place.receipts.glob(pattern):
                text = path.read_text(encoding="utf-8")
                if text.endswith("\n") and all(word in text for word in words):
                    return path
            pause.wait(LOOK_SECONDS)
        raise Vain(f"no print says {words}")

    def sell(self, title: str, minor: int) -> None:
        """A new card of a service, paid in cash, and what it is shown as once."""
        self.press("F4")
        self.pick(title)
        self.wait(screen="amount")
        self.press(str(minor), "Enter")
        self.wait(screen="tender")
        self.press("c")
        self.approved()
        self.press("Enter")
        self.wait(screen="new-card")

    def approved(self, **want: str) -> None:
        """The outcome that is hoped for."""
        self.wait(screen="outcome", outcome=APPROVED, **want)

    def accepted(self, queued: str) -> None:
        """What is hoped for while the line is cut; so many wait now."""
        self.wait(screen="outcome", outcome=ACCEPTED, queue_count=queued)
