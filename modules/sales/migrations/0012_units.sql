-- Lines in another unit than the item's own: base_qty is what they hold in that one. Until now every line was in it.
ALTER TABLE sales_order_line ADD COLUMN base_qty $int NOT NULL DEFAULT 0;
ALTER TABLE sales_order_line ADD COLUMN qty2 $int NOT NULL DEFAULT 0;
ALTER TABLE sales_order_line ADD COLUMN unit2 $int REFERENCES base_unit;
ALTER TABLE sales_order_line ADD COLUMN by_second $bool NOT NULL DEFAULT FALSE;
UPDATE sales_order_line SET base_qty = qty;
ALTER TABLE sales_quotation_line ADD COLUMN base_qty $int NOT NULL DEFAULT 0;
ALTER TABLE sales_quotation_line ADD COLUMN qty2 $int NOT NULL DEFAULT 0;
ALTER TABLE sales_quotation_line ADD COLUMN unit2 $int REFERENCES base_unit;
ALTER TABLE sales_quotation_line ADD COLUMN by_second $bool NOT NULL DEFAULT FALSE;
UPDATE sales_quotation_line SET base_qty = qty;
