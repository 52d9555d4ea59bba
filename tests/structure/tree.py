"""The source of the product as syntax trees, and the texts of the repository; shared by the tests here."""

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("app", "hardware", "resources")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

# Folders that are made, not written. TILL_VENV may put the environment elsewhere inside the tree, so any
# folder with a pyvenv.cfg is left out as well.
_MADE = frozenset({".git", ".venv", "build", "dist", "__pycache__", "tour-out"})


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: its path from the root with slashes, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        """``path:line`` of a node, the form an editor can jump to."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file below the given folders, by default below the product's."""
    found = []
    for folder in folders or PRODUCT:
        for file in sorted((ROOT / folder).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            path = file.relative_to(ROOT).as_posix()
            found.append(Source(path, text, ast.parse(text, filename=path)))
    return tuple(found)


def texts() -> Iterator[tuple[str, str]]:
    """Path and content of every text file of the repository; what is not UTF-8 is not text."""
    for folder, subfolders, names in os.walk(ROOT):
        here = Path(folder)
        subfolders[:] = [
            name
            for name in sorted(subfolders)
            if name not in _MADE
            and not name.endswith("_cache")
            and name != ".hypothesis"
            and not (here / name / "pyvenv.cfg").exists()
        ]
        for name in sorted(names):
            file = here / name
            # In a linked work tree ".git" is a file; the lock of a set-up may stand by.
            if name == ".git" or name.endswith(".lock") or name.startswith(".coverage") or not file.is_file():
                continue
            try:
                content = file.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            yield file.relative_to(ROOT).as_posix(), content
