CREATE TABLE base_user (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
CREATE TABLE base_person (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
CREATE TABLE base_department (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
CREATE TABLE test_folk (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, code $text NOT NULL, name $text NOT NULL, owner $int, department $int) $strict;
CREATE TABLE test_slip (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, kind $text NOT NULL, folk $int, reference $text NOT NULL, total $int NOT NULL, number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int, department $int, note $text NOT NULL, revision $int NOT NULL) $strict;
CREATE INDEX test_slip_date ON test_slip (kind, date, id, folk, number);
CREATE INDEX test_slip_owner ON test_slip (owner, kind, date, id);
CREATE INDEX test_slip_department ON test_slip (department, kind, date, id);
CREATE INDEX test_slip_folk ON test_slip (folk, kind, date, id);
