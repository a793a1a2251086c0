CREATE TABLE settlement_money_account (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, kind $text NOT NULL, bank_name $text NOT NULL, bank_account $text NOT NULL,
  active $bool NOT NULL, note $text NOT NULL
) $strict;
CREATE TABLE settlement_open_item (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  party $int NOT NULL REFERENCES base_party, side $text NOT NULL, source $text NOT NULL, source_id $int NOT NULL,
  source_number $text NOT NULL, date $text NOT NULL, due_date $text NOT NULL, amount $int NOT NULL, settled $int NOT NULL,
  open $int NOT NULL, note $text NOT NULL, CHECK (open = amount - settled)
) $strict;
CREATE INDEX settlement_open_item_oldest ON settlement_open_item (party, side, date, id, open) WHERE open <> 0;
CREATE INDEX settlement_open_item_returns ON settlement_open_item (party, side, date, id, open) WHERE open < 0;
CREATE INDEX settlement_open_item_due ON settlement_open_item (side, due_date, party, open) WHERE open <> 0;
CREATE INDEX settlement_open_item_party ON settlement_open_item (party, side, date, amount);
CREATE INDEX settlement_open_item_source ON settlement_open_item (source_id, source);
CREATE INDEX settlement_open_item_date ON settlement_open_item (date, id, party, source_number);
CREATE TABLE settlement_payment (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL, revision $int NOT NULL,
  kind $text NOT NULL, party $int NOT NULL REFERENCES base_party, amount $int NOT NULL, fee $int NOT NULL, discount $int NOT NULL,
  settled $int NOT NULL, unapplied $int NOT NULL
) $strict;
CREATE UNIQUE INDEX settlement_payment_number ON settlement_payment (kind, number) WHERE number <> '';
CREATE INDEX settlement_payment_party ON settlement_payment (party, kind, date, id);
CREATE INDEX settlement_payment_unapplied ON settlement_payment (kind, party, unapplied) WHERE unapplied <> 0;
CREATE INDEX settlement_payment_date ON settlement_payment (kind, date, id, party, number);
CREATE TABLE settlement_payment_line (
  id $id, parent $int NOT NULL REFERENCES settlement_payment, pos $int NOT NULL,
  money_account $int NOT NULL REFERENCES settlement_money_account, amount $int NOT NULL, fee $int NOT NULL, note $text NOT NULL
) $strict;
CREATE INDEX settlement_payment_line_parent ON settlement_payment_line (parent);
CREATE INDEX settlement_payment_line_account ON settlement_payment_line (money_account, parent, amount, fee);
CREATE TABLE settlement_allocation (
  id $id, parent $int NOT NULL REFERENCES settlement_payment, pos $int NOT NULL,
  open_item $int REFERENCES settlement_open_item ON DELETE SET NULL, amount $int NOT NULL
) $strict;
CREATE INDEX settlement_allocation_parent ON settlement_allocation (parent);
CREATE INDEX settlement_allocation_item ON settlement_allocation (open_item);
CREATE TABLE settlement_application (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  payment $int NOT NULL, kind $text NOT NULL, party $int NOT NULL REFERENCES base_party, date $text NOT NULL, amount $int NOT NULL
) $strict;
CREATE INDEX settlement_application_payment ON settlement_application (payment);
CREATE TABLE settlement_opening (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL, revision $int NOT NULL,
  receivable $int NOT NULL, payable $int NOT NULL, funds $int NOT NULL
) $strict;
CREATE UNIQUE INDEX settlement_opening_number ON settlement_opening (number) WHERE number <> '';
CREATE TABLE settlement_opening_debt (
  id $id, parent $int NOT NULL REFERENCES settlement_opening, pos $int NOT NULL, party $int NOT NULL REFERENCES base_party,
  side $text NOT NULL, reference $text NOT NULL, date $text NOT NULL, due_date $text NOT NULL, amount $int NOT NULL
) $strict;
CREATE INDEX settlement_opening_debt_parent ON settlement_opening_debt (parent);
CREATE INDEX settlement_opening_debt_party ON settlement_opening_debt (party);
CREATE TABLE settlement_opening_money (
  id $id, parent $int NOT NULL REFERENCES settlement_opening, pos $int NOT NULL,
  money_account $int NOT NULL REFERENCES settlement_money_account, amount $int NOT NULL
) $strict;
CREATE INDEX settlement_opening_money_parent ON settlement_opening_money (parent);
CREATE INDEX settlement_opening_money_account ON settlement_opening_money (money_account);
