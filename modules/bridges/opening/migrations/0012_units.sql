-- The quantity in an item's second unit.
ALTER TABLE opening_stock ADD COLUMN qty2 $int NOT NULL DEFAULT 0;
