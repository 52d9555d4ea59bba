"""The keyed digest under which the books know a number or a code."""

import hashlib
import hmac


def keyed_digest(key: bytes, purpose: str, *parts: str | bytearray) -> bytes:
    """HMAC-SHA-256 of a purpose and its parts. A PIN comes as bytes its caller wipes."""
    mac = hmac.new(key, purpose.encode(), hashlib.sha256)
    for part in parts:
        mac.update(b"\0")
        mac.update(part.encode() if isinstance(part, str) else part)
    return mac.digest()
