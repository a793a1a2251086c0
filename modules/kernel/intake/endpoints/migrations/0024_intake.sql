CREATE TABLE intake_memory (
  signature $text NOT NULL PRIMARY KEY, kind $text NOT NULL, columns $text NOT NULL, at $int NOT NULL
) $strict;
