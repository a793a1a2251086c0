CREATE TABLE base_warehouse (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, address $text NOT NULL, keeper $int REFERENCES base_person, active $bool NOT NULL
) $strict;
