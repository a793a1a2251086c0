-- Lines in another unit than the item's own: base_qty is what they hold in that one. Until now every line was in it.
ALTER TABLE purchasing_order_line ADD COLUMN base_qty $int NOT NULL DEFAULT 0;
ALTER TABLE purchasing_order_line ADD COLUMN qty2 $int NOT NULL DEFAULT 0;
ALTER TABLE purchasing_order_line ADD COLUMN unit2 $int REFERENCES base_unit;
ALTER TABLE purchasing_order_line ADD COLUMN by_second $bool NOT NULL DEFAULT FALSE;
UPDATE purchasing_order_line SET base_qty = qty;
ALTER TABLE purchasing_requisition_line ADD COLUMN base_qty $int NOT NULL DEFAULT 0;
UPDATE purchasing_requisition_line SET base_qty = qty;
