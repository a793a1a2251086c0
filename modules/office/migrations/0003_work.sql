CREATE TABLE office_task (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, subject $text NOT NULL, state $text NOT NULL, priority $text NOT NULL, assignee $int NOT NULL REFERENCES base_person,
  due $text NOT NULL, progress $int NOT NULL, details $text NOT NULL, link $text NOT NULL, maker $int REFERENCES base_person,
  department $int REFERENCES base_department, done_at $text NOT NULL, result $text NOT NULL
) $strict;
CREATE UNIQUE INDEX office_task_number ON office_task (number) WHERE number <> '';
CREATE INDEX office_task_assignee ON office_task (assignee, due, id);
CREATE INDEX office_task_maker ON office_task (maker, due, id);
CREATE INDEX office_task_department ON office_task (department, due, id);
CREATE INDEX office_task_due ON office_task (due, id);
CREATE INDEX office_task_state ON office_task (state, id);
CREATE TABLE office_task_member (
  id $id, parent $int NOT NULL REFERENCES office_task, pos $int NOT NULL, member $int REFERENCES base_user
) $strict;
CREATE INDEX office_task_member_parent ON office_task_member (parent);
CREATE INDEX office_task_member_member ON office_task_member (member, parent);
CREATE TABLE office_work_log (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  person $int NOT NULL REFERENCES base_person, kind $text NOT NULL, date $text NOT NULL, state $text NOT NULL, recorded $text NOT NULL,
  done $text NOT NULL, plans $text NOT NULL, issues $text NOT NULL, submitted_at $int NOT NULL, department $int REFERENCES base_department,
  UNIQUE (person, kind, date)
) $strict;
CREATE INDEX office_work_log_person ON office_work_log (person, date, id);
CREATE INDEX office_work_log_department ON office_work_log (department, date, id) WHERE department IS NOT NULL;
CREATE INDEX office_work_log_date ON office_work_log (date, id);
-- Work logs ask what somebody did on a day.
CREATE INDEX audit_behalf ON audit (behalf, at);
