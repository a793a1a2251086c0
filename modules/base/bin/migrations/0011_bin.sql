CREATE TABLE base_bin (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  warehouse $int NOT NULL REFERENCES base_warehouse, bin $text NOT NULL, item $int NOT NULL REFERENCES base_item, note $text NOT NULL
) $strict;
CREATE UNIQUE INDEX base_bin_place ON base_bin (item, warehouse);
CREATE INDEX base_bin_warehouse ON base_bin (warehouse, bin);
