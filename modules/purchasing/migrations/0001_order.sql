CREATE TABLE purchasing_requisition (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL, revision $int NOT NULL,
  warehouse $int REFERENCES base_warehouse, needed $text NOT NULL, reason $text NOT NULL
) $strict;
CREATE UNIQUE INDEX purchasing_requisition_number ON purchasing_requisition (number) WHERE number <> '';
CREATE INDEX purchasing_requisition_date ON purchasing_requisition (date, id, number, reason);
CREATE INDEX purchasing_requisition_owner ON purchasing_requisition (owner, date, id);
CREATE INDEX purchasing_requisition_department ON purchasing_requisition (department, date, id);
CREATE INDEX purchasing_requisition_state ON purchasing_requisition (state, date, id);
CREATE TABLE purchasing_requisition_line (
  id $id, parent $int NOT NULL REFERENCES purchasing_requisition, pos $int NOT NULL, item $int NOT NULL REFERENCES base_item, spec $text NOT NULL,
  unit $int REFERENCES base_unit, qty $int NOT NULL, needed $text NOT NULL, supplier $int REFERENCES base_party, reason $text NOT NULL,
  ordered $int NOT NULL
) $strict;
CREATE INDEX purchasing_requisition_line_parent ON purchasing_requisition_line (parent);
CREATE INDEX purchasing_requisition_line_item ON purchasing_requisition_line (item, id);
CREATE INDEX purchasing_requisition_line_supplier ON purchasing_requisition_line (supplier) WHERE supplier IS NOT NULL;

CREATE TABLE purchasing_order (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL, revision $int NOT NULL,
  supplier $int NOT NULL REFERENCES base_party, warehouse $int REFERENCES base_warehouse, promised $text NOT NULL,
  supplier_order $text NOT NULL, requisition $int REFERENCES purchasing_requisition, payment_term $int REFERENCES base_payment_term, tax_mode $text NOT NULL, discount $int NOT NULL,
  rounding $int NOT NULL, goods $int NOT NULL, charge $int NOT NULL, net $int NOT NULL, tax $int NOT NULL, gross $int NOT NULL,
  short_closed $bool NOT NULL, CHECK (net + tax = gross)
) $strict;
CREATE UNIQUE INDEX purchasing_order_number ON purchasing_order (number) WHERE number <> '';
CREATE INDEX purchasing_order_date ON purchasing_order (date, id, number, supplier_order);
CREATE INDEX purchasing_order_supplier ON purchasing_order (supplier, date, id);
CREATE INDEX purchasing_order_owner ON purchasing_order (owner, date, id);
CREATE INDEX purchasing_order_department ON purchasing_order (department, date, id);
CREATE INDEX purchasing_order_requisition ON purchasing_order (requisition) WHERE requisition IS NOT NULL;
CREATE INDEX purchasing_order_state ON purchasing_order (state, date, id);
CREATE TABLE purchasing_order_line (
  id $id, parent $int NOT NULL REFERENCES purchasing_order, pos $int NOT NULL, item $int NOT NULL REFERENCES base_item, spec $text NOT NULL,
  unit $int REFERENCES base_unit, description $text NOT NULL, qty $int NOT NULL, price $int NOT NULL, discount $int NOT NULL,
  tax_rate $int REFERENCES base_tax_rate, rate $int NOT NULL, amount $int NOT NULL, net $int NOT NULL, tax $int NOT NULL,
  gross $int NOT NULL, off $int NOT NULL, received $int NOT NULL, note $text NOT NULL, CHECK (net + tax = gross)
) $strict;
CREATE INDEX purchasing_order_line_parent ON purchasing_order_line (parent);
CREATE INDEX purchasing_order_line_item ON purchasing_order_line (item, id);
CREATE TABLE purchasing_order_charge (
  id $id, parent $int NOT NULL REFERENCES purchasing_order, pos $int NOT NULL, name $text NOT NULL, amount $int NOT NULL,
  tax_rate $int REFERENCES base_tax_rate, rate $int NOT NULL, net $int NOT NULL, tax $int NOT NULL, gross $int NOT NULL
) $strict;
CREATE INDEX purchasing_order_charge_parent ON purchasing_order_charge (parent);

CREATE TABLE purchasing_supplier_price (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  supplier $int NOT NULL REFERENCES base_party, item $int NOT NULL REFERENCES base_item, price $int NOT NULL,
  valid_from $text NOT NULL, note $text NOT NULL
) $strict;
CREATE UNIQUE INDEX purchasing_supplier_price_day ON purchasing_supplier_price (supplier, item, valid_from);
CREATE INDEX purchasing_supplier_price_item ON purchasing_supplier_price (item);
