CREATE TABLE office_announcement (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, title $text NOT NULL, date $text NOT NULL, until $text NOT NULL, state $text NOT NULL, pinned $bool NOT NULL,
  audience $text NOT NULL, author $int REFERENCES base_person, department $int REFERENCES base_department, text $text NOT NULL,
  told $int NOT NULL, seen $int NOT NULL
) $strict;
CREATE UNIQUE INDEX office_announcement_number ON office_announcement (number) WHERE number <> '';
CREATE INDEX office_announcement_date ON office_announcement (date, id, number, title);
CREATE INDEX office_announcement_pinned ON office_announcement (pinned, date, id);
CREATE INDEX office_announcement_author ON office_announcement (author, date, id);
CREATE INDEX office_announcement_of ON office_announcement (department, date, id);
CREATE TABLE office_announcement_department (
  id $id, parent $int NOT NULL REFERENCES office_announcement, pos $int NOT NULL, department $int NOT NULL REFERENCES base_department
) $strict;
CREATE INDEX office_announcement_department_parent ON office_announcement_department (parent);
CREATE TABLE office_announcement_user (
  id $id, parent $int NOT NULL REFERENCES office_announcement, pos $int NOT NULL, member $int NOT NULL REFERENCES base_user
) $strict;
CREATE INDEX office_announcement_user_parent ON office_announcement_user (parent);
CREATE TABLE office_announcement_reader (announcement $int NOT NULL, member $int NOT NULL, read_at $int NOT NULL, PRIMARY KEY (announcement, member)) $strict;
CREATE INDEX office_announcement_reader_member ON office_announcement_reader (member, announcement);
CREATE TABLE office_folder (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  name $text NOT NULL, parent $int REFERENCES office_folder, path $text NOT NULL UNIQUE, note $text NOT NULL
) $strict;
CREATE INDEX office_folder_parent ON office_folder (parent);
CREATE TABLE office_shared_file (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  title $text NOT NULL, folder $int NOT NULL REFERENCES office_folder, audience $text NOT NULL, department $int REFERENCES base_department,
  owner $int REFERENCES base_person, note $text NOT NULL, open $bool NOT NULL, latest $int NOT NULL, file_name $text NOT NULL, uploaded_at $int NOT NULL
) $strict;
CREATE INDEX office_shared_file_folder ON office_shared_file (folder, title, owner);
CREATE INDEX office_shared_file_department ON office_shared_file (department, id);
CREATE INDEX office_shared_file_owner ON office_shared_file (owner, id);
CREATE INDEX office_shared_file_open ON office_shared_file (id) WHERE open;
CREATE TABLE office_shared_file_version (
  id $id, parent $int NOT NULL REFERENCES office_shared_file, pos $int NOT NULL, revision $int NOT NULL, name $text NOT NULL, size $int NOT NULL,
  by_user $int, at $int NOT NULL, file $int NOT NULL, note $text NOT NULL
) $strict;
CREATE INDEX office_shared_file_version_parent ON office_shared_file_version (parent);
