"""How the product's code is built: sizes, docstrings, and the few constructions a till must not contain."""

import ast

from tests.structure.tree import FUNCTIONS, Source, sources

LONGEST_FILE = 400  # lines; beyond it a file has two subjects
LONGEST_FUNCTION = 70  # lines, docstring included; beyond it nobody holds the whole in mind

# The one loop around every thread's work: it turns whatever escaped into a marked failure and a clean stop.
LAST_RESORT = "app/service/worker.py"
COMMAND_LINE = "app/cli/"

# Rooms in which a number is money, a count or an identifier, and binary fractions have no business.
MONEY_ROOMS = ("app/domain/", "app/issuer/ledger", "app/issuer/books", "app/issuer/store", "app/storage/")
# Files in them that may use a float, each with the reason. A ratio that is only drawn would be one.
FLOATS_ALLOWED: dict[str, str] = {}


def _walk(*folders: str) -> list[tuple[Source, ast.AST]]:
    return [(source, node) for source in sources(*folders) for node in ast.walk(source.tree)]


def test_no_file_is_longer_than_a_subject() -> None:
    long = {source.path: source.text.count("\n") for source in sources()}
    assert {path: lines for path, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{source.at(node)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for source, node in _walk()
        if isinstance(node, FUNCTIONS)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def _caught(handler: ast.ExceptHandler) -> set[str]:
    if handler.type is None:
        return {"everything"}
    names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {ast.unparse(name) for name in names}


def test_no_exception_is_swallowed_unread() -> None:
    broad = [
        source.at(node)
        for source, node in _walk()
        if isinstance(node, ast.ExceptHandler)
        and _caught(node) & {"everything", "Exception", "BaseException"}
        and source.path != LAST_RESORT
        # Tidying up and passing it on (a rollback) is not swallowing.
        and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)
    ]
    assert broad == []


def test_money_is_never_a_float() -> None:
    floats = [
        source.at(node)
        for source, node in _walk()
        if source.path.startswith(MONEY_ROOMS)
        and source.path not in FLOATS_ALLOWED
        and (
            (isinstance(node, ast.Name) and node.id == "float")
            or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        )
    ]
    assert floats == []


def test_a_float_is_allowed_only_in_files_that_exist() -> None:
    assert set(FLOATS_ALLOWED) <= {source.path for source in sources()}


def _calls(node: ast.AST) -> str:
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def test_only_the_command_line_prints() -> None:
    prints = [
        source.at(node)
        for source, node in _walk()
        if _calls(node) == "print" and not source.path.startswith(COMMAND_LINE)
    ]
    assert prints == []


def test_a_wait_has_a_deadline_and_a_cancel_so_nothing_sleeps() -> None:
    sleeps = [source.at(node) for source, node in _walk() if _calls(node) in {"sleep", "time.sleep"}]
    assert sleeps == []


def test_every_module_and_public_class_says_what_it_is_for() -> None:
    silent = [source.path for source in sources() if ast.get_docstring(source.tree) is None]
    silent += [
        f"{source.at(node)} {node.name}"
        for source, node in _walk()
        if isinstance(node, ast.ClassDef)
        and node in source.tree.body
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_nothing_is_left_for_later() -> None:
    markers = ("TO" + "DO", "FIX" + "ME", "X" * 3 + ":", "HA" + "CK")
    left = [
        f"{source.path}:{number}"
        for source in sources()
        for number, line in enumerate(source.text.splitlines(), 1)
        if any(marker in line for marker in markers)
    ]
    assert left == []


def test_tests_use_the_real_thing_not_a_mock() -> None:
    mocks = [
        source.at(node)
        for source, node in _walk("tests")
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unittest.mock"))
        or (
            isinstance(node, ast.ImportFrom) and node.module == "unittest" and any(a.name == "mock" for a in node.names)
        )
        or (isinstance(node, ast.Import) and any(a.name.startswith("unittest.mock") for a in node.names))
    ]
    assert mocks == []
