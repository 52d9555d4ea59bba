-- Backends tell of a card by their own id of it; the till remembers cards by their keyed hash. Rows change when a card is
-- seen for the first time, and hardly ever again: a sale writes no page more for it.
CREATE TABLE card_account (
    face       TEXT NOT NULL,
    account_id TEXT NOT NULL,
    key        TEXT NOT NULL,
    PRIMARY KEY (face, account_id)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO card_account
    SELECT iif(json_valid(body), json_extract(body, '$.face'), NULL), json_extract(body, '$.account_id'), key
    FROM card_memory WHERE iif(json_valid(body), json_extract(body, '$.account_id'), '') <> '';
