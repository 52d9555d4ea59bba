"""An X or a Z laid out as lines of paper: the same on the screen, for the printer and in a file.

Pure, like :mod:`app.ui.paper`. Turnover and loads stand apart: money on a gift card is a debt until it is spent.
Every figure names its count, and what is open is listed one by one with the day it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from app.domain.report import CarriedItem, DayReport, Line
from app.domain.transaction import State
from app.domain.verb import Verb
from app.ui import format as fmt
from app.ui.list_text import is_plain
from app.ui.office_text import SETTLEMENTS, STATES, verb_name
from app.ui.paper import RULE, PaperLine
from app.ui.text import QT_TRANSLATE_NOOP, TENDERS, say

HEAD_PIECE, HEAD_PIECES = 8, 3
"""The chain's head is printed in groups of eight hex digits, three to a line: two people can read it to each other."""


class OnReport(StrEnum):
    """Words of a day's report."""

    X = QT_TRANSLATE_NOOP("Till", "X REPORT")
    Z = QT_TRANSLATE_NOOP("Till", "Z REPORT {n}")
    X_WHY = QT_TRANSLATE_NOOP("Till", "A look at the day so far. The day is open.")
    DAY = QT_TRANSLATE_NOOP("Till", "Business day")
    TILL = QT_TRANSLATE_NOOP("Till", "Till")
    TRAINING = QT_TRANSLATE_NOOP("Till", "TRAINING - NO REAL MONEY")
    TRAINING_OUT = QT_TRANSLATE_NOOP("Till", "Training is left out of these figures.")
    TURNOVER = QT_TRANSLATE_NOOP("Till", "Gift cards taken as payment")
    SALES = QT_TRANSLATE_NOOP("Till", "Paid")
    GIVEN_BACK = QT_TRANSLATE_NOOP("Till", "Given back")
    NET = QT_TRANSLATE_NOOP("Till", "Paid less given back")
    LOADS = QT_TRANSLATE_NOOP("Till", "Loads: a debt, not turnover")
    LOADED = QT_TRANSLATE_NOOP("Till", "Loaded and sold")
    LOADS_BACK = QT_TRANSLATE_NOOP("Till", "Loads taken back")
    PAID_OUT = QT_TRANSLATE_NOOP("Till", "Cash for cards: no turnover")
    OUT = QT_TRANSLATE_NOOP("Till", "Paid out of the drawer")
    OUT_BACK = QT_TRANSLATE_NOOP("Till", "Put back on cards")
    VERBS = QT_TRANSLATE_NOOP("Till", "By kind")
    TENDERS = QT_TRANSLATE_NOOP("Till", "Other tenders")
    NOT_SETTLED = QT_TRANSLATE_NOOP("Till", "Not settled yet")
    UNSENT = QT_TRANSLATE_NOOP("Till", "Offline, not sent")
    UNKNOWN = QT_TRANSLATE_NOOP("Till", "Being checked")
    DISPUTED = QT_TRANSLATE_NOOP("Till", "Refused afterwards")
    DECLINED = QT_TRANSLATE_NOOP("Till", "Declined, no money")
    SETTLED = QT_TRANSLATE_NOOP("Till", "Closed by hand")
    CARRIED = QT_TRANSLATE_NOOP("Till", "Carried over, by original day")
    NONE_CARRIED = QT_TRANSLATE_NOOP("Till", "Nothing is carried over.")
    JOURNAL = QT_TRANSLATE_NOOP("Till", "Journal records")
    HEAD = QT_TRANSLATE_NOOP("Till", "Head of the chain")
    NO_RECORDS = QT_TRANSLATE_NOOP("Till", "none")


def report_paper(report: DayReport, store: str = "", terminal_id: str = "") -> tuple[PaperLine, ...]:
    """The whole report, from the shop's name to the head of the chain."""
    return (
        *_head(report, store, terminal_id),
        RULE,
        *_sums(report),
        RULE,
        *_by_kind(report),
        *_open_items(report),
        RULE,
        *_proof(report),
    )


def _head(report: DayReport, store: str, terminal_id: str) -> list[PaperLine]:
    title = say(OnReport.Z, n=report.number) if report.number else say(OnReport.X)
    lines = [PaperLine(store, weight=2, centred=True)] if store else []
    lines.append(PaperLine(title, weight=3, centred=True))
    if report.training:
        lines.append(PaperLine(say(OnReport.TRAINING), weight=2, centred=True))
    if not report.number:
        lines.append(PaperLine(say(OnReport.X_WHY), weight=0, centred=True))
    lines.append(PaperLine(say(OnReport.DAY), report.business_day, weight=2))
    if terminal_id:
        lines.append(PaperLine(say(OnReport.TILL), terminal_id))
    return lines


