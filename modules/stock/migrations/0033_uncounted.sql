-- What nobody has counted is no longer 0 but nothing, which is kept as -2^62: a draft that left a quantity empty is not to
-- write the goods off. Whoever had typed 0 is asked once more.
UPDATE stock_document_line SET counted = -4611686018427387904 WHERE counted = 0 AND qty <> 0
  AND parent IN (SELECT id FROM stock_document WHERE kind = 'count' AND state IN ('draft', 'waiting'));
