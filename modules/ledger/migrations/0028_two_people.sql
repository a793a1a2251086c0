-- A company that kept books before the rule about makers and reviewers had a default of its own, and never chose, goes on as
-- before: nothing is refused after an upgrade that was not refused before it.
INSERT INTO settings (name, value, changed_at, changed_by) SELECT 'ledger.two_people', 'false', 0, 0
  WHERE EXISTS (SELECT 1 FROM ledger_voucher) AND NOT EXISTS (SELECT 1 FROM settings WHERE name = 'ledger.two_people');
