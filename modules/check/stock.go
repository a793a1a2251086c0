package check

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"zhanggui/modules/kernel/money"
)

var stockKinds = []kind{
	{"on hand", "stock", checkOnHand},
	{"pools", "stock", checkPools},
	{"layers", "stock", checkLayers},
	{"moves", "stock", checkMoves},
	{"stock costs", "stock", checkCosts},
	{"valuation", "stock", checkValuation},
	{"units", "base.item", checkUnits},
}

var itemKey = named("item", "item", "base_item", "code")

func checkOnHand(c *checker) error {
	return c.compare(comparison{
		what: "on hand", keys: []key{itemKey, named("warehouse", "warehouse", "base_warehouse", "code")},
		figures: []figure{quantity("qty", "quantity"), quantity("qty2", "second quantity")},
		kept:    "SELECT item, warehouse, qty, qty2 FROM stock_on_hand", found: "SELECT item, warehouse, qty, qty2 FROM stock_move",
	})
}

func checkPools(c *checker) error {
	err := c.compare(comparison{
		what: "pool", keys: []key{itemKey, plain("scope", "scope")}, figures: []figure{quantity("qty", "quantity"), amount("value", "value")},
		kept: "SELECT item, scope, qty, value FROM stock_pool", found: "SELECT item, scope, qty, value + variance AS value FROM stock_move",
	})
	if err != nil {
		return err
	}
	name := "COALESCE((SELECT code FROM base_item i WHERE i.id = p.item), '?'), p.scope"
	return errors.Join(
		c.none("pool item %s scope %s: quantity %s is worth %s", "SELECT "+name+`, p.qty AS qty, p.value AS amount FROM stock_pool p
			WHERE p.qty = 0 AND p.value <> 0 OR p.qty > 0 AND p.value < 0 OR p.qty < 0 AND p.value > 0 ORDER BY p.item, p.scope`),
		c.none("pool item %s scope %s: the counter of moves stands at %s, there is move %s", "SELECT "+name+`, p.seq, m.seq FROM stock_pool p
			JOIN (SELECT item, scope, MAX(seq) AS seq FROM stock_move GROUP BY item, scope) m ON m.item = p.item AND m.scope = p.scope
			WHERE m.seq > p.seq ORDER BY p.item, p.scope`),
		c.none("pool item %s scope %s: last moved on %s, recomputed %s", "SELECT "+name+`, p.last_date, m.last_date FROM stock_pool p
			JOIN (SELECT item, scope, MAX(date) AS last_date FROM (`+liveMoves+`) x GROUP BY item, scope) m ON m.item = p.item AND m.scope = p.scope
			WHERE m.last_date <> p.last_date ORDER BY p.item, p.scope`))
}

// checkLayers adds up what is left of each receipt where issues take the oldest first.
func checkLayers(c *checker) error {
	return c.Each(func(rows *sql.Rows) error {
		var item string
		var scope, qty, value int64
		var layers string
		if err := rows.Scan(&item, &scope, &qty, &value, &layers); err != nil {
			return err
		}
		if c.settings["stock.method"] != "fifo" {
			if layers != "" {
				c.fault("pool item %s scope %d: it has layers, which moving averages do not have", item, scope)
			}
			return nil
		}
		var sumQty, sumValue int64
		for _, layer := range strings.Fields(layers) {
			q, v, _ := strings.Cut(layer, ":")
			n, err1 := strconv.ParseInt(q, 10, 64)
			m, err2 := strconv.ParseInt(v, 10, 64)
			if err1 != nil || err2 != nil || n <= 0 || m < 0 {
				c.fault("pool item %s scope %d: layer %q cannot be", item, scope, layer)
			}
			sumQty, sumValue = sumQty+n, sumValue+m
		}
		if qty <= 0 {
			qty, value = 0, 0
		}
		if sumQty != qty || sumValue != value {
			c.fault("pool item %s scope %d: kept %s worth %s, its layers add up to %s worth %s", item, scope,
				money.Qty(qty), money.Amount(value), money.Qty(sumQty), money.Amount(sumValue))
		}
		return nil
	}, "SELECT COALESCE((SELECT code FROM base_item i WHERE i.id = p.item), '?'), scope, qty, value, layers FROM stock_pool p ORDER BY item, scope")
}

