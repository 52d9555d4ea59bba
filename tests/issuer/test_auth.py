"""Signatures, nonces, tokens and time, checked at the gate itself."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.issuer.auth import (
    Authenticator,
    AuthRefusal,
    Caller,
    Credentials,
    SignedRequest,
    Token,
    TokenRefusal,
    canonical,
    sign,
)
from tests.issuer.vectors import BODY_D2, DATE, MISTAKES, VECTORS, Vector

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TOKEN_FORM = b"grant_type=client_credentials&scope=publicapi&client_id=client&client_secret=sesame"


class Gate:
    """An authenticator with a clock one can turn."""

    def __init__(self, secret: str = "secret", user: str = "user", skew: timedelta | None = None) -> None:
        self.ticks = 0.0
        credentials = Credentials("client", "sesame", user, secret, ("M1", "M2"))
        self.authenticator = Authenticator(credentials, max_skew=skew, clock=lambda: NOW, ticks=lambda: self.ticks)
        token = self.authenticator.grant("", TOKEN_FORM)
        assert isinstance(token, Token)
        self.token = token.value

    def check(self, request: SignedRequest) -> Caller | AuthRefusal:
        return self.authenticator.check(request)

    def request(
        self,
        vector: Vector,
        *,
        digest: str = "",
        body: bytes | None = None,
        raw_path: str = "",
        path: str = "",
        nonce: str = "",
        **headers: str,
    ) -> SignedRequest:
        known = {
            "authorization": f"Bearer {self.token}",
            "hmac": f"HmacSHA512 {vector.user}:{nonce or vector.nonce}:{digest or vector.digest}",
            "agreement-merchant-id": "M1",
        }
        if vector.date:
            known["transmission-time"] = vector.date
        known |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = raw_path or vector.path
        return SignedRequest(vector.method, raw.encode(), path or raw, known, vector.body if body is None else body)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_vectors_reproduce(vector: Vector) -> None:
    message = canonical(vector.method, vector.path.encode(), vector.user, vector.nonce, vector.date, vector.body)
    assert len(message) == vector.length
    assert hashlib.sha256(message).hexdigest() == vector.sha256
    assert sign(vector.secret, message) == vector.digest


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_vectors_are_let_in_once(vector: Vector) -> None:
    gate = Gate(vector.secret, vector.user)
    assert gate.check(gate.request(vector)) == Caller("M1")
    again = gate.check(gate.request(vector))
    assert isinstance(again, AuthRefusal)
    assert "nonce" in again.message


@pytest.mark.parametrize("mistake", MISTAKES)
def test_known_mistakes_are_refused(mistake: str) -> None:
    message, start = MISTAKES[mistake]
    digest = sign("secret", message)
    assert digest.startswith(start)
    gate = Gate()
    assert isinstance(gate.check(gate.request(VECTORS[0], digest=digest)), AuthRefusal)


def test_a_latin_1_body_is_refused() -> None:
    vector = VECTORS[3]
    body = BODY_D2.decode().encode("latin-1")
    message = canonical(vector.method, vector.path.encode(), vector.user, vector.nonce, vector.date, body)
    digest = sign(vector.secret, message)
    assert digest.startswith("eRkMYmHwL36YBzepUW+gK8/o")
    gate = Gate(vector.secret, vector.user)
    assert isinstance(gate.check(gate.request(vector, digest=digest)), AuthRefusal)


def _signed(vector: Vector, path: str, nonce: str, date: str = DATE) -> str:
    message = canonical(vector.method, path.encode(), vector.user, nonce, date, vector.body)
    return sign(vector.secret, message)


def test_the_path_counts_raw_or_decoded() -> None:
    gate = Gate()
    vector = VECTORS[0]
    raw, decoded = "/payment-api/a%20b", "/payment-api/a b"
    for nonce, signed in (("n1", raw), ("n2", decoded)):
        digest = _signed(vector, signed, nonce)
        request = gate.request(vector, raw_path=raw, path=decoded, nonce=nonce, digest=digest)
        assert gate.check(request) == Caller("M1")
    digest = _signed(vector, "/payment-api/other", "n3")
    request = gate.request(vector, raw_path=raw, path=decoded, nonce="n3", digest=digest)
    assert isinstance(gate.check(request), AuthRefusal)


def test_a_user_with_a_colon_is_split_from_the_right() -> None:
    vector = VECTORS[0]
    gate = Gate(user="a:b")
    message = canonical("POST", vector.path.encode(), "a:b", "n", DATE, vector.body)
    header = f"HmacSHA512 a:b:n:{sign('secret', message)}"
    assert gate.check(gate.request(vector, hmac=header)) == Caller("M1")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "HmacSHA512",
        "HmacSHA512 user",
        "HmacSHA512 user:nonce",
        "HmacSHA512 user::digest",
        "HmacSHA512 :nonce:digest",
        f"HmacSHA256 user:{VECTORS[0].nonce}:{VECTORS[0].digest}",
        f"hmacsha512 user:{VECTORS[0].nonce}:{VECTORS[0].digest}",
        f"HmacSHA512 other:{VECTORS[0].nonce}:{VECTORS[0].digest}",
        f"HmacSHA512 user:{VECTORS[0].nonce}:å",
        f"HmacSHA512 user:{'n' * 256}:{VECTORS[0].digest}",
    ],
)
def test_malformed_headers_are_refused(header: str) -> None:
    gate = Gate()
    refusal = gate.check(gate.request(VECTORS[0], hmac=header))
    assert isinstance(refusal, AuthRefusal)
    assert refusal.status == 401


def test_a_bad_signature_does_not_use_up_its_nonce() -> None:
    gate = Gate()
    assert isinstance(gate.check(gate.request(VECTORS[0], body=b"{}")), AuthRefusal)
    assert gate.check(gate.request(VECTORS[0])) == Caller("M1")


def test_an_expired_token_is_refused() -> None:
    gate = Gate()
    gate.ticks = 3600.0
    refusal = gate.check(gate.request(VECTORS[0]))
    assert isinstance(refusal, AuthRefusal)
    assert (refusal.status, refusal.header) == (401, "Bearer")


@pytest.mark.parametrize(
    ("sent", "good"),
    [
        ("2026-01-02T03:04:05Z", True),
        ("2026-01-02T05:03Z", False),
        ("2026-01-02T05:04:50.120+02:00", True),
        ("2026-01-02T03:04:05", False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_the_clock_check_when_it_is_on(sent: str, good: bool) -> None:
    gate = Gate(skew=timedelta(minutes=1))
    vector = VECTORS[0]
    digest = _signed(vector, vector.path, "n", sent)
    request = gate.request(vector, nonce="n", digest=digest, transmission_time=sent)
    assert isinstance(gate.check(request), Caller) is good


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "form", "wanted"),
    [
        (_basic("client:sesame"), b"grant_type=client_credentials&scope=publicapi", ""),
        (_basic("client:sesame"), b"grant_type=client_credentials", ""),
        (_basic("cl%69ent:sesame"), b"grant_type=client_credentials", ""),
        ("", TOKEN_FORM, ""),
        (_basic("client:wrong"), b"grant_type=client_credentials", "invalid_client"),
        (_basic("client"), b"grant_type=client_credentials", "invalid_client"),
        ("Basic !!", b"grant_type=client_credentials", "invalid_client"),
        ("Digest x", b"grant_type=client_credentials", "invalid_client"),
        ("", b"grant_type=client_credentials", "invalid_client"),
        (_basic("client:sesame"), b"grant_type=password", "unsupported_grant_type"),
        (_basic("client:sesame"), b"", "invalid_request"),
        (_basic("client:sesame"), b"\xff=\xff&grant_type=client_credentials", "invalid_request"),
        (_basic("client:sesame"), b"grant_type=client_credentials&scope=admin", "invalid_scope"),
    ],
)
def test_token_requests(authorization: str, form: bytes, wanted: str) -> None:
    answer = Gate().authenticator.grant(authorization, form)
    if wanted:
        assert isinstance(answer, TokenRefusal)
        assert answer.error == wanted
    else:
        assert isinstance(answer, Token)


@pytest.mark.parametrize("shown", [repr, str])
def test_secrets_hide_in_every_repr(shown: Callable[[object], str]) -> None:
    gate = Gate()
    text = shown(gate.request(VECTORS[0])) + shown(Credentials("c", "sesame", "u", "secret", ()))
    assert "sesame" not in text
    assert "secret" not in text
    assert "7013360000000000000" not in text
    assert gate.token not in text
