"""What lies in a shop besides the demo cards: a printed box, and a card that a customer keeps since before the day."""

from __future__ import annotations

from app.issuer.faces.dintero.cards import fixed
from app.issuer.faces.dintero.face import _HOUSE, DinteroFace
from app.issuer.faces.dintero.wire import Batch, Blank, NewCard

BOX = ("BOX1-0001", "BOX1-0002", "BOX1-0003", "BOX1-0004")
"""Ids of unsold cards in a row, as Dintero names them."""
OLA, KARI = "ola", "kari"
"""Two customers: one keeps cards, the other is given some."""
KEPT = 80_00
"""What is on the card that Ola keeps at Dintero. No call of a till saves one there: it is so since it was made."""


def stock(face: object) -> None:
    """Enters both at Dintero's face. Gr4vy's has a row of printed cards among its demo cards."""
    assert isinstance(face, DinteroFace)
    codes = tuple(fixed(f"7099138000000000{place:02d}") for place, _ in enumerate(BOX))
    face._cards.batch(_HOUSE, Batch(tuple(Blank(card_id) for card_id in BOX)), codes)
    wish = NewCard(card_id="kept-1", amount=KEPT, currency="NOK", customer_id=OLA)
    face._cards.create(_HOUSE, wish, fixed("709913800000000099"))
