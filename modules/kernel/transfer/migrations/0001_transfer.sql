CREATE TABLE import_batch (
  id $id, resource $text NOT NULL, file_name $text NOT NULL, digest $text NOT NULL, mode $text NOT NULL, act $text NOT NULL,
  mapping $text NOT NULL, state $text NOT NULL, account $int NOT NULL, account_name $text NOT NULL, at $int NOT NULL,
  job $int NOT NULL, created $int NOT NULL, updated $int NOT NULL, same $int NOT NULL
) $strict;
CREATE INDEX import_batch_account ON import_batch (account, id);
CREATE TABLE import_record (
  batch $int NOT NULL REFERENCES import_batch, record $int NOT NULL, version $int NOT NULL, fresh $int NOT NULL, undone $int NOT NULL,
  PRIMARY KEY (batch, record)
) $strict;
