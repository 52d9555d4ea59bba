"""The HMAC vectors A, B, C and D2 and the diagnosis table of `backends/swedbankpay.md` section 1.2.

The digest the vendor published does not reproduce, so it is not among them.
"""

from dataclasses import dataclass

NONCE = "21a0213e-30eb-85ab-b355-a310d31af30e"
BASE = "/payment-api/api/payments"
BALANCE = f"{BASE}/payment-account/balance"
DATE = "2019-06-18T09:19:15.208257Z"
BODY_A = b'{"accountIdentifier":{"accountKey":"7013360000000000000","cvc":"123"}}'
BODY_D2 = '{"description":"blåbær"}'.encode()


@dataclass(frozen=True)
class Vector:
    name: str
    secret: str
    user: str
    nonce: str
    date: str
    method: str
    path: str
    body: bytes
    length: int
    sha256: str
    digest: str


VECTORS = (
    Vector(
        "A", "secret", "user", NONCE, DATE, "POST", BALANCE, BODY_A, 196,
        "88c3c2ecab95c130b1fb31c012d97b39bd9e1d8541fad8b447066b9d11d26a35",
        "G4sS817zxnXKs0H8eYLWjIt4ZqyEWX9z3LrtX47BnsQKIu6YGlzITC1dh9xET0hbCDYbopf6c7VjywIjg3enYw==",
    ),
    Vector(
        "B", "secret", "user", NONCE, "", "POST", BALANCE, BODY_A, 169,
        "82466b14c6001351fbec8aeae860d111368687d070404c2a6491e26659a1132a",
        "P/qK/6lPFQtDVbkUnVcgvpjeVoMdvZiASCRTU4GRRGe1YQ8uuZTh94+c7JKo4iPuOEB1ASj6wBZZS8oBD6CSRA==",
    ),
    Vector(
        "C", "secret", "user", NONCE, DATE, "GET",
        f"{BASE}/payment-account/PP-2053658/payment/4526987", b"", 144,
        "3d37ccc34f0abd5af00b5eb95558baffcd4c5e4b88e27942810b3f8752bb3980",
        "QKjNZCkuApRo2EpzTJrSIybL2Ypi7WE6juWz15ETn6Q1ozYmveCc/kjkCTiMaYs96PrR/QfZgSQTrYXV1+J18g==",
    ),
    Vector(
        "D2", "Systemtest", "Systemtest", "00000000-0000-4000-8000-000000000001",
        "2020-05-12T07:02:36.719Z", "POST", f"{BASE}/ping", BODY_D2, 136,
        "73d3c846cfd56c79fc83b05fc9f7cc18fa0ba798631f4b0088cf03b2076ca1ec",
        "ypIny4bvKe6p8bSVaOVQLz+Ax18afG/4bw0kpInJA3x7v8n/qlzYVmfxSxEjMOVQM1BVXb++s065WCgME4UWqA==",
    ),
)  # fmt: skip

_PARTS = [b"POST", BALANCE.encode(), b"user", NONCE.encode(), DATE.encode(), BODY_A]


def _lines(parts: list[bytes], end: bytes = b"\n") -> bytes:
    return b"".join(part + end for part in parts)


# What a wrong implementation signs for vector A, and how its digest then starts.
MISTAKES = {
    "final LF missing": (_lines(_PARTS)[:-1], "35UGU57+nXetaa9fLyd4/bkD"),
    "CRLF line ends": (_lines(_PARTS, b"\r\n"), "7eql9VAYjU1rqvTkSnLlvibJ"),
    "USER and NONCE joined": (
        _lines([*_PARTS[:2], _PARTS[2] + _PARTS[3], *_PARTS[4:]]),
        "Yc34C/iq7pxXkxFuPDYRQG8p",
    ),
    "literal backslash after USER": (_lines([*_PARTS[:2], b"user\\", *_PARTS[3:]]), "A9/300ohcBGXxsbp1ivMQwg0"),
    "DATE line dropped": (_lines([*_PARTS[:4], _PARTS[5]]), "Dg8ecB5gW4ajto0W0EX6JF1k"),
    "context path left out": (
        _lines([_PARTS[0], _PARTS[1].removeprefix(b"/payment-api"), *_PARTS[2:]]),
        "WQZaPsju0l2bkdgZbOs9Ohz4",
    ),
    "query string included": (
        _lines([_PARTS[0], _PARTS[1] + b"?x=1", *_PARTS[2:]]),
        "SgM5KHay5R+rSXeEgoSvHqvk",
    ),
}
