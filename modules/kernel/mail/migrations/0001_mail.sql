CREATE TABLE mail_queue (
  id $id, account $int NOT NULL, queued_at $int NOT NULL, state $text NOT NULL, tries $int NOT NULL, due_at $int NOT NULL,
  done_at $int NOT NULL, error $text NOT NULL
) $strict;
CREATE INDEX mail_queue_due ON mail_queue (state, due_at, id);
CREATE TABLE mail_wishes (account $int PRIMARY KEY, wanted $bool NOT NULL) $strict;
