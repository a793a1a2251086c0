-- What several imports are parts of: they are taken back with it.
ALTER TABLE import_batch ADD COLUMN origin $int NOT NULL DEFAULT 0;
CREATE INDEX import_batch_origin ON import_batch (origin) WHERE origin <> 0;
