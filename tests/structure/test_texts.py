"""The repository speaks about the till. Not about who wrote it, on what machine, or with what."""

import re

from tests.structure.tree import ROOT, texts

# Licences name their own authors, and must.
LICENCES = {"LICENSE", "resources/fonts/OFL.txt"}

MAKERS = re.compile(
    r"co-authored-by|signed-off-by|__author__|@author\b|^\W*authors?:"
    r"|\b(?:authored|coded|drafted) (?:by|with|using)\b|\b(?:code|text|file|program) (?:was )?written by\b"
    r"|\b(?:ai|machine)[- ](?:generated|written|assisted)\b|\blanguage model|\bai (?:assistant|agent|tool)"
    r"|\bprompted by an? (?:user|model)\b|\bas an ai\b",
    re.IGNORECASE | re.MULTILINE,
)
PLACES = re.compile(r"/(?:root|home/\w+|Users/\w+|work)/(?:\.|\w)|\bfile:///\w|--(?:extra-)?index-url|--find-links")

THIS_FILE = "tests/structure/test_texts.py"


def _findings(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()!r}"
        for path, text in texts()
        if path not in LICENCES and path != THIS_FILE
        for match in pattern.finditer(text)
    ]


def test_no_text_speaks_of_who_wrote_it() -> None:
    assert _findings(MAKERS) == []


def test_no_text_names_a_place_on_somebodys_machine() -> None:
    assert _findings(PLACES) == []


def test_the_walk_sees_the_texts_it_should() -> None:
    seen = {path for path, _ in texts()}
    assert {"README.md", "pyproject.toml", "packaging/run", "app/__init__.py", ".ci/run"} <= seen
    assert not any(path.startswith((".venv/", ".git/")) for path in seen)


def test_the_vision_is_written_down() -> None:
    for name in (
        "README.md",
        "CHANGELOG.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "docs/threat-model.md",
    ):
        assert (ROOT / name).stat().st_size > 0, name
