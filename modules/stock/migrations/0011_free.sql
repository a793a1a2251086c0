ALTER TABLE stock_document_line ADD COLUMN free $bool NOT NULL DEFAULT FALSE;
ALTER TABLE stock_document_line ADD COLUMN offered $int NOT NULL DEFAULT 0;
