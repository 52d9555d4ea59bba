-- The till's journal. `record` is what happened and is never changed; every other table can be folded from it again
-- (`journal verify` does), except the sealed card data, which must be erasable and so stays outside the chain.

-- Whose journal this is: environment, terminal, programmes, backends. Written once, at creation.
CREATE TABLE stamp (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One fact a line. Order is by seq, which has no holes; each mac covers the line and the mac before it.
CREATE TABLE record (
    seq  INTEGER PRIMARY KEY,
    at   TEXT NOT NULL,
    txn  TEXT,
    sale TEXT,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    mac  BLOB NOT NULL
) STRICT;
CREATE INDEX record_txn ON record (txn) WHERE txn IS NOT NULL;
CREATE INDEX record_sale ON record (sale) WHERE sale IS NOT NULL;
CREATE INDEX record_offline ON record (seq) WHERE kind = 'OfflineSwitched';
CREATE INDEX record_day ON record (seq) WHERE kind = 'DayClosed';

CREATE TRIGGER record_is_never_changed BEFORE UPDATE ON record
BEGIN
    SELECT RAISE(ABORT, 'a record is never changed');
END;
CREATE TRIGGER record_is_never_deleted BEFORE DELETE ON record
BEGIN
    SELECT RAISE(ABORT, 'a record is never deleted');
END;

-- One row per transaction: the fold of its records. Columns are what is searched, summed or ordered by; the whole is in
-- body. seq is that of its first record, and so id needs no index here: record_txn leads to seq. draw is how many STANs
-- the till had drawn with this one. card is the keyed hash of the number.
CREATE TABLE txn (
    seq          INTEGER PRIMARY KEY,
    id           TEXT NOT NULL,
    draw         INTEGER NOT NULL,
    stan         TEXT NOT NULL,
    business_day TEXT NOT NULL,
    sale         TEXT,
    card         TEXT,
    verb         TEXT NOT NULL,
    state        TEXT NOT NULL,
    amount       INTEGER NOT NULL,
    currency     TEXT NOT NULL,
    offline      INTEGER NOT NULL,
    open         INTEGER NOT NULL,
    body         TEXT NOT NULL,
    sealed       BLOB
) STRICT;
-- the journal is the queue: what is left to do is found without looking at what is done
CREATE INDEX txn_open ON txn (seq) WHERE open = 1;
CREATE INDEX txn_stan ON txn (stan, business_day);
CREATE INDEX txn_card ON txn (card, business_day) WHERE card IS NOT NULL;
CREATE INDEX txn_sale ON txn (sale) WHERE sale IS NOT NULL;

CREATE TABLE sale (
    id   TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    open INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sale_open ON sale (id) WHERE open = 1;

CREATE TABLE card_memory (
    key  TEXT PRIMARY KEY,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How far the till has counted. day_start is the seq of the last DayClosed. skipped is how many STANs were drawn or left
-- out when last some were left out; the count itself is the newest row's draw (one page less to write for every sale).
CREATE TABLE till (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    skipped      INTEGER NOT NULL,
    z_number     INTEGER NOT NULL,
    business_day TEXT,
    day_start    INTEGER NOT NULL
) STRICT;
INSERT INTO till VALUES (1, 0, 0, NULL, 0);
