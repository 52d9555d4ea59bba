"""Dintero's wallets, as a till sees them: gift cards under `/v1/accounts/{aid}/wallets`.

**Protocol.** JSON over HTTP. A bearer token per API client from `/v1/accounts/{oid}/auth/token` (Basic, and a JSON body
that names the account as its audience). A card is named by its maker (`card_id`), by the host (`id`) and by secrets on
it (tokens with a prefix). Money moves by transactions that carry a `ref_id`, unique per card.

===================================================================  ===============================================
`POST cards`, `POST cards/batch`, `POST cards/{card_id}/activate`    a card; blanks for the printer; one put to use
`GET cards`, `GET cards/{card_id}`, `DELETE cards/{card_id}`         all cards, one card, its end
`POST cards/{card_id}/tokens`, `POST cards/{card_id}/rotate-pin`     a passing code; another PIN
`GET cards/{card_id}/transactions`                                   a card's history
`POST info`                                                          what is on a card, by its code
`POST transactions`                                                  drawdown (or a reservation) and fund
`POST transactions/{transaction_id}/capture`, `.../void`             what follows a reservation
`GET customers/{customer_id}/cards`, `.../cards/{card_id}`           a customer's cards
`POST ../hooks/subscriptions`, `GET ../hooks/subscriptions/{hid}`    who is told of all this
===================================================================  ===============================================

**House choices**, where the vendor is silent (each one is a line in a test):

- Statuses: 200 for every success, 204 for a deletion; 400 for a body, a card or a code in the wrong state, 401 for the
  token, 403 for scope, account and PIN, 404 for what is not known, 409 for a used `card_id` or `ref_id` and for what is
  used up. The body is always `error` with a `message`; `code` is the status in the vendor's manner (`NOT FOUND`).
- A repeated `ref_id` is looked up first, and answers the first transaction where amount, currency and type are the
  same, whatever became of code, PIN or card since; else 409. A refused attempt uses up nothing. A token's `ref_id`
  can't be answered again (its code is told once), so that is 409. A transaction without a `type` is 400.
- `info` answers the card shape. It needs any scope that reads or pays. It answers without a PIN; one that is given is
  checked. A blocked, inactive or expired card still answers, so that a till learns its id.
- A payment by code needs the PIN of a card that has one; a call by `card_id` has the wider scope and needs none, nor
  does a fund. A missing or wrong PIN is 403; three wrong ones in a row block the card, and a new PIN unblocks nothing.
- Status: `inactive`, `unused`, `used` (once something was drawn), `blocked`, `expired`, `deleted`.
- A code format left out is `DINCARD:` and a UUID; one that is given has no prefix but its own, and a class left out is
  not in it; with no class at all it is numbers. `barcode_128` is empty. Codes have 1 to 64 signs, PINs 4 to 12.
- A batch has 1 to 100 cards, all or none, in NOK; activation is in the card's currency. Activation answers without
  secrets and stands in the books as a deposit under the `transaction_ref` of its metadata, if it has one.
- A capture after `expires_at` is refused, a void is not. Reservations do not end by themselves.
- A history lists transactions with their metadata, oldest first, in pages like the list of cards; the value a card was
  made or activated with is no transaction. The last page of a list has `starting_after` null. Cursors are ours.
- A card with money on it, or reserved, is not deleted (409). A deleted one is 404, is listed with `include_deleted`,
  and keeps its `card_id`.
- The `amount_available` filter of the list is not served. `includes` and unknown members of a body are ignored.
- Hooks (`hooks.py` says how) tell of cards that are made or activated and of transactions; `admin:wallets` may
  subscribe, too.
- `ref_id` has at most 255 characters, metadata at most 50 texts of at most 1000.
- The books also keep `stan`, `terminal_id` and `order_ref` from the metadata, for the reconciliation.
"""
