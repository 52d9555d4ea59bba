"""A part of a path that may hold anything, line breaks too: what a vendor's own error answers must cover.

Starlette's own `path` ends at a line break, and what it does not match is answered by nobody's face. Importing this
module makes `{name:rest}` known to every route.
"""

from starlette.convertors import Convertor, register_url_convertor


class Rest(Convertor[str]):
    """Whatever is left of a path."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        """As it came."""
        return value

    def to_string(self, value: str) -> str:
        """As it came."""
        return value


REST = "rest"
"""How a route names it."""
register_url_convertor(REST, Rest())
