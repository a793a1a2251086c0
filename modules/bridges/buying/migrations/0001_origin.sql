-- No foreign keys: rows of documents are written at the end of their unit.
CREATE TABLE buying_origin (
  line $int PRIMARY KEY, document $int NOT NULL, orders $int NOT NULL, order_line $int NOT NULL
) $strict;
CREATE INDEX buying_origin_document ON buying_origin (document);
CREATE INDEX buying_origin_orders ON buying_origin (orders);
