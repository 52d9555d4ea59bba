"""ES512 tokens against the published vectors, and the forgeries a host must not take."""

import base64
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.crypto.jwt import JwtError, JwtFault, SigningKey, VerifyingKey, b64, public_members, thumbprint, unb64

# RFC 7515, appendix A.4
X = unb64("AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk")
Y = unb64("ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2")
D = unb64("AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C")
SIGNED = "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA"
SIGNATURE = unb64(
    "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3"
    "xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"
)
# RFC 7638, section 3.1
RSA_MEMBERS = {
    "e": "AQAB",
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtV"
    "T86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5haj"
    "rn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
}

KEY = SigningKey.generate()


def rfc_key() -> SigningKey:
    public = ec.EllipticCurvePublicNumbers(int.from_bytes(X, "big"), int.from_bytes(Y, "big"), ec.SECP521R1())
    return SigningKey(ec.EllipticCurvePrivateNumbers(int.from_bytes(D, "big"), public).private_key())


def forged(header: dict[str, Any], signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), b'{"scopes":["*.write"]}', signature)
    return ".".join(b64(part) for part in parts)


def fault(token: str, key: SigningKey = KEY) -> JwtFault:
    with pytest.raises(JwtError) as caught:
        key.public.verify(token)
    return caught.value.code


def test_the_published_signature_is_taken() -> None:
    VerifyingKey.of_point(X, Y).check(SIGNED, SIGNATURE)


def test_the_published_key_signs_what_its_public_half_takes() -> None:
    key = rfc_key()
    signature = key.signature(SIGNED)
    assert len(signature) == 132
    VerifyingKey.of_point(X, Y).check(SIGNED, signature)


def test_the_published_signature_is_refused_for_another_payload_or_when_cut() -> None:
    key = VerifyingKey.of_point(X, Y)
    for signed, signature in ((SIGNED + "A", SIGNATURE), (SIGNED, SIGNATURE[:-1]), (SIGNED, bytes(132))):
        with pytest.raises(JwtError) as caught:
            key.check(signed, signature)
        assert caught.value.code is JwtFault.SIGNATURE


def test_the_published_thumbprint() -> None:
    assert thumbprint(RSA_MEMBERS) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_a_thumbprint_keeps_the_zeros_in_front_of_a_coordinate() -> None:
    # GH20: the y of RFC 7515 A.4 begins with a zero byte
    key = rfc_key()
    assert Y[0] == 0
    members = public_members(key._key.public_key())
    assert (members["x"], members["y"]) == (b64(X), b64(Y))
    assert key.kid == thumbprint({"y": b64(Y), "x": b64(X), "kty": "EC", "crv": "P-521"})


def test_a_token_brings_its_claims_back() -> None:
    claims = {"iss": "till", "scopes": ["gift-cards.read"], "iat": 1, "exp": 2}
    token = KEY.sign(claims)
    header = json.loads(unb64(token.partition(".")[0]))
    assert header == {"alg": "ES512", "typ": "JWT", "kid": KEY.kid}
    assert KEY.public.verify(token) == claims


def test_forged_headers_are_refused() -> None:
    public = KEY.public.pem().encode()
    signed = forged({"alg": "HS256", "kid": KEY.kid}).rpartition(".")[0]
    with_public_key = f"{signed}.{b64(hmac.digest(public, signed.encode(), 'sha256'))}"
    assert fault(with_public_key) is JwtFault.ALGORITHM
    for algorithm in ("none", "None", "ES256", "HS512", None, 7, ["ES512"]):
        assert fault(forged({"alg": algorithm, "kid": KEY.kid})) is JwtFault.ALGORITHM
    assert fault(forged({"alg": "ES512", "kid": "somebody"})) is JwtFault.KEY_ID
    assert fault(forged({"alg": "ES512", "kid": KEY.kid})) is JwtFault.SIGNATURE
    assert fault(SigningKey.generate().sign({})) is JwtFault.KEY_ID


@pytest.mark.parametrize("token", ["", ".", "..", "a.b", "a.b.c.d", "æ.ø.å", "====.e30.e30", "W10.e30.", "e30.e30.AB"])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert fault(token) in (JwtFault.FORMAT, JwtFault.ALGORITHM)


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_one_changed_character_is_refused(data: st.DataObject) -> None:
    token = KEY.sign({"scopes": ["*.read"]})
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda character: character != token[at]))
    with pytest.raises(JwtError):
        KEY.public.verify(token[:at] + other + token[at + 1 :])


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_text_makes_the_reader_stumble(text: str) -> None:
    with pytest.raises(JwtError):
        KEY.public.verify(text)


def test_both_kinds_of_pem_are_read() -> None:
    private = KEY._key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    assert b"EC PRIVATE KEY" in private
    assert SigningKey.from_pem(private.decode()).kid == SigningKey.from_pem(KEY.pem()).kid == KEY.kid


def test_keys_of_other_kinds_are_refused() -> None:
    small = ec.generate_private_key(ec.SECP256R1())
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for key in (small, other):
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with pytest.raises(JwtError) as caught:
            SigningKey.from_pem(pem.decode())
        assert caught.value.code is JwtFault.KEY
    for text in ("", "nonsense", KEY.public.pem(), base64.b64encode(b"x").decode()):
        with pytest.raises(JwtError):
            SigningKey.from_pem(text)


def test_a_point_off_the_curve_is_no_key() -> None:
    with pytest.raises(JwtError):
        VerifyingKey.of_point(X, X)


def test_a_key_shows_its_id_and_nothing_else() -> None:
    assert repr(KEY) == f"SigningKey({KEY.kid})"
