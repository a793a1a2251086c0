-- Files that were taken. What they brought is taken back together; name is the key of the request.
CREATE TABLE intake_file (
  id $id, account $int NOT NULL, account_name $text NOT NULL, name $text NOT NULL, kind $text NOT NULL, file $text NOT NULL, at $int NOT NULL,
  job $int NOT NULL, mended $text NOT NULL, state $text NOT NULL
) $strict;
CREATE UNIQUE INDEX intake_file_name ON intake_file (account, name) WHERE name <> '';
