CREATE TABLE approval_flow (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  name $text NOT NULL UNIQUE, target $text NOT NULL, act $text NOT NULL, position $int NOT NULL, further $bool NOT NULL, condition $text NOT NULL,
  definition $text NOT NULL, active $bool NOT NULL, published $int NOT NULL, in_force $int, note $text NOT NULL, needs $text NOT NULL,
  former $text NOT NULL
) $strict;
CREATE TABLE approval_flow_version (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  name $text NOT NULL, flow $int NOT NULL, number $int NOT NULL, target $text NOT NULL, act $text NOT NULL, condition $text NOT NULL,
  definition $text NOT NULL, published_at $int NOT NULL, published_by $int, parts $text NOT NULL, UNIQUE (flow, number, parts)
) $strict;
CREATE INDEX approval_flow_version_parts ON approval_flow_version (parts) WHERE parts <> '';
CREATE TABLE approval_delegation (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  from_user $int NOT NULL REFERENCES base_user, to_user $int NOT NULL REFERENCES base_user, from_date $text NOT NULL, to_date $text NOT NULL,
  active $bool NOT NULL, note $text NOT NULL
) $strict;
CREATE INDEX approval_delegation_from ON approval_delegation (from_user);
CREATE TABLE approval_request (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, title $text NOT NULL, amount $int NOT NULL, target $text NOT NULL, act $text NOT NULL,
  record $int NOT NULL, flow $int REFERENCES approval_flow, flow_version $int NOT NULL REFERENCES approval_flow_version,
  initiator $int REFERENCES base_user, reason $text NOT NULL, node_name $text NOT NULL, round $int NOT NULL, problem $text NOT NULL,
  owner $int REFERENCES base_person, department $int REFERENCES base_department, urged_at $int NOT NULL, node $text NOT NULL, resume $text NOT NULL,
  input $text NOT NULL, hash $text NOT NULL
) $strict;
CREATE UNIQUE INDEX approval_request_number ON approval_request (number) WHERE number <> '';
CREATE UNIQUE INDEX approval_request_open ON approval_request (target, record, act) WHERE record <> 0 AND state IN ('waiting', 'granted', 'failed', 'returned');
CREATE INDEX approval_request_record ON approval_request (record, target);
CREATE INDEX approval_request_initiator ON approval_request (initiator, id);
CREATE TABLE approval_task (
  id $id, parent $int NOT NULL REFERENCES approval_request, pos $int NOT NULL, node $text NOT NULL, node_name $text NOT NULL, round $int NOT NULL,
  kind $text NOT NULL, mode $text NOT NULL, assignee $int NOT NULL REFERENCES base_user, on_behalf $int REFERENCES base_user, state $text NOT NULL,
  added_by $int REFERENCES base_user, opinion $text NOT NULL, decided_at $int NOT NULL, read_at $int NOT NULL, since $int NOT NULL, hash $text NOT NULL
) $strict;
CREATE INDEX approval_task_parent ON approval_task (parent);
CREATE INDEX approval_task_inbox ON approval_task (assignee, state, id);
CREATE INDEX approval_task_person ON approval_task (assignee, id, state);
CREATE TABLE approval_trail (
  id $id, parent $int NOT NULL REFERENCES approval_request, pos $int NOT NULL, at $int NOT NULL, by_user $int REFERENCES base_user, act $text NOT NULL,
  node $text NOT NULL, node_name $text NOT NULL, text $text NOT NULL
) $strict;
CREATE INDEX approval_trail_parent ON approval_trail (parent);