def _counted(word: str, line: Line, weight: int = 1) -> PaperLine:
    return PaperLine(f"{line.count} × {word}", fmt.money(line.amount), weight)


def _sums(report: DayReport) -> list[PaperLine]:
    net = report.sales.amount - report.given_back.amount
    return [
        PaperLine(say(OnReport.TURNOVER), weight=2),
        _counted(say(OnReport.SALES), report.sales),
        _counted(say(OnReport.GIVEN_BACK), report.given_back),
        PaperLine(say(OnReport.NET), fmt.money(net), weight=2),
        RULE,
        PaperLine(say(OnReport.LOADS), weight=2),
        _counted(say(OnReport.LOADED), report.loads),
        _counted(say(OnReport.LOADS_BACK), report.loads_back),
        *_paid_out(report),
    ]


def _paid_out(report: DayReport) -> list[PaperLine]:
    """Cash that cards held and the drawer gave; nothing at all on a day without. The money stands among the tenders."""
    if not (report.paid_out.count or report.paid_out_back.count):
        return []
    lines = [RULE, PaperLine(say(OnReport.PAID_OUT), weight=2), _counted(say(OnReport.OUT), report.paid_out)]
    if report.paid_out_back.count:
        lines.append(_counted(say(OnReport.OUT_BACK), report.paid_out_back))
    return lines


def _of_kind(verb: Verb, line: Line) -> PaperLine:
    """A verb without money names none: a sum of nothing would look like one."""
    if is_plain(verb, line.amount.minor):
        return PaperLine(f"{line.count} × {verb_name(verb)}")
    return _counted(verb_name(verb), line)


def _section(title: OnReport, lines: Iterable[PaperLine]) -> list[PaperLine]:
    """A heading and its lines; nothing at all where there are none."""
    listed = list(lines)
    return [PaperLine(say(title), weight=2), *listed, RULE] if listed else []


def _by_kind(report: DayReport) -> list[PaperLine]:
    return [
        *_section(OnReport.VERBS, (_of_kind(verb, line) for verb, line in report.verbs)),
        *_section(OnReport.TENDERS, (_counted(say(TENDERS[kind]), line) for kind, line in report.tenders)),
        *_section(OnReport.SETTLED, (_counted(say(SETTLEMENTS[how]), line) for how, line in report.settled)),
    ]


def _open_items(report: DayReport) -> list[PaperLine]:
    lines = [
        PaperLine(say(OnReport.NOT_SETTLED), weight=2),
        _counted(say(OnReport.UNSENT), report.unsent),
        _counted(say(OnReport.UNKNOWN), report.unknown),
        _counted(say(OnReport.DISPUTED), report.disputed),
        _counted(say(OnReport.DECLINED), report.declined),
        RULE,
    ]
    if not report.carried:
        return [*lines, PaperLine(say(OnReport.NONE_CARRIED))]
    lines.append(PaperLine(say(OnReport.CARRIED), weight=2))
    for item in report.carried:
        amount = "" if is_plain(item.verb, item.amount.minor) else fmt.money(item.amount)
        lines.append(PaperLine(f"{item.business_day} {item.stan}", amount))
        lines.append(PaperLine(f"{verb_name(item.verb)} · {_standing(item)}", weight=0))
    return lines


def _standing(item: CarriedItem) -> str:
    known = item.state in State.__members__.values()
    return say(STATES[State(item.state)]) if known else item.state


def _proof(report: DayReport) -> list[PaperLine]:
    empty = report.last_seq < report.first_seq or report.last_seq == 0
    stretch = say(OnReport.NO_RECORDS) if empty else f"{report.first_seq} – {report.last_seq}"
    lines = [PaperLine(say(OnReport.JOURNAL), stretch), PaperLine(say(OnReport.HEAD), weight=0)]
    pieces = [report.head[start : start + HEAD_PIECE] for start in range(0, len(report.head), HEAD_PIECE)]
    lines += [
        PaperLine(" ".join(pieces[start : start + HEAD_PIECES]), weight=0)
        for start in range(0, len(pieces), HEAD_PIECES)
    ]
    if not report.training:
        lines.append(PaperLine(say(OnReport.TRAINING_OUT), weight=0))
    return lines
