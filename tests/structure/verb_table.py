"""docs/verbs.md: what each backend can do, how, and from where. Made anew by ``python -m tests.structure.verb_table``.

Nothing in it is written down twice: rules come from the providers' own tables, calls and routes are overheard while
each verb is really run (:mod:`tests.structure.verb_runs`), and the keys come from the tables that the window draws by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.domain.job import CARD_TASKS, MORE_TASKS, PLANS, VERBS
from app.domain.messages import Task
from app.domain.verb import READS, UNDOES, RepeatRule, Verb, VerbRule
from app.ui.presenters import KEY_NAMES
from app.ui.text import TASKS
from tests.structure.verb_runs import FACES, Backend, Call, run

PAGE = Path(__file__).parents[2] / "docs" / "verbs.md"
COLUMNS = ("verb", "client calls", "route of the face", "from where", "offline", "taken back by", "after silence")

ALSO: Mapping[Verb, str] = {
    Verb.REFUND: f"{KEY_NAMES[Task.REFUND]} {TASKS[Task.REFUND].value}",
    Verb.REVERSE: f"{KEY_NAMES[Task.VOID]} {TASKS[Task.VOID].value}; {KEY_NAMES[Task.QUEUE]} take it back; by itself "
    "when a payment in doubt was given up",
    Verb.CANCEL: "by itself when a payment that was only reserved is given up",
    Verb.CAPTURE: "by itself after a reservation on the way to a payment",
    Verb.READ: f"F7 {TASKS[Task.CUSTOMER].value} or {TASKS[Task.ALL_CARDS].value}, I",
}
"""Ways to a verb that no table of tasks knows, beside those that one does."""
LISTED = {
    Task.CAPTURE: f"F7 {TASKS[Task.RESERVATIONS].value}, Enter",
    Task.RELEASE: f"F7 {TASKS[Task.RESERVATIONS].value}, R",
}
"""Tasks that begin in a list."""
_PAYMENT = "/payment-api/api/payments/payment-account/{account}/payment"
UNUSED: Mapping[str, str] = {
    "/payment-api/api/payments/gift-card/pre-deposit": "nobody: the till loads by deposit, which can be repeated",
    f"{_PAYMENT}/credit": "nobody: for cards on credit, which no till sells",
    f"{_PAYMENT}/{{payment}}": "whoever must know of a payment whose state nobody told",
    f"{_PAYMENT}/{{payment}}/transactions/{{entry}}": "the same of a capture or reversal",
    f"{_PAYMENT}/{{payment}}/operations/{{entry}}": "the same of a cancel",
    "/gr4vy/transactions/{transaction_id}": "whoever must know of a payment whose state nobody told",
    "/gr4vy/refunds/{refund_id}": "the same of a refund",
    "/gr4vy/transactions/{transaction_id}/refunds/{refund_id}": "nobody: the shorter path to a refund serves",
    "/gr4vy/transactions/{transaction_id}/refunds/all": "nobody: a till gives back what one card paid",
    "/v1/accounts/{aid}/wallets/customers/{customer}/cards/{card}": "nobody: a card is read by its own path",
    "/v1/accounts/{aid}/hooks/subscriptions": "whoever sets the webhooks up, once",
    "/v1/accounts/{aid}/hooks/subscriptions/{id}": "the same, looking at what was set up",
}
"""Who calls the routes that no run calls: those for a host in two minds, and those that a till never needs."""


@dataclass(frozen=True)
class Row:
    """One verb of one backend, cell by cell."""

    verb: Verb
    cells: tuple[str, ...]


@cache
def backends() -> tuple[Backend, ...]:
    """All of them, each run once in a process."""
    return tuple(run(face) for face in FACES)


def rows(backend: Backend) -> tuple[Row, ...]:
    """A backend's part of the table, in the order of the verbs."""
    return tuple(_row(backend, verb) for verb in Verb if verb in backend.rules)


def _row(backend: Backend, verb: Verb) -> Row:
    rule, calls = backend.rules[verb], backend.calls.get(verb, ())
    cells = (
        f"`{verb.value}`",
        _lines(f"{call.method} `{call.path}`" for call in calls),
        _lines(f"`{call.route}`" for call in dict.fromkeys(Call("", "", call.route) for call in calls)),
        _lines(ways(verb)),
        _offline(verb, rule),
        _undo(verb, rule),
        _silence(backend, verb, rule),
    )
    return Row(verb, cells)


