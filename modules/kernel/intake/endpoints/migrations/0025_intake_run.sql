-- What was answered to a table under the key that the client gave with it, so that the same key gives the same answer.
CREATE TABLE intake_run (
  account $int NOT NULL, name $text NOT NULL, hash $text NOT NULL, job $int NOT NULL, outcome $text NOT NULL, at $int NOT NULL,
  PRIMARY KEY (account, name)
) $strict;
