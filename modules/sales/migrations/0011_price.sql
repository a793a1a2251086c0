ALTER TABLE sales_quotation_line ADD COLUMN free $bool NOT NULL DEFAULT FALSE;
ALTER TABLE sales_quotation_line ADD COLUMN offered $int NOT NULL DEFAULT 0;
ALTER TABLE sales_order_line ADD COLUMN free $bool NOT NULL DEFAULT FALSE;
ALTER TABLE sales_order_line ADD COLUMN offered $int NOT NULL DEFAULT 0;
