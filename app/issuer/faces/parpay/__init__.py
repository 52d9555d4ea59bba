"""PAR Pay's gift-card API, as a till sees it.

**Protocol.** JSON over HTTP under `/parpay`. A bearer JWT from `POST /oauth/token` (client credentials) *and*
`X-LocationId` on every gift-card call. The twelve paths are the vendor's, in their exact case; there is no `void` and
no `capture` for gift cards, and `balanceInquiry` is a POST.

===================================================  =============================================================
`POST /giftcard/v1/virtual/issue`                    a new card
`POST /giftcard/v1/reload`, `redeem`                 money onto a card, off a card
`POST /giftcard/v1/balanceInquiry`                   what is on it
`POST /giftcard/v1/balanceTransfer`                  part or all of a balance to a new card
`POST /giftcard/v1/refund`                           the only undo, and of a redeem only
`POST /giftcard/v1/savegiftcard`, `sharegiftcard`    keep a card for a customer; let another use it as well
`POST /giftcard/v1/gift`                             a new card for somebody, or a saved one given away
`POST /giftcard/v1/combine`                          several saved cards into one
`GET`, `PATCH /giftcard/v1/giftcards`                a customer's cards; which one is preferred
===================================================  =============================================================

**The bodies are a house contract that awaits the vendor's schema.** Four field names are documented; all of them stand
in the one table of `wire.py`. The other choices where the vendor is silent, each one a line in a test:

- Amounts are decimal major units as text with two places; text and JSON numbers are read alike. Currency: NOK where
  none is named. 1 to 999,999,999,999 minor units; `virtual/issue` also takes 0, an empty card.
- Errors are `{"errors": {"<field>": "<text>"}, "message": "<text>"}`: 400 malformed, 401 token, 403 not this
  location's or customer's, 404 unknown, 409 the request does not fit the books, 422 the card may not (declined).
- `X-LocationId` missing is 400, unknown 403. The token call needs none and takes id and secret by Basic or in the form.
- Tokens are HS256 JWTs under a key of the host's own; no scope, no audience.
- `requestId` is looked up first. A repeat must name the same operation and amount, and the same card where it names
  one; it is answered before the passcode is looked at, with `duplicate`, and shows a card it made once more: number and
  passcode follow from the host's key and the request, so the books still hold neither. A declined attempt is declined
  again.
- Every card has a passcode and a `giftCardId`. A passcode that is given is checked (three wrong in a row block the
  card). It must be given for a transfer and to save a card, and where a shop asks for it (demo card `pin`) for
  everything that uses the card, unless a customer uses the card they have saved.
- `giftCardId` without `userId` is taken: the till is known by its token and location. With `userId` the card must be
  that customer's, or shared with them.
- Redeeming more than there is is refused; there is no partial redeem.
- A refund is of a redeem, at most of what is left of it, and not onto a card that was ended. Without an amount: all of
  the rest.
- A card has one owner: another customer may not save it. Only the owner shares it, gives it away or puts it into
  another. Giving it away ends all sharing. A recipient is one of user id, e-mail and phone; e-mail and phone are the
  user's id here.
- `isDeleteSourceCard` while money is left on the source is refused; the card is then `Inactive`, a combined one
  `Combined`. Both stay listed, and refuse everything but a balance inquiry.
- A `sourceTransactionId` pays once; what it was worth is not known here.
- A gift of a new card needs `amount` and `sourceTransactionId`; of a saved one it ignores both.
- `stan`, `terminalId` and `orderReference` are taken on everything that moves money and kept for reconciliation.
"""
