-- Sheets that are not in force yet, by day: they are few, and the sheet centre asks for them.
CREATE INDEX stock_document_open ON stock_document (kind, date, id) WHERE state IN ('draft', 'waiting');
