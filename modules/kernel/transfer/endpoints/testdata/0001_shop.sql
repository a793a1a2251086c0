CREATE TABLE base_user (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL
) $strict;
CREATE TABLE shop_thing (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, cost $int NOT NULL
) $strict;
