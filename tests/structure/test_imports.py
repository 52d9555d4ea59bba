"""Imports stand in plain sight, and name only libraries that the project declares.

Who may import whom is the import contract's work (`lint-imports`, table in pyproject.toml). It sees every
import that is written as one; these tests see to it that there are no others.
"""

import ast
import re
import sys
import tomllib

from tests.structure.tree import PRODUCT, ROOT, Source, sources

# The window's frame comes up before its screens and the program behind it are read, so that a cashier sees it at once.
# These are the imports that may stand inside a function, and only one file of the window may have them.
LATE_IMPORTS, LATE_IMPORTER = {"app.bootstrap", "app.ui.slip", "app.ui.screens.registry"}, "app/ui/"

# Rooms whose files are imported by name from the room.
PACKAGES = {"app", "app.ui", "app.ui.screens"}

# The command line imports the one command that was asked for, by its name: a till must not read a web framework
# before its window stands, and the issuer host must not read Qt.
COMMAND_LINE = "app/cli/__init__.py"

# Distributions whose import name is not their own name in lower case with underscores.
IMPORT_NAMES = {"PySide6-Essentials": "PySide6", "pyserial": "serial"}


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    module = node.module or ""
    return [f"{module}.{alias.name}" if module in PACKAGES else module for alias in node.names]


def _imports(source: Source) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in ast.walk(source.tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def _late_imports(source: Source) -> list[ast.Import | ast.ImportFrom]:
    top = {id(node) for node in source.tree.body}
    return [node for node in _imports(source) if id(node) not in top]


def test_every_import_stands_at_the_top_of_its_file() -> None:
    late = [(source, node) for source in sources() for node in _late_imports(source)]
    allowed = [
        (source, node)
        for source, node in late
        if source.path.startswith(LATE_IMPORTER) and set(_names(node)) <= LATE_IMPORTS
    ]
    assert len({source.path for source, _ in allowed}) <= 1
    assert [source.at(node) for source, node in late if (source, node) not in allowed] == []


def test_no_import_hides_in_a_string() -> None:
    hidden = [
        source.at(node)
        for source in sources()
        if source.path != COMMAND_LINE
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in {"__import__", "import_module"})
            or (isinstance(node.func, ast.Attribute) and node.func.attr == "import_module")
        )
    ]
    assert hidden == []


def test_imports_are_absolute_so_that_a_file_says_whose_room_it_enters() -> None:
    relative = [
        source.at(node)
        for source in sources()
        for node in _imports(source)
        if isinstance(node, ast.ImportFrom) and node.level > 0
    ]
    assert relative == []


def test_the_product_imports_only_what_the_project_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = {re.split(r"[<>=~!\[; ]", line)[0] for line in project["project"]["dependencies"]}
    allowed = {IMPORT_NAMES.get(name, name.lower().replace("-", "_")) for name in declared}
    allowed |= {*PRODUCT, *sys.stdlib_module_names}
    unknown = [
        f"{source.at(node)}: {name}"
        for source in sources()
        for node in _imports(source)
        for name in _names(node)
        if name.split(".")[0] not in allowed
    ]
    assert unknown == []


def test_the_product_never_imports_its_tests() -> None:
    guests = [
        source.at(node)
        for source in sources()
        for node in _imports(source)
        for name in _names(node)
        if name.split(".")[0] == "tests"
    ]
    assert guests == []
