CREATE TABLE register_type (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL UNIQUE, name_en $text NOT NULL, purpose $text NOT NULL, prefix $text NOT NULL,
  with_lines $bool NOT NULL, flow $bool NOT NULL, sees $text NOT NULL, active $bool NOT NULL
) $strict;
CREATE TABLE register_record (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL, revision $int NOT NULL, register $text NOT NULL, subject $text NOT NULL
) $strict;
CREATE UNIQUE INDEX register_record_number ON register_record (register, number) WHERE number <> '';
CREATE INDEX register_record_date ON register_record (register, date, id);
CREATE INDEX register_record_owner ON register_record (owner, register, date, id);
CREATE INDEX register_record_department ON register_record (department, register, date, id);
CREATE TABLE register_line (
  id $id, parent $int NOT NULL REFERENCES register_record, pos $int NOT NULL, content $text NOT NULL
) $strict;
CREATE INDEX register_line_parent ON register_line (parent);
