CREATE TABLE base_payment_term (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, days $int NOT NULL, from_month_end $bool NOT NULL, active $bool NOT NULL
) $strict;
CREATE TABLE base_party (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, short $text NOT NULL, customer $bool NOT NULL, supplier $bool NOT NULL,
  contact $text NOT NULL, title $text NOT NULL, phone $text NOT NULL, fax $text NOT NULL, email $text NOT NULL, address $text NOT NULL,
  city $text NOT NULL, region $text NOT NULL, country $text NOT NULL, postcode $text NOT NULL, tax_number $text NOT NULL,
  bank_name $text NOT NULL, bank_account $text NOT NULL, tax_mode $text NOT NULL, tax_rate $int REFERENCES base_tax_rate,
  payment_term $int REFERENCES base_payment_term, credit_limit $int NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, active $bool NOT NULL, note $text NOT NULL
) $strict;
CREATE UNIQUE INDEX base_party_tax_number ON base_party (tax_number) WHERE tax_number <> '';
CREATE INDEX base_party_name ON base_party (name);
CREATE INDEX base_party_owner ON base_party (owner);
CREATE INDEX base_party_department ON base_party (department);
