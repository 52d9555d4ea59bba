"""What a verb says besides card and amount: who, for whom, paid by what. No secret is in it."""

from __future__ import annotations

from dataclasses import dataclass

MAX_TEXT = 200
"""Longest name of a person or reference: the tightest bound any backend states (Gr4vy's external identifiers)."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """The rest of a request, written down with its opening so that every repeat says the same.

    A customer's and a recipient's name at the backend are personal data: they stand in the journal because a repeat
    needs them, and are shortened on paper.

    Attributes:
        customer: The backend's id of the person who keeps cards there.
        recipient: Who gets what is shared or given away: an id, an e-mail address or a phone number.
        funding: The bank-card purchase that pays for it (PAR Pay's ``sourceTransactionId``).
        end_source: Whether a card that gave its money away ends with it.
        sources: The backend's ids of cards that are combined into one.
        source_keys: Keyed hashes of their numbers: what the till remembers of them ends with them.
        standing: A reservation made on purpose: it holds until a person captures or cancels it.
        count: How many unsold cards are made, or get their value together; or for how many hours a further code is
            good.
    """

    customer: str = ""
    recipient: str = ""
    funding: str = ""
    end_source: bool = False
    sources: tuple[str, ...] = ()
    source_keys: tuple[str, ...] = ()
    standing: bool = False
    count: int = 0


NONE = Particulars()
"""Nothing besides card and amount: payments, loads, refunds."""
