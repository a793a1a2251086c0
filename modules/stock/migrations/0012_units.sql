-- Lines in another unit than the item's own: base_qty is what they hold in that one. Until now every line was in it. qty2 is
-- the quantity in an item's second unit, of a count what should be there and counted2 what is.
ALTER TABLE stock_document_line ADD COLUMN base_qty $int NOT NULL DEFAULT 0;
ALTER TABLE stock_document_line ADD COLUMN qty2 $int NOT NULL DEFAULT 0;
ALTER TABLE stock_document_line ADD COLUMN counted2 $int NOT NULL DEFAULT 0;
ALTER TABLE stock_document_line ADD COLUMN unit2 $int REFERENCES base_unit;
ALTER TABLE stock_document_line ADD COLUMN by_second $bool NOT NULL DEFAULT FALSE;
UPDATE stock_document_line SET base_qty = qty WHERE parent IN (SELECT id FROM stock_document WHERE kind <> 'count');
ALTER TABLE stock_move ADD COLUMN qty2 $int NOT NULL DEFAULT 0;
ALTER TABLE stock_on_hand ADD COLUMN qty2 $int NOT NULL DEFAULT 0;
-- An analysis reads the lines of many sheets from this index alone.
DROP INDEX stock_document_line_parent;
CREATE INDEX stock_document_line_parent ON stock_document_line (parent, pos, item, base_qty, net, gross, cost);
