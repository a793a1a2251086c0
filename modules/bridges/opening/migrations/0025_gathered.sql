-- Tables that were put onto a balance: what makes that happen once, and what tells one that comes again.
CREATE TABLE opening_gathered (
  name $text NOT NULL PRIMARY KEY, mark $text NOT NULL, file $text NOT NULL, balance $int NOT NULL, refused $text NOT NULL, at $int NOT NULL
) $strict;
CREATE INDEX opening_gathered_mark ON opening_gathered (mark) WHERE mark <> '';
