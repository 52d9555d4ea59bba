"""What really happens on the wire for each verb: the real client, the real issuer host, and the lines between them.

Each verb that a backend's table offers is asked for once. What the client sent is overheard where its HTTP library says
so; which route of the face took it is looked up in the routes of the application that answered.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from starlette.routing import Match, Route

from app.backends.registry import open_backend
from app.domain.card import CardSecret
from app.domain.host import HostApproved, HostListed, HostPrepared, HostRequest, Phase
from app.domain.verb import READS, RepeatRule, Verb, VerbRule
from app.issuer.admin import ADMIN_PATH
from tests.contract.bench import Bench, Fresh, nok
from tests.contract.table import EXTRA

FACES = ("swedbankpay", "parpay", "gr4vy", "dintero")
EVERYTHING: Mapping[str, Mapping[str, str]] = {"gr4vy": {"issuance_theme": "031111372"}}
"""Settings without which a backend offers less, beside those that the bench turns on for all its tests."""
_TOKEN, _CATCH_ALL = "/token", "{rest:"

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """One request of the client.

    Attributes:
        method: HTTP method.
        path: What the client calls, below its base address, its variable parts named.
        route: The route of the face that took it, whole.
    """

    method: str
    path: str
    route: str


@dataclass(frozen=True)
class Backend:
    """What one backend offers, and what was overheard.

    Attributes:
        face, title: Its names.
        rules: Its table with everything turned on.
        shipped: The same with the settings as they are shipped.
        promises: The settings on which repeats depend.
        wants: The settings without which verbs are missing.
        calls: Per verb, the requests of one run, in order, without tokens.
        beside: Requests that no verb's first copy makes, by who makes them.
        unused: Routes of the face that nothing here called.
    """

    face: str
    title: str
    rules: Mapping[Verb, VerbRule]
    shipped: Mapping[Verb, VerbRule]
    promises: tuple[str, ...]
    wants: tuple[str, ...]
    calls: Mapping[Verb, tuple[Call, ...]]
    beside: Mapping[str, tuple[Call, ...]]
    unused: tuple[str, ...]


class _Ear(logging.Handler):
    """Keeps the request lines that httpx reports once they were answered."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[tuple[str, str, int]] = []

    def emit(self, record: logging.LogRecord) -> None:
        match record.args:
            case (str(method), url, _, int(status), _):
                self.lines.append((method, urlsplit(str(url)).path, status))
            case _:
                pass


@contextmanager
def overheard() -> Iterator[list[tuple[str, str, int]]]:
    """Method, path and status of every request that the clients of this process make meanwhile."""
    ear, library = _Ear(), logging.getLogger("httpx")
    level = library.level
    library.addHandler(ear)
    library.setLevel(logging.INFO)
    try:
        yield ear.lines
    finally:
        library.setLevel(level)
        library.removeHandler(ear)


def run(face: str) -> Backend:
    """Everything about one backend."""
    with Bench(face) as bench:
        if face in EVERYTHING:
            bench.backend.close()
            bench.backend = bench.another_with(**EVERYTHING[face])
        return _Runs(bench).all()


