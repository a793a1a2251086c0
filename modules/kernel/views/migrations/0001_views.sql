CREATE TABLE system_view (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  account $int REFERENCES base_user, list $text NOT NULL, name $text NOT NULL, filters $text NOT NULL, q $text NOT NULL,
  sort $text NOT NULL, columns $text NOT NULL, look $text NOT NULL, everybody $bool NOT NULL, roles $text NOT NULL
) $strict;
CREATE UNIQUE INDEX system_view_name ON system_view (account, list, name);
CREATE INDEX system_view_list ON system_view (list, name);
CREATE TABLE view_choices (
  account $int NOT NULL REFERENCES base_user, list $text NOT NULL, view $int NOT NULL REFERENCES system_view, PRIMARY KEY (account, list)
) $strict;
CREATE INDEX view_choices_view ON view_choices (view);
