CREATE TABLE base_item_price (
  id $id, parent $int NOT NULL REFERENCES base_item, pos $int NOT NULL, level $int NOT NULL REFERENCES base_price_level, price $int NOT NULL
) $strict;
CREATE INDEX base_item_price_parent ON base_item_price (parent);
CREATE INDEX base_item_price_level ON base_item_price (level);
