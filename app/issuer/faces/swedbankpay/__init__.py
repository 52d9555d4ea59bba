"""Swedbank Pay's gift-card API ("VAS public payment API"), as a till sees it.

**Protocol.** JSON over HTTP under `/payment-api/api/payments`; a bearer token from `/authorization/oauth/token`
(client credentials, scope `publicapi`) *and* a signed `Hmac` header on every request (`app/issuer/auth.py`).
Amounts are integers in minor units. A till asks `payment-account/balance` for the account id of a card and puts
it into every further path. `paymentTransactionRef` is unique per payment; the same one again is answered from
the books with state DUPLICATE and books nothing.

========================================================================  ==========================
`POST gift-card/get-new-gift-card`, `POST gift-card/pre-deposit`          a new card; a load by number
`POST payment-account/balance`                                            balance and account id
`POST payment-account/{account}/payment/`                                 `purchase authorize deposit credit`
`POST payment-account/{account}/payment/{payment}/`                       `capture cancel reversal`
`GET payment-account/{account}/payment/{payment}`                         a payment again
`... /transactions/{id}`, `... /operations/{id}`                          a capture or reversal; a cancel
`POST ping`                                                               is anybody there
========================================================================  ==========================

**House choices**, where the vendor is silent (each one is a line in a test):

- A business decline is 200 with state FAILED, plus `message` and `problems[0].name` (the names of
  `ledger.Reason`). A malformed request is 400 with one problem per field; an unknown account or payment 404; a
  reference reused for something else, or nothing left to capture, cancel or reverse, 409. Balance and
  pre-deposit have no state field, so there a refused card is 403.
- The reference is looked up first. A repeat must name the same account, amount, currency and operation; it is
  answered before PIN and CVC are looked at and never counts as a try. A repeat of a FAILED attempt is FAILED
  again; of a payment undone since, REVERSED; else DUPLICATE, whether or not `repeat` was set.
- `encryptedPin` is the hexadecimal text of an ISO format 0 block under TDES, checked on purchase, authorize and
  balance; a card with a PIN is declined without one (`pinRequired`). `000` asks for nothing and is echoed on
  authorize: this issuer hands out no PIN blocks.
- Three wrong PINs or ten wrong CVCs in a row block a card. A blocked, inactive or expired card still tells its
  balance, so that a till learns the account id and the decline comes from the money call.
- An expiry (MM/YY, YYYY-MM-DD or inside track 2) must name the card's month where it is given.
- Answers echo the account id and never a number, CVC, track or PIN block. The two get-new secrets are shown once.
- A restricted card pays in a purchase only for a basket inside its list (no basket, no purchase). Authorize
  answers with the list.
- A pre-deposit is booked at once. Products are read on purchase only. VAT arithmetic and line sums are not
  enforced. Payments want 1 to 999,999,999,999 minor units; get-new and pre-deposit also take 0.
- `additionalData`, e-mail and mobile number are taken anywhere and not kept. A `productId` on get-new is kept as the
  description. A credit is booked on gift cards as well.
- A repeat of an authorization that was cancelled since is a DUPLICATE whose remaining amounts are 0.
- Captures, cancels and reversals may carry `stan` and `merchant.terminalId`; they are kept for reconciliation.
"""
