CREATE TABLE reach_people (
  channel $text NOT NULL, account $int NOT NULL, outside $text NOT NULL, at $int NOT NULL, PRIMARY KEY (channel, account)
) $strict;
CREATE UNIQUE INDEX reach_people_outside ON reach_people (channel, outside) WHERE outside <> '';
CREATE TABLE reach_code (digest $text PRIMARY KEY, channel $text NOT NULL, account $int NOT NULL, until $int NOT NULL) $strict;
CREATE TABLE reach_queue (
  id $id, notice $int NOT NULL, account $int NOT NULL, channel $text NOT NULL, queued_at $int NOT NULL, state $text NOT NULL,
  tries $int NOT NULL, due_at $int NOT NULL, done_at $int NOT NULL, error $text NOT NULL, mark $text NOT NULL
) $strict;
CREATE INDEX reach_queue_due ON reach_queue (state, due_at, id);
