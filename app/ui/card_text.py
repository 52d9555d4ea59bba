"""What the till says about cards that are scanned or keyed: the scanner's lamp and what to do with a code.

As in :mod:`app.ui.text`: English sources, translated by :func:`~app.ui.text.say` when they are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.domain.messages import ReaderState
from app.ui.text import QT_TRANSLATE_NOOP


class Card(StrEnum):
    """What is said of cards that come in another way than by their stripe. The value is the English text."""

    DEMO_SCANNED = QT_TRANSLATE_NOOP("Till", "Which card is scanned?")

    # a card that is keyed
    KEY_WHY = QT_TRANSLATE_NOOP("Till", "For a card that can't be read. The receipt says that it was keyed.")
    NUMBER_OR_CODE = QT_TRANSLATE_NOOP("Till", "Number or code")
    NUMBER_OR_CODE_HINT = QT_TRANSLATE_NOOP("Till", "5 to 19 digits, or a code with letters")
    CODE_SHORT = QT_TRANSLATE_NOOP("Till", "A code has 8 to 64 signs.")
    CVC_OR_PIN = QT_TRANSLATE_NOOP("Till", "CVC or PIN")
    IF_PRINTED = QT_TRANSLATE_NOOP("Till", "if printed on it")
    PRINTED_PIN = QT_TRANSLATE_NOOP("Till", "PIN on the card")
    PRINTED_PIN_HINT = QT_TRANSLATE_NOOP("Till", "as printed")
    PASSCODE = QT_TRANSLATE_NOOP("Till", "Passcode")
    PASSCODE_HINT = QT_TRANSLATE_NOOP("Till", "if the shop asks")
    LETTERS = QT_TRANSLATE_NOOP("Till", "Letters")
    DIGITS = QT_TRANSLATE_NOOP("Till", "Digits")
    CAPITALS = QT_TRANSLATE_NOOP("Till", "Capital letters; press for small ones")
    SMALL_LETTERS = QT_TRANSLATE_NOOP("Till", "Small letters; press for capital ones")
    TYPED_SIGNS = QT_TRANSLATE_NOOP("Till", "{n} signs typed")

    # the PIN
    PIN_IN_CLEAR = QT_TRANSLATE_NOOP(
        "Till", "The PIN goes straight to the gift-card service over the protected line. Nobody sees it."
    )

    # the scanner
    SCANNER_READY = QT_TRANSLATE_NOOP("Till", "Scanner ready")
    SCANNER_CONNECTING = QT_TRANSLATE_NOOP("Till", "Scanner connecting")
    SCANNER_LOST = QT_TRANSLATE_NOOP("Till", "Scanner gone")
    SCANNER_MISSING = QT_TRANSLATE_NOOP("Till", "No scanner")
    SCANNER_WRONG = QT_TRANSLATE_NOOP("Till", "Scanner set-up wrong")
    READER = QT_TRANSLATE_NOOP("Till", "Reader")
    SCANNER = QT_TRANSLATE_NOOP("Till", "Scanner")
    SERVICES = QT_TRANSLATE_NOOP("Till", "{n} services")
    SWIPE_OR_SCAN = QT_TRANSLATE_NOOP("Till", "Swipe or scan a card")
    OR_SCAN = QT_TRANSLATE_NOOP("Till", "A card with a code is scanned. The swipe or the scan is the confirmation.")
    ONLY_SCAN = QT_TRANSLATE_NOOP("Till", "The reader is not ready. Scan the card, or key its number.")


SCANNERS: Mapping[ReaderState, Card] = {
    ReaderState.READY: Card.SCANNER_READY,
    ReaderState.CONNECTING: Card.SCANNER_CONNECTING,
    ReaderState.LOST: Card.SCANNER_LOST,
    ReaderState.MISSING: Card.SCANNER_MISSING,
    ReaderState.MISCONFIGURED: Card.SCANNER_WRONG,
}
