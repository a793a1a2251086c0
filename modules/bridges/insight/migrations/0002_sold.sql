-- What the sheets of a kind that somebody sold in a month come to: goods without tax and charges. owner and department are 0
-- for nobody. It is kept by the unit that posts or unposts the sheet.
CREATE TABLE insight_sold (
  kind $text NOT NULL, month $text NOT NULL, owner $int NOT NULL, department $int NOT NULL, net $int NOT NULL, PRIMARY KEY (kind, month, owner, department)
) $strict;
INSERT INTO insight_sold (kind, month, owner, department, net)
  SELECT kind, SUBSTR(date, 1, 7), COALESCE(owner, 0), COALESCE(department, 0), SUM(goods_net) FROM stock_document
  WHERE kind IN ('delivery', 'sales_return') AND state IN ('posted', 'reversed') GROUP BY 1, 2, 3, 4;
