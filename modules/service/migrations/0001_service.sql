CREATE TABLE service_ticket (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, kind $text NOT NULL, priority $text NOT NULL, due $text NOT NULL,
  customer $int NOT NULL REFERENCES base_party, contact $text NOT NULL, phone $text NOT NULL, item $int REFERENCES base_item,
  reference $text NOT NULL, subject $text NOT NULL, description $text NOT NULL, owner $int REFERENCES base_person,
  department $int REFERENCES base_department, cause $text NOT NULL, solution $text NOT NULL, solved $text NOT NULL, days $int NOT NULL,
  visited $text NOT NULL, score $text NOT NULL, visit_note $text NOT NULL, reopened $int NOT NULL, reason $text NOT NULL
) $strict;
CREATE UNIQUE INDEX service_ticket_number ON service_ticket (number) WHERE number <> '';
CREATE INDEX service_ticket_date ON service_ticket (date, id, number, subject, contact, reference);
CREATE INDEX service_ticket_state ON service_ticket (state, due, id);
CREATE INDEX service_ticket_customer ON service_ticket (customer, date, id);
CREATE INDEX service_ticket_item ON service_ticket (item, date, id);
CREATE INDEX service_ticket_owner ON service_ticket (owner, date, id);
CREATE INDEX service_ticket_department ON service_ticket (department, date, id);
CREATE INDEX service_ticket_created_by ON service_ticket (created_by, id);
