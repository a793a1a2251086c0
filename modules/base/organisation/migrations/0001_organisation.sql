CREATE TABLE base_department (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, parent $int REFERENCES base_department, head $int, active $bool NOT NULL
) $strict;
CREATE TABLE base_person (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, department $int REFERENCES base_department, superior $int REFERENCES base_person,
  title $text NOT NULL, phone $text NOT NULL, email $text NOT NULL, active $bool NOT NULL, note $text NOT NULL
) $strict;
CREATE INDEX base_person_department ON base_person (department);
CREATE TABLE base_user (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  login $text NOT NULL UNIQUE, name $text NOT NULL, person $int REFERENCES base_person, roles $text NOT NULL, listed $text NOT NULL,
  lang $text NOT NULL, disabled $bool NOT NULL
) $strict;
CREATE TABLE credentials (account $int PRIMARY KEY REFERENCES base_user, hash $text NOT NULL, changed_at $int NOT NULL) $strict;
CREATE TABLE base_role (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, name_en $text NOT NULL, scope $text NOT NULL, shipped $bool NOT NULL, note $text NOT NULL
) $strict;
CREATE TABLE base_role_right (
  id $id, parent $int NOT NULL REFERENCES base_role, pos $int NOT NULL, object $text NOT NULL, may_read $bool NOT NULL,
  may_create $bool NOT NULL, may_update $bool NOT NULL, may_delete $bool NOT NULL, may_import $bool NOT NULL,
  may_export $bool NOT NULL, may_print $bool NOT NULL, actions $text NOT NULL, scope $text NOT NULL
) $strict;
CREATE INDEX base_role_right_parent ON base_role_right (parent);
