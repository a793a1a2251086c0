CREATE TABLE base_price_level (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, position $int NOT NULL, active $bool NOT NULL
) $strict;
ALTER TABLE base_party ADD COLUMN credit_days $int NOT NULL DEFAULT 0;
ALTER TABLE base_party ADD COLUMN price_level $int REFERENCES base_price_level;
