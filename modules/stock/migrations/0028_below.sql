-- A count that covered every item with stock in its warehouse, and what a posting took below zero where somebody is asked.
ALTER TABLE stock_document ADD COLUMN whole $bool NOT NULL DEFAULT FALSE;
ALTER TABLE stock_document ADD COLUMN below $text NOT NULL DEFAULT '';
