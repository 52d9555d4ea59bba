"""The interpreter between bytes and money: what a device saw becomes what the till is told."""

from __future__ import annotations

from app.domain.card import CardFault
from app.domain.codes import CodeText
from app.domain.messages import (
    BadSwipe,
    CardSwiped,
    CodeScanned,
    Message,
    ReaderChanged,
    ReaderState,
    ScannerChanged,
    TrackText,
)
from hardware import events as hw

READER, SCANNER = "reader", "scanner"
"""What the devices are called: their events come under these names."""

_STATES = {
    hw.ReaderState.CONNECTING: ReaderState.CONNECTING,
    hw.ReaderState.READY: ReaderState.READY,
    hw.ReaderState.LOST: ReaderState.LOST,
    hw.ReaderState.MISCONFIGURED: ReaderState.MISCONFIGURED,
}


def interpret(event: hw.DeviceEvent) -> Message | None:
    """A device's event as a message, or None for what only diagnostics want to know.

    Two cards close together arrive as two swipes: which one counts is not the reader's to decide.
    """
    match event:
        case hw.CardRead(_, track2, _, _):
            return CardSwiped(TrackText(track2.text))
        case hw.CardConflict(_, second):
            return CardSwiped(TrackText(second.track2.text))
        case hw.BadRead(_, reason):
            return BadSwipe(CardFault.TRACK_UNREADABLE, reason.value)
        case hw.CodeScanned(_, code, _):
            return CodeScanned(CodeText(code.text))
        case hw.BadScan(_, reason):
            return BadSwipe(CardFault.CODE_UNREADABLE, reason.value)
        case hw.ReaderStatus(device, state, reason):
            never_there = state is hw.ReaderState.LOST and reason is hw.StatusReason.NOT_FOUND
            told = ReaderState.MISSING if never_there else _STATES[state]
            return ScannerChanged(told, device) if device == SCANNER else ReaderChanged(told, device)
        case _:
            return None
