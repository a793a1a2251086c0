-- Who handled a sheet, and the money that changed hands with it.
ALTER TABLE stock_document ADD COLUMN handler $int REFERENCES base_person;
ALTER TABLE stock_document ADD COLUMN paid_now $int NOT NULL DEFAULT 0;
CREATE INDEX stock_document_handler ON stock_document (handler, kind, state, id) WHERE handler IS NOT NULL;
CREATE TABLE stock_document_money (
  id $id, parent $int NOT NULL REFERENCES stock_document, pos $int NOT NULL,
  money_account $int NOT NULL REFERENCES settlement_money_account, amount $int NOT NULL, note $text NOT NULL
) $strict;
CREATE INDEX stock_document_money_parent ON stock_document_money (parent, pos);
CREATE INDEX stock_document_money_account ON stock_document_money (money_account);
