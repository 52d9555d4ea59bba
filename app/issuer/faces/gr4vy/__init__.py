"""Gr4vy's gift-card vault, as a merchant sees it.

**Protocol.** JSON over HTTP under `/gr4vy` (the vendor has a host of its own instead); a bearer token that the merchant
signed itself with the key of the contract (`access.py`), and `x-gr4vy-merchant-account-id`. Amounts are integers in
minor units, 0 to 99,999,999. Numbers and PINs come in and never go out.

==========================================================  ============================================================
`POST /gift-cards`, `GET /gift-cards`                       into the vault; what is in it, page by page
`GET`, `DELETE /gift-cards/{id}`                            one of them
`POST /gift-cards/balances`                                 balances of typed and stored cards, each with its own error
`POST /gift-cards/activations`, `/gift-cards/issuances`     a printed card and its load; a virtual card
`GET /buyers/gift-cards`                                    a customer's cards with balances
`POST /transactions`, `GET /transactions`, `…/{id}`         paying
`POST`, `GET /transactions/{id}/refunds`, `…/{rid}`         giving back; also `GET /refunds/{rid}`
`POST /transactions/{id}/refunds/all`                       giving everything back
==========================================================  ============================================================

**House choices**, where the vendor is silent or its sources disagree (each one is a line in a test):

- Bad input is 400 with the vendor's own error body and one detail per problem; 422 is not used. Unknown members are
  refused, but for `POST /transactions`, whose schema is not in the extract: members nobody told us of are left alone.
- No token, a bad one or a stale one is 401; one that lacks the scope is 403; an account header that names no account of
  the key is 403. `iss` and a repeated `jti` are not looked at; clocks may differ by five minutes. Embed tokens are
  for browsers and open nothing here.
- There are two merchant accounts, `default` (also without the header) and `second`; each sees its own cards only.
- The service behind the vault is the ledger. A wrong PIN, a number of another face and one that nobody knows are
  `invalid_gift_card`; three wrong PINs in a row block a card, and a blocked one is `suspected_fraud`. A balance is told
  of cards that could pay; of others the reason.
- A number nobody knows whose PIN begins with 0 to 3 is a card of the vendor's simulator. `0…` is entered into the books
  on first sight with the PIN's value, in NOK, good until 12/31, and from then on it is a card like any other, which
  paying makes poorer. `1…`, `2…` and `3…` give the code of their last four digits.
- The vault keeps no PIN: a card is tried when it is stored, and one that fails keeps failing with the code it got then.
  Storing a card twice for one buyer is 409 `duplicate_record`; an eleventh card of a buyer is 400.
- A `buyer_external_identifier` nobody knows makes a buyer; a `buyer_id` nobody knows is 404. The list of a buyer's
  cards without a buyer is empty; it deletes nothing.
- Activating what is active is 400 with a detail of type `unexpected_state`, as are the other card codes. Idempotency
  keys of activations and issuances are honoured like all others.
- One key with another body is 409 `duplicate_record`. A key's answer is kept for 24 hours when it was a 2xx, a failed
  payment included. A key that was being worked on when the host died goes on where it stopped.
- Payments are for gift cards only: a `payment_method` is 400, and the cards' amounts must add up to the sale. Cards are
  redeemed one by one; when one fails, those before it are given back (`succeeded`, with `refunded_amount` in full) and
  those behind it `skipped`. `status` is `capture_succeeded` or `authorization_failed`; both intents take the money.
- A refund without a gift card as its target is 400: there is no payment method. `amount` 0 is 400, null is all that is
  left, more than that is 400. `target_id` is the redemption's id.
- Lists are in the order of their ids. `GET /transactions` filters by `external_identifier`, `gift_card_id`,
  `gift_card_last4` and `has_gift_card_redemptions`.
- Hooks (`hooks.py` says how, and what is in them) tell of redemptions, refunds and reversals. Whoever wants them is
  entered in the admin window.
- Besides the demo cards of the contract there is a printed row of five, inactive and worth nothing, to be activated as
  a range: 701337900000000001 to 701337900000000005, each with its check digit behind, PINs 90001 to 90005.
- The address of an issuance opens nothing: it ends in `.invalid`.
"""
