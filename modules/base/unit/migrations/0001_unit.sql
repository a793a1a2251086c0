CREATE TABLE base_unit (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, decimals $int NOT NULL, active $bool NOT NULL
) $strict;
