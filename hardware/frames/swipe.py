"""From tracks to swipes: which frames belong to one movement of one card, and what that movement says.

    % track 1      ; track 2 (CR)   ; track 3 (CR)                 ; track 2 (CR)
    |<- within 200 ms of each other: one swipe ->|  ... a pause ... |<- the next swipe

Tracks 2 and 3 begin alike, so the first `;` frame of a swipe *is* its track 2 and a second one is ignored.
The verdict on track 2 is told the moment its frame ends; nothing waits for the window. Only a swipe that has
shown no track 2 yet waits: some readers send each track as a line of its own, and a bad track 1 is no matter
when a good track 2 follows.

The same track 2 again within 1.5 s is the cashier's hand swiping twice and is dropped. Another one within
that time is a conflict: it is passed on as such, and a person decides. Later cards are plain reads; whether a
sale is in the way is not known here. What was read is not kept for the comparison, only its hash: Python's own,
64 bits under a key that the interpreter draws at each start.
"""

from hardware.events import BadRead, BadReadReason, CardConflict, CardRead, DeviceEvent, TrackData
from hardware.frames.track import Track, TrackFrame

SWIPE_WINDOW_SECONDS = 0.200
DEBOUNCE_SECONDS = 1.5
TRACKS_OF_A_CARD = 3


class SwipeAssembler:
    """Frames and time in, reads out."""

    def __init__(self, reader: str) -> None:
        self._reader = reader
        self._frames = 0
        self._ended_at = 0.0
        self._told = False
        self._track1: TrackData | None = None
        self._track1_fault: BadReadReason | None = None
        self._last_hash: int | None = None
        self._last_read_at = 0.0
        self.double_swipes = 0

    def take(self, frame: TrackFrame) -> list[DeviceEvent]:
        """Add a frame to the swipe it belongs to."""
        events: list[DeviceEvent] = []
        apart = frame.started_at - self._ended_at > SWIPE_WINDOW_SECONDS
        if self._frames and (apart or self._frames >= TRACKS_OF_A_CARD):
            events += self._close()
        self._frames += 1
        self._ended_at = frame.ended_at
        if frame.track is Track.ONE:
            self._track1 = TrackData(frame.text) if frame.fault is None else None
            self._track1_fault = frame.fault
        elif frame.track is Track.TWO and not self._told:
            self._told = True
            events += self._verdict(frame)
        return events

    def deadline(self) -> float | None:
        """Return when a swipe without track 2 has to be given up."""
        return self._ended_at + SWIPE_WINDOW_SECONDS if self._frames and not self._told else None

    def tick(self, now: float) -> list[DeviceEvent]:
        """Give up waiting for a track 2 that does not come."""
        due = self.deadline()
        return self._close() if due is not None and now >= due else []

    def reset(self) -> None:
        """Forget a swipe that was cut by the line; what was read before it is still remembered."""
        self._frames = 0
        self._told = False
        self._track1 = self._track1_fault = None

    def _close(self) -> list[DeviceEvent]:
        told, fault = self._told, self._track1_fault
        self.reset()
        return [] if told else [BadRead(self._reader, fault or BadReadReason.NO_TRACK_2)]

    def _verdict(self, frame: TrackFrame) -> list[DeviceEvent]:
        if frame.fault is not None:
            return [BadRead(self._reader, frame.fault)]
        fingerprint = hash(frame.text)
        recent = self._last_hash is not None and frame.ended_at - self._last_read_at < DEBOUNCE_SECONDS
        if recent and fingerprint == self._last_hash:
            self.double_swipes += 1
            return []
        self._last_hash = fingerprint
        self._last_read_at = frame.ended_at
        read = CardRead(self._reader, TrackData(frame.text), self._track1, frame.ended_at)
        return [CardConflict(self._reader, read) if recent else read]
