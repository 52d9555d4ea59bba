"""One ground for all runs of a session, and the count of runs at the end of it."""

from collections.abc import Iterator

import pytest

from tests.simulation.ground import Ground

LINES: list[str] = []


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    made = Ground()
    yield made
    made.close()


@pytest.fixture(scope="session")
def tell() -> list[str]:
    """What the summary of the session shall say."""
    return LINES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if LINES:
        terminalreporter.section("simulation")
    for line in LINES:
        terminalreporter.write_line(line)
