-- A delivery that waits for the storekeeper, and what became of it: rest_of is the first sheet of those whose rest came later,
-- asked of a line what was to be shipped where something else was. Carrier and waybill say who brings the goods.
ALTER TABLE stock_document ADD COLUMN rest_of $int REFERENCES stock_document;
ALTER TABLE stock_document ADD COLUMN ship_note $text NOT NULL DEFAULT '';
ALTER TABLE stock_document ADD COLUMN carrier $text NOT NULL DEFAULT '';
ALTER TABLE stock_document ADD COLUMN waybill $text NOT NULL DEFAULT '';
ALTER TABLE stock_document ADD COLUMN freight $int NOT NULL DEFAULT 0;
ALTER TABLE stock_document_line ADD COLUMN asked $int NOT NULL DEFAULT 0;
CREATE INDEX stock_document_rest ON stock_document (rest_of) WHERE rest_of IS NOT NULL;
CREATE INDEX stock_document_sent ON stock_document (warehouse, date, id) WHERE state = 'sent';
