"""The issuer host: one desk, its faces and its admin window behind one HTTP port on this machine.

`IssuerHost` runs in a thread of its own, so tests, the tour and the command line use the same object::

    with IssuerHost(database="memory", seed=1) as host:
        host.contract["faces"]["swedbankpay"]["base_url"]

Two threads: the network (uvicorn's loop) and the books (one writer). Plain HTTP is spoken on loopback only.
"""

import asyncio
import ipaddress
import secrets
import socket
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from app.crypto.kcv import tdes_kcv
from app.crypto.pinblock import PinBlockError, PinBlockFormat, decrypt_pin_block
from app.issuer.admin import ADMIN_PATH, Admin
from app.issuer.auth import Authenticator, Credentials
from app.issuer.books import Store
from app.issuer.demo import CURRENCY, DemoCard, demo_cards
from app.issuer.desk import Desk
from app.issuer.faces.registry import ALL_FACES, FURTHER
from app.issuer.faces.swedbankpay import replies
from app.issuer.faces.swedbankpay.routes import BASE_PATH, TOKEN_PATH, SwedbankPayFace
from app.issuer.faults import FaultDesk, FaultInjector
from app.issuer.ground import Ground, Windowed
from app.issuer.ledger import FIRST_FACE, spendable_account
from app.issuer.orders import CardData, Found, Labels, OpenPinBlock
from app.issuer.store import open_store
from app.issuer.wires import Wires, protocol_for

_START_SECONDS = 15.0
_STOP_SECONDS = 15.0
# What is being answered may finish; a fault that delays for a minute may not hold the end up.
_GRACE_SECONDS = 2
# uvicorn's 5 s would close a till's line between two customers; a minute keeps it for a busy counter.
_KEEP_ALIVE_SECONDS = 75
# A till has at most 4 requests under way; this is a hundred tills, and more get 503 at once.
_MAX_CONNECTIONS = 512
_BACKLOG = 512


@dataclass(frozen=True, slots=True)
class HostKeys:
    """The host's own secrets, kept with the books so that a restarted host is the same host."""

    credentials: Credentials
    pin_key: bytes = field(repr=False)
    card_key: bytes = field(repr=False)


def _odd_parity(key: bytes) -> bytes:
    """DES keys carry odd parity in the lowest bit of each byte; some PIN pads refuse them otherwise."""
    return bytes(byte & 0xFE | (byte & 0xFE).bit_count() % 2 ^ 1 for byte in key)


def load_keys(store: Store, credentials: Credentials | None = None) -> HostKeys:
    """Reads the host's secrets from the books, after making those that are not there yet."""
    if credentials is None:
        credentials = Credentials(
            client_id="stanchion-training",
            client_secret=secrets.token_urlsafe(24),
            hmac_user="stanchion-training-key",
            hmac_secret=secrets.token_urlsafe(48),
            merchants=("StanchionTraining", "StanchionTrainingTwo"),
        )
    store.keep_settings(
        {
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "hmac_user": credentials.hmac_user,
            "hmac_secret": credentials.hmac_secret,
            "merchants": "\n".join(credentials.merchants),
            "pin_key": _odd_parity(secrets.token_bytes(16)).hex(),
            "card_key": secrets.token_hex(32),
        }
    )
    kept = store.settings()
    return HostKeys(
        credentials=Credentials(
            kept["client_id"],
            kept["client_secret"],
            kept["hmac_user"],
            kept["hmac_secret"],
            tuple(kept["merchants"].split("\n")),
        ),
        pin_key=bytes.fromhex(kept["pin_key"]),
        card_key=bytes.fromhex(kept["card_key"]),
    )


def pin_block_opener(key: bytes) -> OpenPinBlock:
    """Opens ISO format 0 blocks under this key; a block that holds no PIN for the card gives None."""

    def open_block(pan: str, block: bytes) -> bytearray | None:
        try:
            return decrypt_pin_block(PinBlockFormat.ISO_0, key, block, pan)
        except PinBlockError:
            return None

    return open_block


def _draw_digits(count: int) -> str:
    return f"{secrets.randbelow(10**count):0{count}d}"


