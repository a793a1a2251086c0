-- receipt has no foreign key: rows of documents are written at the end of their unit.
CREATE TABLE dispatch_run (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person, department $int REFERENCES base_department,
  note $text NOT NULL, revision $int NOT NULL,
  driver $int REFERENCES base_person, vehicle $text NOT NULL, money_account $int REFERENCES settlement_money_account,
  to_collect $int NOT NULL, collected $int NOT NULL, missing $int NOT NULL
) $strict;
CREATE UNIQUE INDEX dispatch_run_number ON dispatch_run (number) WHERE number <> '';
CREATE INDEX dispatch_run_date ON dispatch_run (date, id);
CREATE INDEX dispatch_run_driver ON dispatch_run (driver, state, id) WHERE driver IS NOT NULL;
CREATE TABLE dispatch_stop (
  id $id, parent $int NOT NULL REFERENCES dispatch_run, pos $int NOT NULL, delivery $int NOT NULL REFERENCES stock_document, party $int REFERENCES base_party,
  contact $text NOT NULL, phone $text NOT NULL, address $text NOT NULL, to_collect $int NOT NULL, outcome $text NOT NULL, collected $int NOT NULL,
  receipt $int, told $text NOT NULL
) $strict;
CREATE INDEX dispatch_stop_parent ON dispatch_stop (parent, pos);
CREATE INDEX dispatch_stop_delivery ON dispatch_stop (delivery);
