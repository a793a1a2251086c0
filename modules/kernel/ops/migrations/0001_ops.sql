CREATE INDEX idempotency_at ON idempotency (at);
CREATE INDEX jobs_finished ON jobs (finished_at);
CREATE INDEX jobs_kind ON jobs (kind, state, id);
