-- Rights that roles of the company's own making are to have once the program has started: what they could do without naming it
-- before it had a name. The program writes them into the roles, with the audit, and takes them out of here.
CREATE TABLE base_role_due (
  role $int NOT NULL REFERENCES base_role, object $text NOT NULL, act $text NOT NULL, PRIMARY KEY (role, object, act)
) $strict;
-- Selling prices were seen by everybody who saw the record.
INSERT INTO base_role_due (role, object, act) SELECT id, 'field.price', 'see' FROM base_role WHERE NOT shipped;
-- Whoever posted receipts put the money on any account.
INSERT INTO base_role_due (role, object, act) SELECT r.id, 'settlement.receipt', 'anywhere' FROM base_role r
  WHERE NOT r.shipped AND EXISTS (SELECT 1 FROM base_role_right l
    WHERE l.parent = r.id AND l.object = 'settlement.receipt' AND ',' || l.actions || ',' LIKE '%,post,%');
