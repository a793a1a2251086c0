CREATE TABLE base_payment_term (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, days $int NOT NULL, from_month_end $bool NOT NULL, active $bool NOT NULL
) $strict;
CREATE TABLE base_tag (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  name $text NOT NULL UNIQUE, colour $text NOT NULL, active $bool NOT NULL
) $strict;
CREATE TABLE base_party (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, short $text NOT NULL, customer $bool NOT NULL, supplier $bool NOT NULL, tags $text NOT NULL,
  contact $text NOT NULL, title $text NOT NULL, birthday $text NOT NULL, phone $text NOT NULL, fax $text NOT NULL, email $text NOT NULL, address $text NOT NULL,
  city $text NOT NULL, region $text NOT NULL, country $text NOT NULL, postcode $text NOT NULL, tax_number $text NOT NULL,
  invoice_title $text NOT NULL, invoice_contact $text NOT NULL,
  bank_name $text NOT NULL, bank_account $text NOT NULL, tax_mode $text NOT NULL, tax_rate $int REFERENCES base_tax_rate,
  payment_term $int REFERENCES base_payment_term, credit_limit $int NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, pooled $bool NOT NULL, touched $text NOT NULL, claimed $text NOT NULL, left_pool $text NOT NULL,
  person $int REFERENCES base_person, merged_into $int REFERENCES base_party, active $bool NOT NULL, note $text NOT NULL
) $strict;
CREATE UNIQUE INDEX base_party_tax_number ON base_party (tax_number) WHERE tax_number <> '';
CREATE INDEX base_party_name ON base_party (name);
CREATE INDEX base_party_owner ON base_party (owner);
CREATE INDEX base_party_department ON base_party (department);
CREATE INDEX base_party_pooled ON base_party (id) WHERE pooled;
CREATE INDEX base_party_birthday ON base_party (SUBSTR(birthday, 6, 5)) WHERE birthday <> '';
CREATE INDEX base_party_touched ON base_party (touched, id);
CREATE UNIQUE INDEX base_party_person ON base_party (person) WHERE person IS NOT NULL;
CREATE INDEX base_party_merged_into ON base_party (merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE base_party_contact (
  id $id, parent $int NOT NULL REFERENCES base_party, pos $int NOT NULL, name $text NOT NULL, title $text NOT NULL, phone $text NOT NULL,
  wechat $text NOT NULL, email $text NOT NULL, birthday $text NOT NULL, main $bool NOT NULL, note $text NOT NULL
) $strict;
CREATE INDEX base_party_contact_parent ON base_party_contact (parent);
CREATE INDEX base_party_contact_birthday ON base_party_contact (SUBSTR(birthday, 6, 5)) WHERE birthday <> '';
CREATE TABLE base_party_address (
  id $id, parent $int NOT NULL REFERENCES base_party, pos $int NOT NULL, label $text NOT NULL, contact $text NOT NULL, phone $text NOT NULL,
  address $text NOT NULL, city $text NOT NULL, region $text NOT NULL, usual $bool NOT NULL
) $strict;
CREATE INDEX base_party_address_parent ON base_party_address (parent);
CREATE TABLE base_party_collaborator (
  id $id, parent $int NOT NULL REFERENCES base_party, pos $int NOT NULL, member $int REFERENCES base_user
) $strict;
CREATE INDEX base_party_collaborator_parent ON base_party_collaborator (parent);
CREATE INDEX base_party_collaborator_member ON base_party_collaborator (member, parent);
CREATE TABLE base_party_key (
  party $int NOT NULL, kind $text NOT NULL, value $text NOT NULL, PRIMARY KEY (kind, value, party)
) $strict;