// movesOfDocuments are the moves that the posted documents should have: line, item, warehouse and quantities.
const movesOfDocuments = `SELECT d.id AS document, l.id AS line, l.item,
	CASE w.side WHEN 1 THEN d.warehouse ELSE d.to_warehouse END AS warehouse,
	CASE d.kind WHEN 'receipt' THEN l.base_qty WHEN 'sales_return' THEN l.base_qty WHEN 'other_in' THEN l.base_qty WHEN 'opening' THEN l.base_qty
		WHEN 'count' THEN l.counted - l.qty WHEN 'transfer' THEN -w.side * l.base_qty ELSE -l.base_qty END AS qty,
	CASE d.kind WHEN 'receipt' THEN l.qty2 WHEN 'sales_return' THEN l.qty2 WHEN 'other_in' THEN l.qty2 WHEN 'opening' THEN l.qty2
		WHEN 'count' THEN l.counted2 - l.qty2 WHEN 'transfer' THEN -w.side * l.qty2 ELSE -l.qty2 END AS qty2
	FROM stock_document d JOIN stock_document_line l ON l.parent = d.id JOIN base_item i ON i.id = l.item
	JOIN (SELECT 1 AS side UNION ALL SELECT -1) w ON w.side = 1 OR d.kind = 'transfer'
	WHERE d.state IN ('posted', 'reversed') AND d.kind <> 'adjustment' AND NOT i.service`

// checkMoves wants the moves of posted documents, and only those. Items that are services now may once have moved.
func checkMoves(c *checker) error {
	err := c.compare(comparison{
		what: "moves", keys: []key{named("document", "document", "stock_document", "number"), plain("line", "line"), itemKey,
			named("warehouse", "warehouse", "base_warehouse", "code")},
		figures: []figure{quantity("qty", "quantity"), quantity("qty2", "second quantity")},
		kept:    "SELECT document, line, item, warehouse, qty, qty2 FROM (" + movesOfDocuments + ") d",
		found: `SELECT m.document, m.line, m.item, m.warehouse, m.qty, m.qty2 FROM stock_move m JOIN base_item i ON i.id = m.item
			WHERE NOT i.service`,
	})
	if err != nil {
		return err
	}
	return errors.Join(
		c.none("move #%s of %s says %s on %s, its document is a %s of %s", `SELECT m.id, d.number, m.kind, m.date, d.kind, d.date
			FROM stock_move m JOIN stock_document d ON d.id = m.document
			LEFT JOIN (SELECT DISTINCT cancels FROM stock_move WHERE cancels <> 0) x ON x.cancels IN (m.id, m.adjusts)
			WHERE d.state IN ('posted', 'reversed') AND m.cancels = 0 AND x.cancels IS NULL AND (m.kind <> d.kind OR m.date <> d.date) ORDER BY m.id`),
		// A line that was taken off a modified sheet is gone. An adjustment of what it once moved still names it, and so do returns that
		// were reversed before, or are drafts and will be refused.
		c.none("stock_document_line #%s: source_line points at #%s of stock_document_line, which does not exist", `SELECT t.id, t.source_line
			FROM stock_document_line t JOIN stock_document d ON d.id = t.parent LEFT JOIN stock_document_line r ON r.id = t.source_line
			WHERE t.source_line <> 0 AND r.id IS NULL AND d.state = 'posted' AND d.reverses IS NULL AND NOT EXISTS (SELECT 1 FROM stock_move m WHERE m.line = t.source_line AND m.document = t.source)
			ORDER BY t.id`),
		c.none("move #%s is put before its day's order: place %s, written as %s", `SELECT m.id, m.rank, m.seq FROM stock_move m WHERE m.rank < 1 OR m.rank > m.seq
			OR m.rank < m.seq AND NOT EXISTS (SELECT 1 FROM stock_move o WHERE o.item = m.item AND o.scope = m.scope AND o.date = m.date
			AND o.document = m.document AND o.line = m.line AND o.rank = m.rank AND o.cancels = 0 AND o.id <> m.id) ORDER BY m.id`),
		c.none("move #%s follows #%s, which was taken back", `SELECT m.id, m.follows FROM stock_move m JOIN stock_move b ON b.cancels = m.follows
			LEFT JOIN (SELECT DISTINCT cancels FROM stock_move WHERE cancels <> 0) x ON x.cancels = m.id
			WHERE m.follows <> 0 AND m.cancels = 0 AND m.adjusts = 0 AND x.cancels IS NULL ORDER BY m.id`),
		c.none("document %s was modified %s times, the audit knows of %s", `SELECT d.number, d.revision, COALESCE(a.n, 0) FROM stock_document d
			LEFT JOIN (SELECT record, resource, COUNT(*) AS n FROM audit WHERE act = 'modify' GROUP BY record, resource) a
			ON a.record = d.id AND a.resource = 'stock.' || d.kind WHERE d.revision <> COALESCE(a.n, 0) ORDER BY d.id`),
		c.none("move #%s does not take back move #%s exactly", `SELECT m.id, o.id FROM stock_move m JOIN stock_move o ON o.id = m.cancels
			WHERE m.cancels <> 0 AND (m.item <> o.item OR m.scope <> o.scope OR m.warehouse <> o.warehouse OR m.document <> o.document OR m.line <> o.line
			OR m.date <> o.date OR m.qty <> -o.qty OR m.qty2 <> -o.qty2 OR m.value <> -o.value OR m.variance <> -o.variance) ORDER BY m.id`),
		c.none("move #%s was taken back %s times", `SELECT cancels, COUNT(*) FROM stock_move WHERE cancels <> 0 GROUP BY cancels HAVING COUNT(*) > 1 ORDER BY cancels`),
		c.none("move #%s adjusts #%s, but not its value alone", `SELECT m.id, o.id FROM stock_move m JOIN stock_move o ON o.id = m.adjusts
			WHERE m.adjusts <> 0 AND (m.qty <> 0 OR m.qty2 <> 0 OR m.item <> o.item OR m.scope <> o.scope OR m.document <> o.document OR m.line <> o.line) ORDER BY m.id`))
}

