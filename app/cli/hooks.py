"""``stanchion hooks``: takes what the backends tell unasked, and keeps it where the till on this directory looks.

With ``--json`` the first line on stdout is one object (``listening``, and ``faces``: where each backend's hooks go),
and each further line is a hook that was new. It ends with 0 on SIGTERM or Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from types import FrameType

from app.backends.hooks.base import Hook, Verifier
from app.bootstrap import DIFFERENCE, WRONG, told_in_words
from app.cli.hook_checks import about_hooks, verifier
from app.domain.errors import CannotStart
from app.hooks.receiver import Receiver
from app.hooks.server import HookServer, listen
from app.paths import data_directory
from app.settings import Settings, SettingsError, load
from app.storage.errors import StorageError
from app.storage.hook_store import HookStore
from app.storage.vault import Vault


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument("--config", type=Path, help="configuration file; its [hooks] says whose hooks are taken")
    parser.add_argument("--data", type=Path, help="data directory of the till that is to hear of them")
    parser.add_argument("--host", help="address to listen on (default: the configured one, or 127.0.0.1)")
    parser.add_argument("--port", type=_port, help="0 takes a free one (default: the configured one, or 8455)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line: where it listens, then each hook")


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise ValueError
    return port


def run(arguments: argparse.Namespace) -> int:
    """Receives until it is told to end."""
    # its warnings are of requests that make no sense, and whoever sends those may send many
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    data: Path = arguments.data or data_directory(training=False)
    try:
        settings, verifiers = _read(arguments.config, data)
        with _endings() as endings:
            server = _open(arguments, settings, verifiers, data, endings)
            with server:
                _say_where(server, verifiers, as_json=arguments.json)
                return endings.get()
    except CannotStart as error:
        print(f"stanchion: {error.sentence}", file=sys.stderr)
        return error.exit_code


def _read(config: Path | None, data: Path) -> tuple[Settings, list[Verifier]]:
    """The configuration and what verifies the hooks it names. Raises ``CannotStart``."""
    with told_in_words(data):
        if config is None:
            raise SettingsError("nothing says whose hooks are to be taken; name a file with --config")
        settings = load(config)
        if not settings.hooks.faces:
            raise SettingsError(f"{config}: nothing says whose hooks are to be taken; add [hooks] with faces")
        vault = Vault.open(data, use_keyring=not settings.training, production=not settings.training)
        return settings, [verifier(face, settings, vault) for face in settings.hooks.faces]


def _open(
    arguments: argparse.Namespace, settings: Settings, verifiers: list[Verifier], data: Path, endings: SimpleQueue[int]
) -> HookServer:
    """Store and socket. Raises ``CannotStart``."""
    host = arguments.host or settings.hooks.host
    port = settings.hooks.port if arguments.port is None else arguments.port
    try:
        listener = listen(host, port)
    except OSError as error:
        raise CannotStart(f"Hooks can't be received at {host}, port {port} ({error.strerror}).", WRONG) from None
    try:
        store = HookStore.open(data)
    except StorageError as error:
        listener.close()
        raise CannotStart(about_hooks(error, data), error.exit_code) from None
    told = _Teller(data, as_json=arguments.json)
    receiver = Receiver(verifiers, store, lambda: datetime.now(UTC), told.hook, told.trouble)
    return HookServer(receiver, listener, lambda: endings.put(DIFFERENCE))


class _Teller:
    """Tells of hooks on stdout and of trouble on stderr; of the same trouble once. Never of a body or a secret."""

    def __init__(self, data: Path, *, as_json: bool) -> None:
        self._data = data
        self._as_json = as_json
        self._last = ""

    def hook(self, hook: Hook) -> None:
        """A hook that was new."""
        self._last = ""
        told = {name: value for name, value in asdict(hook).items() if name != "keys"}
        card = f", card {hook.account_id or f'ending in {hook.last4}'}" if hook.account_id or hook.last4 else ""
        line = json.dumps(told) if self._as_json else f"{hook.face}: {hook.event}{card}"
        with suppress(OSError):  # nobody listens any more; the till still does
            print(line, flush=True)

    def trouble(self, error: StorageError) -> None:
        """Something was not kept."""
        if error.code != self._last:
            self._last = error.code
            with suppress(OSError):
                print(f"stanchion: {about_hooks(error, self._data)}", file=sys.stderr, flush=True)


def _say_where(server: HookServer, verifiers: list[Verifier], *, as_json: bool) -> None:
    addresses = {verifier.face: server.address_of(verifier.face) for verifier in verifiers}
    if as_json:
        print(json.dumps({"listening": server.url, "faces": addresses}), flush=True)
        return
    for face, address in addresses.items():
        print(f"Hooks of {face} are taken at {address}")
    print("Plain HTTP: what comes from outside needs a tunnel or a proxy that ends TLS in front. Ctrl-C ends it.")
    sys.stdout.flush()


@contextmanager
def _endings() -> Iterator[SimpleQueue[int]]:
    """Why to end, as exit codes: a signal, or the server's own end. The signals are caught before anybody is told that
    we are here; the queue may be put to from a signal's handler.
    """
    endings: SimpleQueue[int] = SimpleQueue()

    def noted(_number: int, _frame: FrameType | None) -> None:
        endings.put(0)

    before = {number: signal.signal(number, noted) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield endings
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
