-- What came of a table beside its lines, the file it was, and the lines themselves as they were put there.
ALTER TABLE opening_gathered ADD COLUMN run $int NOT NULL DEFAULT 0;
ALTER TABLE opening_gathered ADD COLUMN told $text NOT NULL DEFAULT '';
CREATE TABLE opening_gathered_line (
  section $text NOT NULL, line $int NOT NULL, run $int NOT NULL, at_row $int NOT NULL, balance $int NOT NULL, said $text NOT NULL,
  PRIMARY KEY (section, line)
) $strict;
CREATE INDEX opening_gathered_line_run ON opening_gathered_line (run);