def _check_faces(faces: Collection[str]) -> None:
    if not faces or any(face not in ALL_FACES for face in faces):
        raise ValueError(f"the faces must be some of: {', '.join(ALL_FACES)}")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class _Server(uvicorn.Server):
    """uvicorn's server, saying when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answering.set()


def listen(host: str, port: int) -> socket.socket:
    """Opens the listening socket.

    Naming the protocol matters: asyncio turns Nagle's delay off only where it reads IPPROTO_TCP, and without
    that each request on a kept connection takes 44 ms instead of 0.6.

    Raises:
        ValueError: the address is not this machine's own (plain HTTP goes nowhere else).
        OSError: the port is taken.
    """
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError as error:
        raise ValueError("the host must be a loopback address such as 127.0.0.1") from error
    if not address.is_loopback:
        raise ValueError("the issuer host speaks plain HTTP, so it listens on loopback only")
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((str(address), port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


class IssuerHost:
    """The simulated issuer host. A context manager; `start` and `stop` do the same by hand.

    Args:
        database: "memory" or a database URL such as `sqlite:////tmp/issuer.db`.
        seed: which demo cards it issues; the same seed gives the same cards.
        host: a loopback address.
        port: 0 takes a free one.
        admin: whether the admin window is there.
        credentials: instead of fresh ones (a database that holds some keeps its own).
        clock: aware UTC time.
        token_life: how long a bearer token is good for.
        max_skew: how far Transmission-Time may be off; None turns the check off.
        faces: which vendors' APIs it serves.

    Raises:
        ValueError: the database URL, the host or a face cannot be served.
        OSError: the database or the port cannot be opened.
    """

    def __init__(
        self,
        database: str = "memory",
        seed: int = 1,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        admin: bool = True,
        credentials: Credentials | None = None,
        clock: Callable[[], datetime] = _utc_now,
        token_life: timedelta = timedelta(hours=1),
        max_skew: timedelta | None = None,
        faces: Collection[str] = (FIRST_FACE,),
    ) -> None:
        _check_faces(faces)
        self._books = ThreadPoolExecutor(max_workers=1, thread_name_prefix="issuer-books")
        with ExitStack() as undo:
            self._listener = undo.enter_context(listen(host, port))
            self.store = undo.enter_context(closing(open_store(database)))
            self.keys = load_keys(self.store, credentials)
            open_pin_block = pin_block_opener(self.keys.pin_key)
            self.desk = Desk(self.store, self.keys.card_key, open_pin_block, clock, _draw_digits)
            self.cards = demo_cards(seed) if FIRST_FACE in faces else ()
            self._enter_cards()
            card_key = self.keys.card_key
            ground = Ground(self.store, self._books, card_key, clock, _draw_digits, seed, token_life, max_skew)
            self.further = {name: face(ground) for name, face in FURTHER.items() if name in faces}
            undo.pop_all()
        self._admin = admin
        self.faults = FaultDesk()
        authenticator = Authenticator(self.keys.credentials, token_life=token_life, max_skew=max_skew, clock=clock)
        routes: list[BaseRoute] = []
        if FIRST_FACE in faces:
            routes += SwedbankPayFace(self.desk, authenticator, self._books).routes()
        for face in self.further.values():
            routes += face.routes()
        if admin:
            routes += Admin(self.store, self.faults, self._books).routes()
            for face in self.further.values():
                routes += face.admin() if isinstance(face, Windowed) else []
        self._server = _Server(self._configure(routes))
        self._thread = threading.Thread(target=self._serve, name="issuer-http")

    def _configure(self, routes: list[BaseRoute]) -> uvicorn.Config:
        wires = Wires()
        app = Starlette(routes=routes, exception_handlers={HTTPException: _problem, Exception: _problem})
        app.router.redirect_slashes = False  # another path is another signature, so it is not found
        return uvicorn.Config(
            FaultInjector(app, self.faults, wires, exempt=f"{ADMIN_PATH}/"),
            http=protocol_for(wires),
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_MAX_CONNECTIONS,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._listener]))

    @property
    def url(self) -> str:
        """Where it listens, as the root of every URL."""
        host, port = self._listener.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def contract(self) -> dict[str, Any]:
        """What a till needs to know: the object of the command's first line, secrets included."""
        keys = self.keys.credentials
        swedbank_pay = {
            "base_url": f"{self.url}{BASE_PATH}",
            "token_url": f"{self.url}{TOKEN_PATH}",
            "client_id": keys.client_id,
            "client_secret": keys.client_secret,
            "hmac_user": keys.hmac_user,
            "hmac_secret": keys.hmac_secret,
            "merchant_id": keys.merchants[0],
        }
        first = {FIRST_FACE: swedbank_pay} if self.cards else {}
        return {
            "listening": self.url,
            "admin_url": f"{self.url}{ADMIN_PATH}" if self._admin else "",
            "pin_key": {
                "format": int(PinBlockFormat.ISO_0),
                "key": self.keys.pin_key.hex().upper(),
                "kcv": tdes_kcv(self.keys.pin_key),
            },
            "faces": first | {name: face.contract(self.url) for name, face in self.further.items()},
            "cards": [self._card(card) for card in self.cards]
            + [card for face in self.further.values() for card in face.cards()],
        }

    def _card(self, card: DemoCard) -> dict[str, Any]:
        found = self.desk.look_up(CardData(pan=card.number))
        return {
            "face": FIRST_FACE,
            "name": card.name,
            "number": card.number,
            "cvc": card.cvc,
            "expiry": f"{card.expiry:%m/%y}",
            "track2": card.track2,
            "pin": card.pin,
            "balance": found.spendable if isinstance(found, Found) else card.balance,
            "currency": CURRENCY,
            "code": "",
            "products": list(card.products),
        }

    def balance_of(self, number: str) -> int:
        """What the card with this number can spend (0 for an unknown one); for tests and the tour."""
        account = self.desk.account_of(number)
        if account is None:
            return 0
        name = spendable_account(account.account_id)
        return self.store.balances([name])[name]

    def _enter_cards(self) -> None:
        """Issues the demo cards the books do not hold yet."""
        merchant = self.keys.credentials.merchants[0]
        for card in self.cards:
            if not self.desk.knows(card.number):
                self.desk.issue(card.issued(), merchant, Labels(description="opening load"))

    def start(self) -> None:
        """Begins to answer; returns when it does.

        Raises:
            OSError: it does not answer in time.
        """
        self._thread.start()
        if not self._server.answering.wait(_START_SECONDS):
            self.stop()
            raise OSError("the issuer host does not answer")

    def stop(self) -> None:
        """Finishes what is being answered, closes the books and frees the port."""
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(_STOP_SECONDS)
        self._books.shutdown(wait=True)
        self.store.close()
        self._listener.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


async def _problem(_request: Request, error: Exception) -> Response:
    """Answers what no endpoint answered. The error itself goes to the log, never to the wire."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = "there is nothing here" if status == 404 else "this method is not served here"
    body = replies.problem(status, message if status < 500 else "the host failed")
    headers = error.headers if isinstance(error, HTTPException) else None
    return Response(msgspec.json.encode(body), status, headers, "application/problem+json")
