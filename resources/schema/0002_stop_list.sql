-- The cards this shop takes no more. The fold of the CardStopped and CardFreed records: a card that was freed is not in
-- here, what was once the matter with it is in the records. seq is that of the CardStopped; key is the keyed hash of the
-- number, as in txn and card_memory.
CREATE TABLE stop (
    seq  INTEGER PRIMARY KEY,
    key  TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
) STRICT;
