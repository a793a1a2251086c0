CREATE TABLE ledger_account (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, name_en $text NOT NULL, kind $text NOT NULL, direction $text NOT NULL,
  parent $int REFERENCES ledger_account, leaf $bool NOT NULL, by_party $bool NOT NULL, by_person $bool NOT NULL,
  by_department $bool NOT NULL, by_item $bool NOT NULL, quantity $bool NOT NULL, cash $bool NOT NULL, active $bool NOT NULL
) $strict;
CREATE INDEX ledger_account_parent ON ledger_account (parent);
CREATE TABLE ledger_role (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  role $text NOT NULL, name $text NOT NULL, name_en $text NOT NULL, account $int NOT NULL REFERENCES ledger_account,
  category $int REFERENCES base_item_category, party $int REFERENCES base_party, warehouse $int REFERENCES base_warehouse,
  money_account $int
) $strict;
CREATE UNIQUE INDEX ledger_role_key ON ledger_role (role, COALESCE(category, 0), COALESCE(party, 0), COALESCE(warehouse, 0), COALESCE(money_account, 0));
CREATE INDEX ledger_role_account ON ledger_role (account);
CREATE TABLE ledger_period (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  month $text NOT NULL UNIQUE, state $text NOT NULL, closed_at $int NOT NULL, closed_by $int
) $strict;
CREATE TABLE ledger_voucher (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL, revision $int NOT NULL,
  word $text NOT NULL, seq $int NOT NULL, period $text NOT NULL, kind $text NOT NULL, summary $text NOT NULL, total $int NOT NULL,
  attachments $int NOT NULL, source $text NOT NULL, source_id $int NOT NULL, part $text NOT NULL,
  reverses $int REFERENCES ledger_voucher, reversed_by $int, reviewed_by $int, reviewed_at $int NOT NULL, posted_by $int,
  posted_at $int NOT NULL
) $strict;
CREATE UNIQUE INDEX ledger_voucher_seq ON ledger_voucher (period, word, seq) WHERE seq > 0;
CREATE INDEX ledger_voucher_date ON ledger_voucher (date, id);
CREATE INDEX ledger_voucher_source ON ledger_voucher (source, source_id);
CREATE INDEX ledger_voucher_state ON ledger_voucher (period, state);
CREATE INDEX ledger_voucher_reverses ON ledger_voucher (reverses);
CREATE TABLE ledger_entry (
  id $id, parent $int NOT NULL REFERENCES ledger_voucher, pos $int NOT NULL, summary $text NOT NULL,
  account $int NOT NULL REFERENCES ledger_account, debit $int NOT NULL, credit $int NOT NULL, party $int REFERENCES base_party,
  person $int REFERENCES base_person, department $int REFERENCES base_department, item $int REFERENCES base_item,
  quantity $int NOT NULL, price $int NOT NULL, day $text NOT NULL
) $strict;
CREATE INDEX ledger_entry_parent ON ledger_entry (parent, pos);
CREATE INDEX ledger_entry_day ON ledger_entry (day, account, debit, credit);
CREATE INDEX ledger_entry_account ON ledger_entry (account, day, party, debit, credit);
CREATE TABLE ledger_total (
  account $int NOT NULL REFERENCES ledger_account, period $text NOT NULL, debit $int NOT NULL, credit $int NOT NULL,
  posted_debit $int NOT NULL, posted_credit $int NOT NULL, closing_debit $int NOT NULL, closing_credit $int NOT NULL,
  PRIMARY KEY (account, period)
) $strict;
CREATE TABLE ledger_balance (
  account $int NOT NULL REFERENCES ledger_account, period $text NOT NULL, party $int NOT NULL, person $int NOT NULL,
  department $int NOT NULL, item $int NOT NULL, debit $int NOT NULL, credit $int NOT NULL, posted_debit $int NOT NULL,
  posted_credit $int NOT NULL, quantity $int NOT NULL,
  PRIMARY KEY (account, period, party, person, department, item)
) $strict;
CREATE INDEX ledger_balance_party ON ledger_balance (party, account, period) WHERE party <> 0;
