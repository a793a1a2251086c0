CREATE TABLE stock_document (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person, department $int REFERENCES base_department,
  note $text NOT NULL, revision $int NOT NULL,
  kind $text NOT NULL, party $int REFERENCES base_party, warehouse $int REFERENCES base_warehouse, to_warehouse $int REFERENCES base_warehouse,
  reason $text NOT NULL DEFAULT '', source $int REFERENCES stock_document, tax_mode $text NOT NULL DEFAULT '', payment_term $int REFERENCES base_payment_term,
  discount $int NOT NULL DEFAULT 0, rounding $int NOT NULL DEFAULT 0, goods $int NOT NULL DEFAULT 0, charge $int NOT NULL DEFAULT 0,
  net $int NOT NULL DEFAULT 0, tax $int NOT NULL DEFAULT 0, gross $int NOT NULL DEFAULT 0, cost $int NOT NULL DEFAULT 0,
  goods_net $int NOT NULL DEFAULT 0, reverses $int REFERENCES stock_document, adjusts $text NOT NULL DEFAULT ''
) $strict;
CREATE UNIQUE INDEX stock_document_number ON stock_document (kind, number) WHERE number <> '';
CREATE INDEX stock_document_date ON stock_document (kind, date, id, number);
CREATE INDEX stock_document_owner ON stock_document (owner, kind, date, id) WHERE owner IS NOT NULL;
CREATE INDEX stock_document_department ON stock_document (department, kind, date, id) WHERE department IS NOT NULL;
CREATE INDEX stock_document_party ON stock_document (party, kind, date, id);
-- What was traded in some days is read from this index alone, so its condition stands among its columns as well.
CREATE INDEX stock_document_traded ON stock_document (kind, date, owner, department, party, state, reverses, goods_net, cost) WHERE state IN ('posted', 'reversed');
CREATE INDEX stock_document_source ON stock_document (source) WHERE source IS NOT NULL;
CREATE TABLE stock_document_line (
  id $id, parent $int NOT NULL REFERENCES stock_document, pos $int NOT NULL, item $int NOT NULL REFERENCES base_item, unit $int REFERENCES base_unit,
  qty $int NOT NULL DEFAULT 0, counted $int NOT NULL DEFAULT 0, price $int NOT NULL DEFAULT 0, discount $int NOT NULL DEFAULT 0,
  tax_rate $int REFERENCES base_tax_rate, rate $int NOT NULL DEFAULT 0, amount $int NOT NULL DEFAULT 0, net $int NOT NULL DEFAULT 0,
  tax $int NOT NULL DEFAULT 0, gross $int NOT NULL DEFAULT 0, cost $int NOT NULL DEFAULT 0, returned $int NOT NULL DEFAULT 0,
  source $int, source_line $int NOT NULL DEFAULT 0, note $text NOT NULL
) $strict;
CREATE INDEX stock_document_line_parent ON stock_document_line (parent, pos);
CREATE INDEX stock_document_line_item ON stock_document_line (item, id);
CREATE TABLE stock_document_charge (
  id $id, parent $int NOT NULL REFERENCES stock_document, pos $int NOT NULL, name $text NOT NULL, amount $int NOT NULL,
  tax_rate $int REFERENCES base_tax_rate, rate $int NOT NULL, net $int NOT NULL, tax $int NOT NULL, gross $int NOT NULL
) $strict;
CREATE INDEX stock_document_charge_parent ON stock_document_charge (parent, pos);
-- document, line, follows, adjusts and cancels have no foreign keys: rows of documents are written after their moves.
CREATE TABLE stock_move (
  id $id, item $int NOT NULL REFERENCES base_item, scope $int NOT NULL, date $text NOT NULL, seq $int NOT NULL, side $int NOT NULL CHECK (side IN (1, -1)),
  kind $text NOT NULL, document $int NOT NULL, line $int NOT NULL, warehouse $int NOT NULL REFERENCES base_warehouse, qty $int NOT NULL,
  value $int NOT NULL, variance $int NOT NULL, unit_cost $int NOT NULL, fixed $bool NOT NULL, follows $int NOT NULL, adjusts $int NOT NULL,
  cancels $int NOT NULL, made_at $int NOT NULL
) $strict;
CREATE UNIQUE INDEX stock_move_pool ON stock_move (item, scope, date, seq);
CREATE INDEX stock_move_document ON stock_move (document);
CREATE INDEX stock_move_date ON stock_move (date, item);
CREATE INDEX stock_move_follows ON stock_move (follows) WHERE follows <> 0;
CREATE TABLE stock_on_hand (
  item $int NOT NULL REFERENCES base_item, warehouse $int NOT NULL REFERENCES base_warehouse, qty $int NOT NULL, PRIMARY KEY (item, warehouse)
) $strict;
-- layers is FIFO only: "quantity:value" of what is left of each receipt, oldest first, separated by spaces.
CREATE TABLE stock_pool (
  item $int NOT NULL REFERENCES base_item, scope $int NOT NULL, qty $int NOT NULL, value $int NOT NULL, last_cost $int NOT NULL, layers $text NOT NULL,
  last_date $text NOT NULL, seq $int NOT NULL, PRIMARY KEY (item, scope)
) $strict;
