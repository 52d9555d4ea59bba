"""``stanchion driven``: a till whose keys are pressed by the tour that started it. Not for people.

The channel is a descriptor inherited from the parent; nobody else can take hold of it.
"""

from __future__ import annotations

import argparse
import socket

from app.cli import till
from app.tour.driver import Driver


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Those of ``till``, and the channel."""
    till.add_arguments(parser)
    parser.add_argument("--channel", type=int, required=True, help="descriptor of the socket to the parent")


def run(arguments: argparse.Namespace) -> int:
    """A till like any other, with a hand on its window."""
    with socket.socket(fileno=arguments.channel) as channel:
        return till.run(arguments, lambda window: Driver(window, channel))
