ALTER TABLE sessions ADD COLUMN device $int NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN proven_at $int NOT NULL DEFAULT 0;
ALTER TABLE api_keys ADD COLUMN used_at $int NOT NULL DEFAULT 0;
CREATE TABLE entries (token $text PRIMARY KEY, account $int NOT NULL, need $text NOT NULL, expires_at $int NOT NULL) $strict;
CREATE TABLE second_factors (account $int PRIMARY KEY, secret $text NOT NULL, since $int NOT NULL, last_step $int NOT NULL) $strict;
CREATE TABLE recovery_codes (account $int NOT NULL, digest $text NOT NULL, used_at $int NOT NULL, PRIMARY KEY (account, digest)) $strict;
CREATE TABLE devices (
  id $id, account $int NOT NULL, digest $text NOT NULL UNIQUE, agent $text NOT NULL, address $text NOT NULL, first_at $int NOT NULL,
  seen_at $int NOT NULL, trusted_until $int NOT NULL
) $strict;
CREATE INDEX devices_account ON devices (account, seen_at);
CREATE TABLE refused_logins (
  day $text NOT NULL, account $int NOT NULL, address $text NOT NULL, kind $text NOT NULL, first_at $int NOT NULL, last_at $int NOT NULL,
  times $int NOT NULL, PRIMARY KEY (day, account, address, kind)
) $strict;
