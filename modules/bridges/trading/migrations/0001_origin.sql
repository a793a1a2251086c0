-- No foreign keys: rows of documents are written at the end of their unit.
CREATE TABLE trading_origin (
  line $int PRIMARY KEY, document $int NOT NULL, orders $int NOT NULL, order_line $int NOT NULL
) $strict;
CREATE INDEX trading_origin_document ON trading_origin (document);
CREATE INDEX trading_origin_orders ON trading_origin (orders);
