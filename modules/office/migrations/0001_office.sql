CREATE TABLE office_expense_category (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, role $text NOT NULL, account $int, active $bool NOT NULL
) $strict;
CREATE TABLE office_request_kind (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, active $bool NOT NULL
) $strict;
CREATE TABLE office_claim (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, person $int NOT NULL REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL,
  reason $text NOT NULL, attachments $int NOT NULL, total $int NOT NULL, tax $int NOT NULL, offset_by $text NOT NULL,
  offset_amount $int NOT NULL, payable $int NOT NULL, paid $int NOT NULL
) $strict;
CREATE UNIQUE INDEX office_claim_number ON office_claim (number) WHERE number <> '';
CREATE INDEX office_claim_date ON office_claim (date, id, number, reason);
CREATE INDEX office_claim_person ON office_claim (person, date, id);
CREATE INDEX office_claim_department ON office_claim (department, date, id);
CREATE TABLE office_claim_line (
  id $id, parent $int NOT NULL REFERENCES office_claim, pos $int NOT NULL, date $text NOT NULL,
  category $int NOT NULL REFERENCES office_expense_category, description $text NOT NULL, amount $int NOT NULL, tax $int NOT NULL,
  invoice $text NOT NULL
) $strict;
CREATE INDEX office_claim_line_parent ON office_claim_line (parent);
CREATE INDEX office_claim_line_category ON office_claim_line (category);
CREATE INDEX office_claim_line_invoice ON office_claim_line (invoice) WHERE invoice <> '';
CREATE TABLE office_claim_invoice (invoice $text PRIMARY KEY, claim $int NOT NULL) $strict;
CREATE INDEX office_claim_invoice_claim ON office_claim_invoice (claim);
CREATE TABLE office_advance (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, person $int NOT NULL REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL,
  purpose $text NOT NULL, amount $int NOT NULL, due $text NOT NULL, money_account $int, payment $int, handed $int NOT NULL,
  returned $int NOT NULL, open $int NOT NULL
) $strict;
CREATE UNIQUE INDEX office_advance_number ON office_advance (number) WHERE number <> '';
CREATE INDEX office_advance_date ON office_advance (date, id, number, purpose);
CREATE INDEX office_advance_person ON office_advance (person, date, id);
CREATE INDEX office_advance_department ON office_advance (department, date, id);
CREATE INDEX office_advance_open ON office_advance (person, date, open) WHERE open <> 0;
CREATE INDEX office_advance_payment ON office_advance (payment) WHERE payment IS NOT NULL;
CREATE TABLE office_holiday (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  name $text NOT NULL, kind $text NOT NULL, from_date $text NOT NULL UNIQUE, to_date $text NOT NULL, note $text NOT NULL
) $strict;
CREATE INDEX office_holiday_to ON office_holiday (to_date, id);
CREATE TABLE office_leave (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, person $int NOT NULL REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL,
  kind $text NOT NULL, from_date $text NOT NULL, from_half $text NOT NULL, to_date $text NOT NULL, to_half $text NOT NULL,
  days $int NOT NULL, reason $text NOT NULL, stand_in $int REFERENCES base_person
) $strict;
CREATE UNIQUE INDEX office_leave_number ON office_leave (number) WHERE number <> '';
CREATE INDEX office_leave_date ON office_leave (date, id, number, reason);
CREATE INDEX office_leave_person ON office_leave (person, from_date, to_date);
CREATE INDEX office_leave_department ON office_leave (department, date, id);
CREATE INDEX office_leave_stand_in ON office_leave (stand_in, date, id);
CREATE INDEX office_leave_from ON office_leave (from_date, to_date);
CREATE TABLE office_request (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, person $int NOT NULL REFERENCES base_person,
  department $int REFERENCES base_department, note $text NOT NULL,
  kind $int NOT NULL REFERENCES office_request_kind, subject $text NOT NULL, description $text NOT NULL, amount $int NOT NULL, wanted $text NOT NULL
) $strict;
CREATE UNIQUE INDEX office_request_number ON office_request (number) WHERE number <> '';
CREATE INDEX office_request_date ON office_request (date, id, number, subject);
CREATE INDEX office_request_person ON office_request (person, date, id);
CREATE INDEX office_request_department ON office_request (department, date, id);
CREATE INDEX office_request_kind_of ON office_request (kind, date, id);
