CREATE TABLE base_tax_rate (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, rate $int NOT NULL CHECK (rate >= 0), valid_from $text NOT NULL, valid_to $text NOT NULL,
  active $bool NOT NULL
) $strict;
