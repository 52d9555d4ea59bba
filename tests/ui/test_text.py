"""Every fact of the domain has its sentence, every sentence its own code, and nothing escapes translation."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from itertools import chain
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QLocale

from app.domain.card import CardFault
from app.domain.host import Cause, Decline
from app.domain.messages import ReaderState, Task
from app.domain.money import Currency, Money
from app.domain.records import TenderKind
from app.domain.verb import Verb
from app.domain.view import NoticeKind, OutcomeKind, StopKind, Why
from app.ui import format as fmt
from app.ui import job_text, moved, paper, sentences, text
from app.ui.job_text import JobSay
from app.ui.moved import Did
from app.ui.paper import OnPaper
from app.ui.text import PseudoTranslator, Say, say
from tests.ui import samples

CODED: list[tuple[type[StrEnum], Mapping[StrEnum, sentences.Sentence]]] = [
    (Cause, sentences.CAUSES),  # type: ignore[list-item] # a mapping's key type does not vary
    (Decline, sentences.DECLINES),  # type: ignore[list-item]
    (CardFault, sentences.CARD_FAULTS),  # type: ignore[list-item]
    (Why, sentences.WHYS),  # type: ignore[list-item]
    (NoticeKind, sentences.NOTICES),  # type: ignore[list-item]
    (StopKind, sentences.STOPS),  # type: ignore[list-item]
    (OutcomeKind, sentences.OUTCOMES),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("kind", "table"), CODED, ids=lambda v: getattr(v, "__name__", ""))
def test_every_member_has_a_sentence(kind: type[StrEnum], table: Mapping[StrEnum, sentences.Sentence]) -> None:
    assert set(table) == set(kind)


def test_no_code_means_two_things() -> None:
    codes = [sentence.code for _, table in CODED for sentence in table.values()]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[A-Z]-\d\d", code) for code in codes)


def test_a_refusal_says_whether_money_moved() -> None:
    for sentence in chain(sentences.CAUSES.values(), sentences.DECLINES.values()):
        assert sentence.money
        assert sentence.now


def test_a_decline_never_leaves_the_money_in_doubt() -> None:
    assert {sentence.money for sentence in sentences.DECLINES.values()} == {sentences.NOT_MOVED}


def test_the_template_ends_with_the_code() -> None:
    full = sentences.CAUSES[Cause.TIMEOUT].full()
    assert full.startswith("No answer from the gift-card service. The money may have been taken.")
    assert full.endswith("(T-12)")


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (Task, text.TASKS),
        (ReaderState, text.READERS),
        (OutcomeKind, text.OUTCOMES),
        (TenderKind, text.TENDERS),
    ],
)
def test_every_member_has_a_word(kind: type[StrEnum], table: Mapping[StrEnum, Say]) -> None:
    assert set(table) == set(kind)


@pytest.mark.usefixtures("pseudo")
def test_the_pseudo_language_is_longer_and_keeps_the_names() -> None:
    for source in (*Say, *OnPaper, *JobSay, *Did):
        names = re.findall(r"{\w+}", source.value)
        shown = PseudoTranslator().translate(text.CONTEXT, source.value)
        assert shown is not None
        assert sorted(re.findall(r"{\w+}", shown)) == sorted(names)
        assert len(shown) >= len(source.value) * 7 // 5
    assert say(Say.SWIPE_A_CARD) != Say.SWIPE_A_CARD.value


def test_money_is_written_from_whole_minor_units() -> None:
    english = QLocale("en_US")
    assert fmt.amount(samples.nok(125000), english) == "1,250.00"
    assert fmt.amount(samples.nok(5), english) == "0.05"
    assert fmt.amount(samples.nok(-99), english) == "-0.99"
    assert fmt.amount(samples.nok(10**15), english) == "10,000,000,000,000.00"
    assert fmt.amount(Money(1250, Currency.ISK), english) == "1,250"
    assert fmt.money(samples.nok(125000), english) == "1,250.00\u00a0NOK"


def test_separators_come_from_the_locale() -> None:
    assert fmt.amount(samples.nok(125000), QLocale("de_DE")) == "1.250,00"


def test_ages_are_said_in_the_largest_unit() -> None:
    now = samples.NOW
    assert fmt.age(now, now) == "now"
    assert fmt.age(now - timedelta(minutes=4), now) == "4 min"
    assert fmt.age(now - timedelta(hours=3), now) == "3 h"
    assert fmt.age(now - timedelta(days=3), now) == "3 d"
    assert fmt.age(now + timedelta(hours=1), now) == "now"


def test_the_translators_tool_finds_every_text(tmp_path: Path) -> None:
    tool = Path(sys.executable).parent / "pyside6-lupdate"
    sources = [str(module.__file__) for module in (text, sentences, paper, job_text, moved)]
    subprocess.run([str(tool), *sources, "-ts", str(tmp_path / "till.ts")], check=True, capture_output=True)
    tree = ElementTree.parse(tmp_path / "till.ts")
    found = {node.text for node in tree.iter("source")}
    said = {word.value for word in (*Say, *OnPaper, *JobSay, *Did)}
    spoken = [sentence for _, table in CODED for sentence in table.values()]
    spoken += [*job_text.WRONG.values(), job_text.EMPTY, job_text.STRIPE, job_text.WRONG_NUMBER, job_text.NO_REFERENCE]
    spoken += [moved.suited(sentence, Verb.SAVE, samples.nok(0)) for sentence in tuple(spoken)]
    spoken += [moved.suited(sentence, Verb.TRANSFER, samples.nok(1)) for sentence in tuple(spoken)]
    said |= {part for sentence in spoken for part in (sentence.what, sentence.money, sentence.now) if part}
    assert said <= found
    assert [node.text for node in tree.iter("name")] == [text.CONTEXT]
