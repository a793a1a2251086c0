CREATE TABLE print_note (
  resource $text NOT NULL, record $int NOT NULL, note_key $text, at $int NOT NULL, by_user $int NOT NULL
) $strict;
CREATE INDEX print_note_record ON print_note (resource, record, at);
CREATE UNIQUE INDEX print_note_key ON print_note (resource, record, note_key);
CREATE TABLE print_design (
  resource $text NOT NULL, paper $text NOT NULL, design $text NOT NULL, updated_at $int NOT NULL, updated_by $int NOT NULL, PRIMARY KEY (resource, paper)
) $strict;
CREATE TABLE print_usual (resource $text PRIMARY KEY, paper $text NOT NULL) $strict;
CREATE TABLE print_picture (name $text PRIMARY KEY, png $text NOT NULL) $strict;
