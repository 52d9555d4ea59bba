"""What differs between vendors: where a verb's call goes, and what a wire can't say. The suite itself knows none."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.verb import Verb

ENDPOINTS: Mapping[str, Mapping[Verb, str]] = {
    "swedbankpay": {
        Verb.BALANCE: "POST */payment-account/balance",
        Verb.REDEEM: "POST */payment/purchase",
        Verb.RELOAD: "POST */payment/deposit",
        Verb.ISSUE: "POST */payment/deposit",
        Verb.AUTHORIZE: "POST */payment/authorize",
        Verb.CAPTURE: "POST */capture",
        Verb.CANCEL: "POST */cancel",
        Verb.REVERSE: "POST */reversal",
        Verb.REFUND: "POST */reversal",
    },
    "dintero": {
        Verb.BALANCE: "POST */wallets/info",
        Verb.REDEEM: "POST */wallets/transactions",
        Verb.CASH_OUT: "POST */wallets/transactions",
        Verb.RELOAD: "POST */wallets/transactions",
        Verb.ISSUE: "POST */wallets/transactions",
        Verb.ACTIVATE: "POST */activate",
        Verb.AUTHORIZE: "POST */wallets/transactions",
        Verb.CAPTURE: "POST */capture",
        Verb.CANCEL: "POST */void",
        Verb.REVERSE: "POST */wallets/transactions",
        Verb.REFUND: "POST */wallets/transactions",
        Verb.LIST_CARDS: "GET */customers/*/cards",
        Verb.LIST_ALL: "GET */wallets/cards",
        Verb.READ: "GET */wallets/cards/*",
        Verb.DELETE: "DELETE */wallets/cards/*",
        Verb.ROTATE_PIN: "POST */rotate-pin",
        Verb.NEW_CODE: "POST */tokens",
        Verb.MAKE_BLANKS: "POST */cards/batch",
    },
    "parpay": {
        Verb.BALANCE: "POST */balanceInquiry",
        Verb.REDEEM: "POST */redeem",
        Verb.RELOAD: "POST */reload",
        Verb.ISSUE: "POST */reload",
        Verb.REVERSE: "POST */refund",
        Verb.REFUND: "POST */refund",
        Verb.TRANSFER: "POST */balanceTransfer",
        Verb.COMBINE: "POST */combine",
        Verb.GIFT: "POST */gift",
        Verb.SAVE: "POST */savegiftcard",
        Verb.SHARE: "POST */sharegiftcard",
        Verb.PREFER: "PATCH */giftcards",
        Verb.LIST_CARDS: "GET */giftcards",
    },
    "gr4vy": {
        Verb.BALANCE: "POST */gift-cards/balances",
        Verb.REDEEM: "POST */transactions",
        Verb.ACTIVATE: "POST */gift-cards/activations",
        Verb.ISSUE: "POST */gift-cards/issuances",
        Verb.REVERSE: "POST */refunds",
        Verb.REFUND: "POST */refunds",
        Verb.SAVE: "POST */gift-cards",
        Verb.DELETE: "DELETE */gift-cards/*",
        Verb.LIST_CARDS: "GET */buyers/gift-cards",
        Verb.LIST_ALL: "GET */gift-cards",
        Verb.READ: "GET */gift-cards/*",
    },
}
"""Method and path of each verb's call, as a pattern for the host's fault plan."""

FACES = tuple(sorted(ENDPOINTS))
TOKENS: Mapping[str, str] = {"swedbankpay": "*/oauth/token", "dintero": "*/auth/token", "parpay": "*/oauth/token"}

WORDS: Mapping[str, tuple[str, ...]] = {
    "swedbankpay": ("state", "operation", "type"),
    "dintero": ("type", "status"),
    "parpay": ("status",),
    "gr4vy": ("type", "status", "intent_outcome", "gift_card_service_definition_id"),
}
"""Members that hold a word out of a set which may grow."""
REASONS: Mapping[str, tuple[str, ...]] = {
    "swedbankpay": ("name", "description", "detail", "title", "message"),
    "dintero": ("code", "message"),
    "parpay": ("message", "amount", "giftCardId"),
    "gr4vy": ("code", "message", "error_code", "raw_error_code", "balance_error_code"),
}
"""Members that say why something was refused."""
VOLATILE: Mapping[str, tuple[str, ...]] = {
    "swedbankpay": ("authorization", "hmac", "transmission-time", "session-id"),
    "dintero": ("authorization",),
    "parpay": ("authorization",),
    "gr4vy": ("authorization",),
}
"""Headers of which each attempt may have its own."""
FRESH: Mapping[str, tuple[str, ...]] = {"swedbankpay": ("hmac", "session-id"), "gr4vy": ("authorization",)}
"""Headers of which each attempt must have its own."""
SAYS_REPEAT: Mapping[str, str] = {"swedbankpay": "repeat"}
"""The member by which a message says that it is one again."""

EXTRA: Mapping[str, Mapping[str, object]] = {
    face: {"repeat_checked_first": True} for face in ("swedbankpay", "parpay", "gr4vy")
} | {"gr4vy": {"repeat_checked_first": True, "issuance_theme": "031111372"}}
"""Settings beside those of the contract: what our own host promises and the vendor's does not."""

CLEAR_PINS = frozenset({"dintero", "parpay", "gr4vy"})
"""Faces whose wire wants a PIN as it is."""
CHECKS_CLOCKS = frozenset({"swedbankpay", "gr4vy"})
"""Faces whose calls carry a time."""
TELLS_DUPLICATES = frozenset({"swedbankpay", "parpay"})
"""Faces whose answer to a repeat differs from the first one."""
REFUSES_REPLAYS = frozenset({"swedbankpay"})
"""Faces that know the very bytes of a call again, by a nonce in them."""
TELLS_BALANCES = frozenset({"parpay"})
"""Faces that pay by the card's number and answer with what is left: nothing is looked up before or afterwards."""
ONLY_REDEEMS = frozenset({"parpay"})
"""Faces that take nothing back but a redeem."""
CODE_IS_PIN = frozenset({"gr4vy"})
"""Faces that know one code per card, printed on it: each card has it, and a wrong one is nobody's card."""
WITHOUT_ACCOUNTS = frozenset({"gr4vy"})
"""Faces that address a card by its number: nothing is looked up before a payment."""
WITHOUT_LABELS = frozenset({"gr4vy"})
"""Faces that are told neither STAN nor terminal; our reference stands where the others have the order's."""
