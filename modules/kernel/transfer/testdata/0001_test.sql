CREATE TABLE base_user (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL
) $strict;
CREATE TABLE base_person (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL
) $strict;
CREATE TABLE base_department (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL
) $strict;
CREATE TABLE test_group (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL, name $text NOT NULL, parent $int REFERENCES test_group
) $strict;
CREATE UNIQUE INDEX test_group_code ON test_group (code);
CREATE TABLE test_client (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL, name $text NOT NULL, class $int REFERENCES test_group, credit $int NOT NULL, owner $int, rank $text NOT NULL,
  active $bool NOT NULL, since $text NOT NULL, share $int NOT NULL, seats $int NOT NULL, called $int NOT NULL, note $text NOT NULL
) $strict;
CREATE UNIQUE INDEX test_client_code ON test_client (code) WHERE code <> '';
CREATE TABLE test_sheet (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int, department $int, note $text NOT NULL, revision $int NOT NULL,
  client $int REFERENCES test_client, total $int NOT NULL
) $strict;
CREATE UNIQUE INDEX test_sheet_number ON test_sheet (number) WHERE number <> '';
CREATE TABLE test_sheet_line (
  id $id, parent $int NOT NULL REFERENCES test_sheet, pos $int NOT NULL, label $text NOT NULL, qty $int NOT NULL, price $int NOT NULL, amount $int NOT NULL
) $strict;
CREATE INDEX test_sheet_line_parent ON test_sheet_line (parent);
CREATE TABLE test_sheet_charge (
  id $id, parent $int NOT NULL REFERENCES test_sheet, pos $int NOT NULL, name $text NOT NULL, amount $int NOT NULL
) $strict;
CREATE INDEX test_sheet_charge_parent ON test_sheet_charge (parent);
