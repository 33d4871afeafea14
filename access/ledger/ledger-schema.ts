/** `ledger.db`: each entry is applied once, in order, and never changed after a release. */
export const ledgerMigrations = [
  `CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE entries (
    n INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    recorded_at_ms INTEGER NOT NULL,
    leaf_hash BLOB NOT NULL,
    -- The entry by which the payload was removed, when its time was over.
    tombstone INTEGER,
    -- The canonical bytes.
    payload BLOB
  ) STRICT;
  CREATE INDEX entries_by_kind ON entries (kind, n);
  -- Complete subtrees of 2^level leaves, of every fourth level.
  CREATE TABLE subtrees (level INTEGER NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, n)) STRICT, WITHOUT ROWID;
  CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, signed_at_ms INTEGER NOT NULL, note TEXT NOT NULL) STRICT;
  CREATE TABLE cursors (source TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;

  -- Whoever can write the file can drop these: they keep mistakes out, the tree keeps nobody's word for it.
  CREATE TRIGGER entries_in_order BEFORE INSERT ON entries
    WHEN NEW.n != coalesce((SELECT max(n) FROM entries), -1) + 1
    BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
  CREATE TRIGGER entries_stay BEFORE DELETE ON entries
    BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
  CREATE TRIGGER entries_do_not_change BEFORE UPDATE ON entries
    WHEN NOT (OLD.payload IS NOT NULL AND NEW.payload IS NULL AND NEW.tombstone > OLD.n AND NEW.n = OLD.n
      AND NEW.kind = OLD.kind AND NEW.recorded_at_ms = OLD.recorded_at_ms AND NEW.leaf_hash = OLD.leaf_hash)
    BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
  CREATE TRIGGER subtrees_stay BEFORE DELETE ON subtrees
    BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
  CREATE TRIGGER subtrees_do_not_change BEFORE UPDATE ON subtrees
    BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
  CREATE TRIGGER checkpoints_stay BEFORE DELETE ON checkpoints
    BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
  CREATE TRIGGER checkpoints_do_not_change BEFORE UPDATE ON checkpoints
    WHEN NEW.size != OLD.size OR NEW.signed_at_ms != OLD.signed_at_ms
    BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;`,
  // What charts show of doors: no part of the ledger, and nobody is named.
  `CREATE TABLE access_points (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    room TEXT NOT NULL,
    category TEXT NOT NULL,
    id TEXT,
    door TEXT,
    result TEXT,
    direction TEXT,
    seq INTEGER,
    same_before INTEGER NOT NULL,
    count INTEGER
  ) STRICT;
  CREATE INDEX access_points_by_time ON access_points (at_ms);`,
];
