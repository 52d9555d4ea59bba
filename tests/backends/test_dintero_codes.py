"""Codes that are no numbers, at the one backend of ours that has them (rows DC5 and DC7)."""

from __future__ import annotations

import pytest

from app.domain.card import CardSecret, Code
from app.domain.host import HostPrepared, Phase
from app.domain.verb import Verb
from tests.backends import dintero_peer as small
from tests.backends.dintero_peer import Wallets, request, told
from tests.backends.making import SECONDS
from tests.backends.peer import reply


@pytest.mark.parametrize("code", ["VOUCH:8a3e-Q2xw", "DINCARD:123e4567-e89b-12d3-a456-426614174000", "Q2-8a3eXW"])
def test_dc5_a_code_is_sent_as_it_is(code: str) -> None:
    with Wallets() as peer:
        backend = small.backend(peer.url, code_prefix="VOUCH:")
        peer.then(reply(told()))
        backend.send(request(Verb.BALANCE, card=CardSecret(Code(code))), SECONDS)
        backend.send(request(card=CardSecret(Code(code))), SECONDS)
        backend.close()
    assert [sent.json["token"] for path in ("/info", "/transactions") for sent in peer.calls(path)] == [code, code]


def test_new_codes_may_have_letters_where_the_settings_say_so() -> None:
    with Wallets() as peer:
        backend = small.backend(peer.url, code_prefix="VOUCH:", new_codes_have_letters=True)
        peer.then(lambda received: reply(small.new_card(received, "VOUCH:8a3eQ2xwP0")))
        made = backend.send(request(Verb.ISSUE, phase=Phase.PREPARE), SECONDS)
        backend.close()
    (call,) = peer.calls("/cards")
    assert call.json["card_token"]["format"] == {
        "length": 16, "numbers": True, "symbols": False, "characters": True, "prefix": "VOUCH:",
    }  # fmt: skip
    assert isinstance(made, HostPrepared)
    assert made.issued is not None
    assert (made.issued.pan, made.issued.code) == (Code("VOUCH:8a3eQ2xwP0"), "VOUCH:8a3eQ2xwP0")
