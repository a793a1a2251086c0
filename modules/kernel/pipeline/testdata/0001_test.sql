CREATE TABLE base_user (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
CREATE TABLE base_person (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
CREATE TABLE base_department (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
CREATE TABLE test_client (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, credit $int NOT NULL, owner $int NOT NULL, department $int NOT NULL, rank $text NOT NULL, serial $int NOT NULL
) $strict;
CREATE TABLE test_sheet (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int, department $int, note $text NOT NULL, revision $int NOT NULL,
  client $int REFERENCES test_client, total $int NOT NULL
) $strict;
CREATE UNIQUE INDEX test_sheet_number ON test_sheet (number) WHERE number <> '';
CREATE TABLE test_sheet_line (
  id $id, parent $int NOT NULL REFERENCES test_sheet, pos $int NOT NULL, label $text NOT NULL, qty $int NOT NULL, price $int NOT NULL,
  amount $int NOT NULL, done $int NOT NULL
) $strict;
CREATE INDEX test_sheet_line_parent ON test_sheet_line (parent);
