CREATE TABLE share_link (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  title $text NOT NULL, kind $text NOT NULL, party $int NOT NULL REFERENCES base_party, target $text NOT NULL, target_id $int NOT NULL,
  from_date $text NOT NULL, to_date $text NOT NULL, amount $int NOT NULL, state $text NOT NULL, expires_at $int NOT NULL, code $text NOT NULL,
  fingerprint $text NOT NULL, reply $text NOT NULL, answerer $text NOT NULL, words $text NOT NULL, answered_at $int NOT NULL, answered_from $text NOT NULL
) $strict;
CREATE INDEX share_link_party ON share_link (party, kind, to_date);
CREATE INDEX share_link_target ON share_link (target_id, target);
-- What the stranger gets, apart from what the audit tells of. No foreign key: rows of records are written at the end of their unit.
CREATE TABLE share_page (
  link $int PRIMARY KEY, token $text NOT NULL UNIQUE, code $text NOT NULL, content $text NOT NULL,
  views $int NOT NULL, seen_at $int NOT NULL, wrong $int NOT NULL, wait_until $int NOT NULL
) $strict;
