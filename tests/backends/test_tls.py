"""https: whom the client believes, and what it says when it does not."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.backends.base import Surroundings
from app.domain.host import Cause, HostApproved, HostNotSent
from tests.backends import making
from tests.backends.making import SECONDS, request
from tests.backends.peer import ACCOUNT, Peer


def certificate(folder: Path, address: str, until: datetime) -> Path:
    """A certificate that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a shop chain's own authority")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=10))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def serving(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture
def soon() -> datetime:
    return datetime.now(UTC) + timedelta(days=5)


def test_a_host_with_a_certificate_of_the_shops_own_authority_is_believed(tmp_path: Path, soon: datetime) -> None:
    file = certificate(tmp_path, "127.0.0.1", soon)
    with Peer(serving(file)) as peer:
        backend = making.backend(peer.url, ca_file=str(file))
        assert isinstance(backend.send(request(), SECONDS), HostApproved)
        assert isinstance(backend.send(request(), SECONDS), HostApproved)
        backend.close()
    assert {received.connection for received in peer.received} == {1}


@pytest.mark.parametrize("case", ["stranger", "other host", "out of date"])
def test_a_host_that_is_not_believed_gets_no_byte(tmp_path: Path, soon: datetime, case: str) -> None:
    until = soon - timedelta(days=6) if case == "out of date" else soon
    file = certificate(tmp_path, "127.0.0.2" if case == "other host" else "127.0.0.1", until)
    with Peer(serving(file)) as peer:
        backend = making.backend(peer.url, ca_file="" if case == "stranger" else str(file))
        assert backend.send(request(), SECONDS) == HostNotSent(Cause.TLS, ACCOUNT)
        assert backend.ping().cause is Cause.TLS
        backend.close()
    assert peer.received == []


def test_a_line_that_is_cut_is_cut_for_https_too(tmp_path: Path, soon: datetime) -> None:
    file = certificate(tmp_path, "127.0.0.1", soon)
    cut = [False]
    with Peer(serving(file)) as peer:
        backend = making.backend(peer.url, Surroundings(cut=lambda: cut[0]), ca_file=str(file))
        backend.ping()
        cut[0] = True
        assert backend.send(request(), SECONDS) == HostNotSent(Cause.LINE_CUT, ACCOUNT)
        backend.close()
    assert len(peer.calls()) == 1
