-- The other units an item is counted in, and a second quantity that has no fixed ratio to the first.
CREATE TABLE base_item_unit (
  id $id, parent $int NOT NULL REFERENCES base_item, pos $int NOT NULL, unit $int NOT NULL REFERENCES base_unit, ratio $int NOT NULL,
  barcode $text NOT NULL, price $int NOT NULL
) $strict;
CREATE INDEX base_item_unit_parent ON base_item_unit (parent, pos);
CREATE UNIQUE INDEX base_item_unit_barcode ON base_item_unit (barcode) WHERE barcode <> '';
ALTER TABLE base_item ADD COLUMN second_unit $int REFERENCES base_unit;
ALTER TABLE base_item ADD COLUMN second_priced $bool NOT NULL DEFAULT FALSE;
