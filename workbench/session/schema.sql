CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE parts (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  generation INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  data BLOB NOT NULL
);
CREATE INDEX parts_by_kind ON parts (kind, generation, name);
CREATE TABLE operations (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  kind TEXT NOT NULL,
  note TEXT NOT NULL,
  recipe TEXT NOT NULL,
  matched INTEGER NOT NULL,
  changed INTEGER NOT NULL
);
CREATE TABLE acts (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  act TEXT NOT NULL,
  operation INTEGER NOT NULL REFERENCES operations (id),
  newest INTEGER NOT NULL
);
CREATE TABLE holds (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  held INTEGER NOT NULL,
  note TEXT NOT NULL
);
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  digest TEXT NOT NULL,
  horizon INTEGER NOT NULL,
  options TEXT NOT NULL,
  planned INTEGER NOT NULL
);
CREATE TABLE run_states (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id),
  at TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  seconds REAL NOT NULL
);
CREATE TABLE requests (
  run INTEGER NOT NULL REFERENCES runs (id),
  seq INTEGER NOT NULL,
  customer_row INTEGER NOT NULL,
  customer_id TEXT NOT NULL,
  body BLOB NOT NULL,
  cells BLOB NOT NULL,
  shapes TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) WITHOUT ROWID;
CREATE TABLE intents (run INTEGER NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL);
CREATE INDEX intents_by_run ON intents (run, seq);
CREATE TABLE outcomes (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at TEXT NOT NULL,
  outcome TEXT NOT NULL,
  status INTEGER NOT NULL,
  reason TEXT NOT NULL,
  details TEXT NOT NULL,
  side_effects INTEGER NOT NULL
);
CREATE INDEX outcomes_by_run ON outcomes (run, seq);
