CREATE TABLE settlement_cash (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL, revision $int NOT NULL,
  kind $text NOT NULL, money_account $int NOT NULL REFERENCES settlement_money_account, party $int REFERENCES base_party,
  amount $int NOT NULL, tax $int NOT NULL
) $strict;
CREATE UNIQUE INDEX settlement_cash_number ON settlement_cash (kind, number) WHERE number <> '';
CREATE INDEX settlement_cash_date ON settlement_cash (kind, date, id, number);
CREATE INDEX settlement_cash_account ON settlement_cash (money_account, date);
CREATE INDEX settlement_cash_party ON settlement_cash (party) WHERE party IS NOT NULL;
-- category has no foreign key: what money is for is kept by a module that comes later.
CREATE TABLE settlement_cash_line (
  id $id, parent $int NOT NULL REFERENCES settlement_cash, pos $int NOT NULL, category $int NOT NULL, description $text NOT NULL,
  amount $int NOT NULL, tax $int NOT NULL, invoice $text NOT NULL
) $strict;
CREATE INDEX settlement_cash_line_parent ON settlement_cash_line (parent, pos);
CREATE INDEX settlement_cash_line_category ON settlement_cash_line (category);
CREATE TABLE settlement_transfer (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL, revision $int NOT NULL,
  from_account $int NOT NULL REFERENCES settlement_money_account, to_account $int NOT NULL REFERENCES settlement_money_account,
  amount $int NOT NULL, fee $int NOT NULL, CHECK (from_account <> to_account)
) $strict;
CREATE UNIQUE INDEX settlement_transfer_number ON settlement_transfer (number) WHERE number <> '';
CREATE INDEX settlement_transfer_date ON settlement_transfer (date, id, number);
CREATE INDEX settlement_transfer_from ON settlement_transfer (from_account, date);
CREATE INDEX settlement_transfer_to ON settlement_transfer (to_account, date);
