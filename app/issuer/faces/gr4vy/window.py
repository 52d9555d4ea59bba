"""What the vendor's dashboard does, in the host's admin window: `/admin/gr4vy/hooks`.

`POST` orders a subscription (`url`, `secrets`, and if wanted `events`, `merchant_account_id`, `headers`: "guide" or
"sdk"), `GET` lists them without their secrets, `DELETE` drops them all.
"""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.issuer.admin import ADMIN_PATH, local_only
from app.issuer.faces.gr4vy.hooks import Hooks, NotTaken, Wish

# An order of four secrets and five events is far below this.
_MAX_ORDER = 16 * 1024


class Window:
    """Serves the orders of one face."""

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks

    def routes(self) -> list[BaseRoute]:
        """The one path."""
        return [Route(f"{ADMIN_PATH}/gr4vy/hooks", local_only(self._orders), methods=["GET", "POST", "DELETE"])]

    async def _orders(self, request: Request) -> Response:
        if request.method == "POST":
            body = bytearray()
            async for part in request.stream():
                body += part
                if len(body) > _MAX_ORDER:
                    return _json({"message": "the order is too large"}, 413)
            try:
                return _json(self._hooks.subscribe(msgspec.json.decode(body, type=Wish)).shown(), 201)
            except (msgspec.MsgspecError, UnicodeDecodeError):  # what it says may hold a secret
                return _json({"message": "no subscription: it needs url and secrets, and nothing unknown"}, 400)
            except NotTaken as error:
                return _json({"message": f"no subscription: {error}"}, 400)
        if request.method == "DELETE":
            self._hooks.forget()
        return _json({"subscriptions": self._hooks.listed()}, 200)


def _json(value: object, status: int) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")
