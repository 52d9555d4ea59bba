"""``stanchion issuer``: the room runs itself."""

from app.issuer.command import add_arguments, run

__all__ = ["add_arguments", "run"]
