-- An analysis reads the lines of many sheets from this index alone.
DROP INDEX stock_document_line_parent;
CREATE INDEX stock_document_line_parent ON stock_document_line (parent, pos, item, qty, net, gross, cost);
-- The few sheets of which something was taken off in whole.
CREATE INDEX stock_document_off ON stock_document (kind, state, date) WHERE discount <> 0 OR rounding <> 0;
