CREATE TABLE base_customer_price (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  party $int NOT NULL REFERENCES base_party, item $int NOT NULL REFERENCES base_item, price $int NOT NULL,
  valid_from $text NOT NULL, valid_to $text NOT NULL, note $text NOT NULL
) $strict;
CREATE UNIQUE INDEX base_customer_price_day ON base_customer_price (party, item, valid_from);
CREATE INDEX base_customer_price_item ON base_customer_price (item);
