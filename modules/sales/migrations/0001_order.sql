CREATE TABLE sales_quotation (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL, revision $int NOT NULL,
  customer $int NOT NULL REFERENCES base_party, valid_until $text NOT NULL, edition $int NOT NULL, previous $int REFERENCES sales_quotation,
  refusal $text NOT NULL, terms $text NOT NULL, warehouse $int REFERENCES base_warehouse, promised $text NOT NULL,
  payment_term $int REFERENCES base_payment_term, tax_mode $text NOT NULL, discount $int NOT NULL,
  rounding $int NOT NULL, goods $int NOT NULL, charge $int NOT NULL, net $int NOT NULL, tax $int NOT NULL, gross $int NOT NULL,
  CHECK (net + tax = gross)
) $strict;
CREATE UNIQUE INDEX sales_quotation_number ON sales_quotation (number) WHERE number <> '';
CREATE INDEX sales_quotation_date ON sales_quotation (date, id, number);
CREATE INDEX sales_quotation_customer ON sales_quotation (customer, date, id);
CREATE INDEX sales_quotation_owner ON sales_quotation (owner, date, id);
CREATE INDEX sales_quotation_department ON sales_quotation (department, date, id);
CREATE INDEX sales_quotation_state ON sales_quotation (state, date, id);
CREATE INDEX sales_quotation_previous ON sales_quotation (previous) WHERE previous IS NOT NULL;
CREATE INDEX sales_quotation_due ON sales_quotation (valid_until) WHERE state = 'sent';
CREATE TABLE sales_quotation_line (
  id $id, parent $int NOT NULL REFERENCES sales_quotation, pos $int NOT NULL, item $int NOT NULL REFERENCES base_item, spec $text NOT NULL,
  unit $int REFERENCES base_unit, description $text NOT NULL, qty $int NOT NULL, price $int NOT NULL, discount $int NOT NULL,
  tax_rate $int REFERENCES base_tax_rate, rate $int NOT NULL, amount $int NOT NULL, net $int NOT NULL, tax $int NOT NULL,
  gross $int NOT NULL, off $int NOT NULL, ordered $int NOT NULL, note $text NOT NULL, CHECK (net + tax = gross)
) $strict;
CREATE INDEX sales_quotation_line_parent ON sales_quotation_line (parent);
CREATE INDEX sales_quotation_line_item ON sales_quotation_line (item, id);
CREATE TABLE sales_quotation_charge (
  id $id, parent $int NOT NULL REFERENCES sales_quotation, pos $int NOT NULL, name $text NOT NULL, amount $int NOT NULL,
  tax_rate $int REFERENCES base_tax_rate, rate $int NOT NULL, net $int NOT NULL, tax $int NOT NULL, gross $int NOT NULL
) $strict;
CREATE INDEX sales_quotation_charge_parent ON sales_quotation_charge (parent);

CREATE TABLE sales_order (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL, revision $int NOT NULL,
  customer $int NOT NULL REFERENCES base_party, warehouse $int REFERENCES base_warehouse, promised $text NOT NULL,
  customer_order $text NOT NULL, quotation $int REFERENCES sales_quotation, payment_term $int REFERENCES base_payment_term, tax_mode $text NOT NULL, discount $int NOT NULL,
  rounding $int NOT NULL, goods $int NOT NULL, charge $int NOT NULL, net $int NOT NULL, tax $int NOT NULL, gross $int NOT NULL,
  short_closed $bool NOT NULL, CHECK (net + tax = gross)
) $strict;
CREATE UNIQUE INDEX sales_order_number ON sales_order (number) WHERE number <> '';
CREATE INDEX sales_order_date ON sales_order (date, id, number, customer_order);
CREATE INDEX sales_order_customer ON sales_order (customer, date, id);
CREATE INDEX sales_order_owner ON sales_order (owner, date, id);
CREATE INDEX sales_order_department ON sales_order (department, date, id);
CREATE INDEX sales_order_quotation ON sales_order (quotation) WHERE quotation IS NOT NULL;
CREATE INDEX sales_order_state ON sales_order (state, date, id);
CREATE TABLE sales_order_line (
  id $id, parent $int NOT NULL REFERENCES sales_order, pos $int NOT NULL, item $int NOT NULL REFERENCES base_item, spec $text NOT NULL,
  unit $int REFERENCES base_unit, description $text NOT NULL, qty $int NOT NULL, price $int NOT NULL, discount $int NOT NULL,
  tax_rate $int REFERENCES base_tax_rate, rate $int NOT NULL, amount $int NOT NULL, net $int NOT NULL, tax $int NOT NULL,
  gross $int NOT NULL, off $int NOT NULL, delivered $int NOT NULL, note $text NOT NULL, CHECK (net + tax = gross)
) $strict;
CREATE INDEX sales_order_line_parent ON sales_order_line (parent);
CREATE INDEX sales_order_line_item ON sales_order_line (item, id);
CREATE TABLE sales_order_charge (
  id $id, parent $int NOT NULL REFERENCES sales_order, pos $int NOT NULL, name $text NOT NULL, amount $int NOT NULL,
  tax_rate $int REFERENCES base_tax_rate, rate $int NOT NULL, net $int NOT NULL, tax $int NOT NULL, gross $int NOT NULL
) $strict;
CREATE INDEX sales_order_charge_parent ON sales_order_charge (parent);
