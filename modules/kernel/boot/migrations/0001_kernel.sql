CREATE TABLE audit (
  id $id, at $int NOT NULL, actor $int NOT NULL, behalf $int NOT NULL, actor_name $text NOT NULL, resource $text NOT NULL,
  record $int NOT NULL, act $text NOT NULL, diff $text NOT NULL, reason $text NOT NULL, address $text NOT NULL,
  request $text NOT NULL, hash $text NOT NULL
) $strict;
CREATE INDEX audit_record ON audit (resource, record, id);
CREATE TABLE audit_head (one $int PRIMARY KEY, hash $text NOT NULL, length $int NOT NULL) $strict;
INSERT INTO audit_head (one, hash, length) VALUES (1, '', 0);
CREATE TABLE links (
  id $id, kind $text NOT NULL, source $int NOT NULL, source_line $int NOT NULL, target $int NOT NULL, target_line $int NOT NULL,
  quantity $int NOT NULL, amount $int NOT NULL, made_at $int NOT NULL, dead_at $int NOT NULL
) $strict;
CREATE INDEX links_source ON links (source, kind, source_line, dead_at, quantity, amount);
CREATE INDEX links_target ON links (target, kind);
CREATE TABLE sequences (name $text PRIMARY KEY, last $int NOT NULL CHECK (last >= 0)) $strict;
CREATE TABLE idempotency (
  actor $int NOT NULL, name $text NOT NULL, hash $text NOT NULL, record $int NOT NULL, waiting $int NOT NULL, at $int NOT NULL,
  PRIMARY KEY (actor, name)
) $strict;
CREATE TABLE settings (name $text PRIMARY KEY, value $text NOT NULL, changed_at $int NOT NULL, changed_by $int NOT NULL) $strict;
CREATE TABLE search_index (record $id, resource $text NOT NULL, content $text NOT NULL) $strict;
CREATE INDEX search_index_resource ON search_index (resource, record);
$sqlite CREATE TABLE search_grams (gram TEXT NOT NULL, resource TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (gram, resource, record)) STRICT, WITHOUT ROWID;
$postgres CREATE TABLE search_grams (gram TEXT COLLATE "C" NOT NULL, resource TEXT COLLATE "C" NOT NULL, record BIGINT NOT NULL, PRIMARY KEY (gram, resource, record));
CREATE TABLE comments (
  id $id, resource $text NOT NULL, record $int NOT NULL, author $int NOT NULL, author_name $text NOT NULL, at $int NOT NULL,
  content $text NOT NULL
) $strict;
CREATE INDEX comments_record ON comments (resource, record, id);
CREATE TABLE files (
  id $id, resource $text NOT NULL, record $int NOT NULL, name $text NOT NULL, size $int NOT NULL, type $text NOT NULL,
  digest $text NOT NULL, at $int NOT NULL, author $int NOT NULL, author_name $text NOT NULL, deleted_at $int NOT NULL
) $strict;
CREATE INDEX files_record ON files (resource, record, id);
CREATE TABLE sessions (
  token $text PRIMARY KEY, account $int NOT NULL, created_at $int NOT NULL, seen_at $int NOT NULL, expires_at $int NOT NULL,
  address $text NOT NULL, agent $text NOT NULL
) $strict;
CREATE INDEX sessions_account ON sessions (account);
CREATE TABLE api_keys (
  id $id, name $text NOT NULL, digest $text NOT NULL UNIQUE, account $int NOT NULL, created_at $int NOT NULL, created_by $int NOT NULL,
  expires_at $int NOT NULL, revoked_at $int NOT NULL
) $strict;
CREATE TABLE jobs (
  id $id, kind $text NOT NULL, label $text NOT NULL, state $text NOT NULL, account $int NOT NULL, input $text NOT NULL,
  done $int NOT NULL, total $int NOT NULL, problem $text NOT NULL, result $text NOT NULL, output $text NOT NULL, attempts $int NOT NULL,
  lease_until $int NOT NULL, created_at $int NOT NULL, finished_at $int NOT NULL, cancelled $int NOT NULL
) $strict;
CREATE INDEX jobs_state ON jobs (state, id);
CREATE TABLE job_days (kind $text PRIMARY KEY, day $text NOT NULL) $strict;
CREATE TABLE notices (
  id $id, account $int NOT NULL, at $int NOT NULL, code $text NOT NULL, args $text NOT NULL, resource $text NOT NULL, target $text NOT NULL, read_at $int NOT NULL
) $strict;
CREATE INDEX notices_account ON notices (account, id);
CREATE INDEX notices_unread ON notices (account, id) WHERE read_at = 0;
CREATE INDEX notices_at ON notices (at);
CREATE TABLE access (one $int PRIMARY KEY, version $int NOT NULL) $strict;
INSERT INTO access (one, version) VALUES (1, 1);
CREATE TABLE attempts (name $text PRIMARY KEY, failed $int NOT NULL, last_at $int NOT NULL, until_at $int NOT NULL) $strict;
CREATE INDEX attempts_last ON attempts (last_at);