def ways(verb: Verb) -> list[str]:
    """The keys and screens that lead to a verb, and what is asked on the way."""
    found = [_way(task) for task, meant in VERBS.items() if meant is verb and task is not Task.RESERVATIONS]
    return [*found, *([ALSO[verb]] if verb in ALSO else [])]


def _way(task: Task) -> str:
    name = TASKS[task].value
    if task in LISTED:
        return LISTED[task]
    starts = [KEY_NAMES[task]] if task in KEY_NAMES else ["F7"] if task in MORE_TASKS else []
    if task in CARD_TASKS:
        starts.append("a card's sheet")
    plan = PLANS.get(task)
    asked = f" ({', '.join(question.value for question in plan.questions)})" if plan else ""
    who = ", managers" if plan is not None and plan.manager else ""
    return f"{' or '.join(starts)}: {name}{asked}{who}"


def _offline(verb: Verb, rule: VerbRule) -> str:
    if verb is Verb.BALANCE:
        return "the last known one, with its age"
    if verb in UNDOES | {Verb.CAPTURE}:
        return "queued, whatever the limits"
    return "accepted within the limits, then queued" if rule.offline else "needs the line"


def _undo(verb: Verb, rule: VerbRule) -> str:
    if verb in READS:
        return "changes nothing"
    if verb in UNDOES:
        return "takes back itself"
    return f"`{rule.undo.value}`" if rule.undo is not None else "no way back"


_REPEATS: Mapping[RepeatRule, str] = {
    RepeatRule.REPEATABLE: "the same once more",
    RepeatRule.QUERYABLE: "looked up, then perhaps once more",
    RepeatRule.ONCE: "never sent again: a person decides",
}


def _silence(backend: Backend, verb: Verb, rule: VerbRule) -> str:
    shipped = backend.shipped.get(verb)
    if verb in READS or shipped is None or shipped.repeat is rule.repeat:
        return "asked again" if verb in READS else _REPEATS[rule.repeat]
    only = ", ".join(f"`{promise}`" for promise in backend.promises)
    return f"{_REPEATS[rule.repeat]}, where {only} holds; else {_REPEATS[shipped.repeat]}"


def _lines(parts: Iterable[str]) -> str:
    return "<br>".join(parts)


def _table(head: Iterable[str], body: Iterable[Iterable[str]]) -> list[str]:
    titles = list(head)
    return [
        f"| {' | '.join(titles)} |",
        f"|{' --- |' * len(titles)}",
        *(f"| {' | '.join(cells)} |" for cells in body),
    ]


def overview(every: tuple[Backend, ...]) -> list[str]:
    """Which backend has which verb."""
    offered = [verb for verb in Verb if any(verb in backend.rules for backend in every)]
    body = [[f"`{verb.value}`", *(_has(backend, verb) for backend in every)] for verb in offered]
    return _table(["verb", *(backend.title for backend in every)], body)


def _has(backend: Backend, verb: Verb) -> str:
    if verb in backend.shipped:
        return "yes"
    return f"with {', '.join(f'`{want}`' for want in backend.wants)}" if verb in backend.rules else "not there"


def beside(backend: Backend) -> list[str]:
    """What else the face serves, and who asks for it."""
    told = [[f"{call.method} `{call.route}`", who] for who, calls in backend.beside.items() for call in calls]
    told += [[f"`{route}`", UNUSED.get(route, "")] for route in backend.unused]
    return _table(["route", "called by"], told)


def page(every: tuple[Backend, ...]) -> str:
    """The whole page."""
    lines = [
        "# What each backend can do",
        "",
        "Made by `python -m tests.structure.verb_table`; a test fails when it is stale. Rules are those of the",
        "providers' tables with everything turned on. Calls and routes were overheard while each verb was run once, by",
        "the real client against the issuer host; the client's paths begin below its base address.",
        "",
        *overview(every),
    ]
    for backend in every:
        lines += ["", f"## {backend.title}", "", *_table(COLUMNS, (row.cells for row in rows(backend)))]
        lines += ["", "Beside the verbs:", "", *beside(backend)]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    PAGE.write_text(page(backends()), encoding="utf-8")
