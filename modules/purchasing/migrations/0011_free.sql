ALTER TABLE purchasing_order_line ADD COLUMN free $bool NOT NULL DEFAULT FALSE;
ALTER TABLE purchasing_order_line ADD COLUMN offered $int NOT NULL DEFAULT 0;
