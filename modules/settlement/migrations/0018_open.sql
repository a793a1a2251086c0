-- Receipts and payments that are not in force yet, by day: they are few, and the sheet centre asks for them.
CREATE INDEX settlement_payment_open ON settlement_payment (kind, date, id) WHERE state IN ('draft', 'waiting');