class _Runs:
    """One backend at one host, asked for each verb."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        settings = bench.host.contract["faces"][bench.face]
        served: Any = bench.host._server.config.app  # the very application that answers
        self._routes = [route for route in served._app.routes if not route.path.startswith(ADMIN_PATH)]
        self._base = urlsplit(settings["base_url"]).path.rstrip("/")
        with closing(open_backend(bench.face, settings)) as shipped:
            self._shipped = shipped.capabilities.verbs

    def all(self) -> Backend:
        """Every verb once, and again as a repeat where it may be sent again."""
        bench, table = self._bench, self._bench.backend.capabilities
        calls: dict[Verb, tuple[Call, ...]] = {}
        with closing(bench.another()) as young:
            first_of_all, _ = self._heard(young.ping)
        beside = {"the line's lamp": _plain(first_of_all)}
        if tokens := [call for call in first_of_all if call.route.endswith(_TOKEN)]:
            beside["every client, before anything else"] = tuple(tokens)
        for verb, rule in table.verbs.items():
            first, again = self._once(verb, rule)
            calls[verb] = _plain(first)
            if looked := _plain(call for call in again if call not in first):
                beside[f"a repeat of {verb.value}"] = looked
        used = {call.route for some in (*calls.values(), *beside.values()) for call in some}
        routes = dict.fromkeys(_named(route) for route in self._routes if _CATCH_ALL not in route.path)
        unused = tuple(route for route in routes if route not in used)
        promises, wants = tuple(EXTRA.get(bench.face, {})), tuple(EVERYTHING.get(bench.face, {}))
        return Backend(bench.face, table.title, table.verbs, self._shipped, promises, wants, calls, beside, unused)

    def _once(self, verb: Verb, rule: VerbRule) -> tuple[list[Call], list[Call]]:
        first: list[Call] = []
        again: list[Call] = []
        for ask in self._asks(verb, rule):
            request = ask()
            first += self._send(request)
            if rule.repeat is not RepeatRule.ONCE and request.phase is Phase.MONEY and verb not in READS:
                again += self._send(replace(request, repeat=True))
        return first, again

    def _send(self, request: HostRequest) -> list[Call]:
        calls, reply = self._heard(lambda: self._bench.send(request))
        good = isinstance(reply, HostApproved | HostPrepared | HostListed)
        assert good or request.repeat, f"{request.face} {request.verb}: {reply}"
        return calls

    def _heard(self, work: Callable[[], T]) -> tuple[list[Call], T]:
        with overheard() as lines:
            result = work()
        return [self._call(method, path) for method, path, status in lines if status < 400], result

    def _call(self, method: str, path: str) -> Call:
        scope = {"type": "http", "method": method, "path": path}
        taken = next(route for route in self._routes if route.matches(scope)[0] is Match.FULL)
        assert isinstance(taken, Route)
        assert _CATCH_ALL not in taken.path, f"no route of the face takes {method} {path}"
        route = _named(taken)
        return Call(method, route.removeprefix(self._base), route)

    # -- what is asked for -------------------------------------------------------------------------------------------

    def _asks(self, verb: Verb, rule: VerbRule) -> list[Callable[[], HostRequest]]:
        """How a verb is asked for so that the host does it: one request or several, each made when its turn comes."""
        bench, customer = self._bench, f"customer-{uuid.uuid4()}"
        match verb:
            case Verb.ISSUE if not rule.one_call:
                return [lambda: bench.request(verb, phase=Phase.PREPARE), self._loading]
            case Verb.ISSUE:
                return [lambda: bench.request(verb, amount=nok(700))]
            case Verb.GIFT:
                return [lambda: self._gift(customer), lambda: self._kept(verb, customer)]
            case Verb.SAVE:
                return [lambda: self._saving(self._fresh(), customer)]
            case Verb.SHARE | Verb.PREFER | Verb.DELETE:
                return [lambda: self._kept(verb, customer)]
            case Verb.READ:  # out of a customer's list, and out of all cards of the account
                theirs = self._kept(verb, customer)
                return [lambda: theirs, lambda: replace(theirs, customer="")]
            case Verb.LIST_CARDS | Verb.LIST_ALL:
                who = customer if verb is Verb.LIST_CARDS else ""
                return [lambda: bench.request(verb, customer=who)]
            case Verb.ROTATE_PIN:
                return [lambda: bench.request(verb, self._fresh(), card=None)]
            case Verb.NEW_CODE:
                return [lambda: bench.request(verb, self._fresh(), card=None, count=24)]
            case Verb.MAKE_BLANKS:
                return [lambda: bench.request(verb, count=2)]
            case Verb.BALANCE:
                return [lambda: bench.request(verb, self._fresh(), phase=Phase.PREPARE)]
            case _:
                return [lambda: bench.ready(verb, self._card_for(verb), 500)]

    def _card_for(self, verb: Verb) -> Fresh:
        return self._bench.blank() if verb is Verb.ACTIVATE else self._fresh()

    def _fresh(self) -> Fresh:
        """A card with money on it; from the printer, where what is sold goes to its holder as an address."""
        rule = self._bench.backend.capabilities.rule(Verb.ISSUE)
        return self._bench.printed(1_000) if rule is None or rule.one_call else self._bench.fresh(1_000)

    def _loading(self) -> HostRequest:
        """The second half of selling a card: money on the empty one."""
        return self._bench.request(Verb.ISSUE, self._empty(), nok(700))

    def _empty(self, customer: str = "") -> Fresh:
        """A card that was just made, before any money."""
        made = self._bench.send(self._bench.request(Verb.ISSUE, phase=Phase.PREPARE, customer=customer))
        assert isinstance(made, HostPrepared)
        assert made.issued is not None
        card = CardSecret(made.issued.pan, made.issued.expiry, made.issued.cvc)
        return Fresh(made.account_id, card, made.issued.pin)

    def _gift(self, customer: str) -> HostRequest:
        """A new card for somebody else."""
        friend = f"friend-of-{customer}"
        return self._bench.request(
            Verb.GIFT, None, nok(2_500), customer=customer, recipient=friend, funding=f"CC-{customer}"
        )

    def _saving(self, new: Fresh, customer: str) -> HostRequest:
        pin = self._bench.pin_block(new.card, new.pin) if new.pin else None
        return self._bench.request(Verb.SAVE, new, account_id="", customer=customer, pin_block=pin)

    def _kept(self, verb: Verb, customer: str) -> HostRequest:
        """Something with a customer's card: one that was saved, or made for them where nothing is saved."""
        saves = Verb.SAVE in self._bench.backend.capabilities.verbs
        new = self._fresh() if saves else self._empty(customer)
        if saves:
            saved = self._bench.send(self._saving(new, customer))
            assert isinstance(saved, HostApproved), saved
            new = new._replace(account_id=saved.account_id)
        return self._bench.request(verb, new, card=None, customer=customer, recipient=f"friend-of-{customer}")


def _named(route: Route) -> str:
    """A route as people write it: how much of the path a variable takes is the framework's matter."""
    return route.path.replace(":path}", "}")


def _plain(calls: Iterable[Call]) -> tuple[Call, ...]:
    """Each once, in order, without tokens."""
    return tuple(dict.fromkeys(call for call in calls if not call.route.endswith(_TOKEN)))
