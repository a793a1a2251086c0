CREATE TABLE base_item_category (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, parent $int REFERENCES base_item_category, note $text NOT NULL
) $strict;
CREATE TABLE base_item (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, spec $text NOT NULL, barcode $text NOT NULL, category $int REFERENCES base_item_category,
  unit $int REFERENCES base_unit, price $int NOT NULL, min_price $int NOT NULL, purchase_price $int NOT NULL,
  tax_rate $int REFERENCES base_tax_rate, supplier $int REFERENCES base_party, min_stock $int NOT NULL, service $bool NOT NULL,
  active $bool NOT NULL, note $text NOT NULL
) $strict;
CREATE UNIQUE INDEX base_item_barcode ON base_item (barcode) WHERE barcode <> '';
CREATE INDEX base_item_name ON base_item (name);
CREATE INDEX base_item_category_of ON base_item (category);