// checkCosts compares the cost on documents with the values of their moves, and adjustments with what they adjust.
func checkCosts(c *checker) error {
	err := c.compare(comparison{
		what: "cost", keys: []key{named("document", "document", "stock_document", "number"), plain("line", "line")},
		figures: []figure{amount("cost", "cost")},
		kept: `SELECT d.id AS document, l.id AS line, l.cost FROM stock_document d JOIN stock_document_line l ON l.parent = d.id
			WHERE d.kind <> 'adjustment'`,
		found: `SELECT document, line, CASE WHEN kind IN ('delivery', 'purchase_return', 'other_out', 'transfer') THEN -value ELSE value END AS cost
			FROM stock_move WHERE kind <> 'transfer' OR side = -1`,
	})
	if err != nil {
		return err
	}
	err = c.compare(comparison{
		what: "cost", keys: []key{named("document", "document", "stock_document", "number")}, figures: []figure{amount("cost", "cost")},
		kept: "SELECT id AS document, cost FROM stock_document", found: "SELECT parent AS document, cost FROM stock_document_line",
	})
	if err != nil {
		return err
	}
	return c.compare(comparison{
		what: "adjustments", keys: []key{plain("date", "of"), plain("kind", "kind"), itemKey, plain("document", "document"), plain("line", "line")},
		figures: []figure{amount("cost", "value")},
		kept: `SELECT d.date, d.adjusts AS kind, l.item, l.source AS document, l.source_line AS line, l.cost
			FROM stock_document d JOIN stock_document_line l ON l.parent = d.id WHERE d.kind = 'adjustment'`,
		found: "SELECT date, kind, item, document, line, value AS cost FROM stock_move WHERE adjusts <> 0",
	})
}
