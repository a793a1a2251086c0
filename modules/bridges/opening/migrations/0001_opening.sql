CREATE TABLE opening_balance (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL, revision $int NOT NULL,
  stock_value $int NOT NULL, receivable $int NOT NULL, payable $int NOT NULL, funds $int NOT NULL,
  other_debit $int NOT NULL, other_credit $int NOT NULL, difference $int NOT NULL,
  CHECK (difference = stock_value + receivable - payable + funds + other_debit - other_credit)
) $strict;
CREATE UNIQUE INDEX opening_balance_number ON opening_balance (number) WHERE number <> '';
CREATE TABLE opening_stock (
  id $id, parent $int NOT NULL REFERENCES opening_balance, pos $int NOT NULL, item $int NOT NULL REFERENCES base_item,
  warehouse $int REFERENCES base_warehouse, unit $int REFERENCES base_unit, qty $int NOT NULL, price $int NOT NULL, amount $int NOT NULL
) $strict;
CREATE INDEX opening_stock_parent ON opening_stock (parent);
CREATE INDEX opening_stock_item ON opening_stock (item);
CREATE TABLE opening_receivable (
  id $id, parent $int NOT NULL REFERENCES opening_balance, pos $int NOT NULL, party $int NOT NULL REFERENCES base_party,
  reference $text NOT NULL, date $text NOT NULL, due_date $text NOT NULL, amount $int NOT NULL
) $strict;
CREATE INDEX opening_receivable_parent ON opening_receivable (parent);
CREATE INDEX opening_receivable_party ON opening_receivable (party);
CREATE TABLE opening_payable (
  id $id, parent $int NOT NULL REFERENCES opening_balance, pos $int NOT NULL, party $int NOT NULL REFERENCES base_party,
  reference $text NOT NULL, date $text NOT NULL, due_date $text NOT NULL, amount $int NOT NULL
) $strict;
CREATE INDEX opening_payable_parent ON opening_payable (parent);
CREATE INDEX opening_payable_party ON opening_payable (party);
CREATE TABLE opening_money (
  id $id, parent $int NOT NULL REFERENCES opening_balance, pos $int NOT NULL,
  money_account $int NOT NULL REFERENCES settlement_money_account, amount $int NOT NULL
) $strict;
CREATE INDEX opening_money_parent ON opening_money (parent);
CREATE INDEX opening_money_account ON opening_money (money_account);
CREATE TABLE opening_other (
  id $id, parent $int NOT NULL REFERENCES opening_balance, pos $int NOT NULL, account $int NOT NULL REFERENCES ledger_account,
  party $int REFERENCES base_party, person $int REFERENCES base_person, department $int REFERENCES base_department,
  item $int REFERENCES base_item, debit $int NOT NULL, credit $int NOT NULL
) $strict;
CREATE INDEX opening_other_parent ON opening_other (parent);
CREATE INDEX opening_other_account ON opening_other (account);
