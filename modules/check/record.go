package check

import (
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
)

var recordKinds = []kind{
	{"references", "kernel", checkReferences},
	{"states", "kernel", checkStates},
	{"dates", "kernel", checkDates},
	{"ranges", "kernel", checkRanges},
	{"numbers", "kernel", checkNumbers},
	{"sequences", "kernel", checkSequences},
	{"search", "kernel", checkSearch},
	{"search grams", "kernel", checkGrams},
	{"idempotency", "kernel", checkIdempotency},
	{"history", "kernel", checkHistory},
	{"links", "kernel", checkLinks},
}

// checkReferences looks for ids without a record where no foreign key guards them.
func checkReferences(c *checker) error {
	for _, r := range references {
		if !c.has(r.module) {
			continue
		}
		err := c.none(r.table+" #%s: "+r.column+" points at #%s of "+r.target+", which does not exist",
			"SELECT t.id, t."+r.column+" FROM "+r.table+" t LEFT JOIN "+r.target+" r ON r.id = t."+r.column+
				" WHERE t."+r.column+" IS NOT NULL AND t."+r.column+" <> 0 AND r.id IS NULL ORDER BY t.id")
		if err != nil {
			return err
		}
	}
	for _, s := range sheets {
		for _, from := range []struct{ module, table, words string }{
			{"settlement", "settlement_open_item", "open item"}, {"ledger", "ledger_voucher", "voucher"},
		} {
			if !c.has(s.module + " " + from.module) {
				continue
			}
			err := c.none(from.words+" #%s comes from "+s.resource+" #%s, which does not exist",
				"SELECT f.id, f.source_id FROM "+from.table+" f LEFT JOIN "+s.table+" t ON t.id = f.source_id AND "+s.where()+
					" WHERE f.source = ? AND t.id IS NULL ORDER BY f.id", s.resource)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// checkStates refuses states that a document cannot be in.
func checkStates(c *checker) error {
	for i := range sheets {
		s := &sheets[i]
		if !c.has(s.module) {
			continue
		}
		err := c.none(s.resource+" #%s is in the state %s, which there is not",
			"SELECT t.id, t.state FROM "+s.table+" t WHERE "+s.where()+" AND t.state NOT IN ('"+strings.ReplaceAll(s.states, " ", "', '")+
				"') ORDER BY t.id")
		if err != nil {
			return err
		}
	}
	if !c.has("stock settlement") {
		return nil
	}
	known := map[string][]string{}
	for _, s := range sheets {
		if s.kind != "" {
			known[s.table] = append(known[s.table], s.kind)
		}
	}
	for _, table := range []string{"stock_document", "settlement_payment"} {
		err := c.none(table+" #%s is of the kind %s, which there is not", "SELECT id, kind FROM "+table+" WHERE kind NOT IN ('"+
			strings.Join(known[table], "', '")+"') ORDER BY id")
		if err != nil {
			return err
		}
	}
	return nil
}

// never is the due date of a debt for which no day was agreed.
const never = "9999-12-31"

// checkDates reads every distinct day and month.
func checkDates(c *checker) error {
	for _, d := range dated {
		if !c.has(d.module) {
			continue
		}
		err := c.Each(func(rows *sql.Rows) error {
			var text string
			var id, n int64
			if err := rows.Scan(&text, &id, &n); err != nil {
				return err
			}
			good := clock.Date(text).Valid() || d.month && clock.Month(text).Valid()
			if d.month {
				good = clock.Month(text).Valid()
			}
			if d.column == "due_date" && text == never {
				return nil
			}
			if !good && (text != "" || !d.empty) {
				c.fault("%s #%d: %s is %q (%d times), which is none", d.table, id, d.column, text, n)
			}
			return nil
		}, "SELECT "+d.column+", MIN(id), COUNT(*) FROM "+d.table+" GROUP BY "+d.column+" ORDER BY 2")
		if err != nil {
			return err
		}
	}
	return nil
}

// largest is more money than any company has, in 分: sums of a hundred such figures still fit.
const largest = 90_000_000_000_000_000

// checkRanges looks for figures of a size that cannot be.
func checkRanges(c *checker) error {
	limit := strconv.FormatInt(largest, 10)
	for _, f := range figured {
		if !c.has(f.module) {
			continue
		}
		for _, column := range strings.Fields(f.columns) {
			err := c.none(f.table+" #%s: "+column+" is %s", "SELECT id, "+column+" AS amount FROM "+f.table+" WHERE "+
				column+" > "+limit+" OR "+column+" < -"+limit+" ORDER BY id")
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// checkNumbers wants a number on what is posted, and no number twice.
func checkNumbers(c *checker) error {
	for i := range sheets {
		s := &sheets[i]
		if !c.has(s.module) {
			continue
		}
		err := c.none(s.resource+" #%s is %s and has no number", "SELECT t.id, t.state FROM "+s.table+" t WHERE "+s.where()+
			" AND t.number = '' AND t.state IN ('"+strings.ReplaceAll(s.numbered, " ", "', '")+"') ORDER BY t.id")
		if err != nil {
			return err
		}
		group := "t.number"
		if s.resource == "ledger.voucher" {
			group = "t.period, t.number"
		}
		err = c.none(s.resource+": number %s is there %s times, first at #%s", "SELECT t.number, COUNT(*), MIN(t.id) FROM "+s.table+" t WHERE "+
			s.where()+" AND t.number <> '' GROUP BY "+group+" HAVING COUNT(*) > 1 ORDER BY "+group)
		if err != nil {
			return err
		}
	}
	return nil
}

// checkSequences compares each counter with the highest number that was given with its prefix.
func checkSequences(c *checker) error {
	type counter struct {
		s      *sheet
		prefix string
		last   int64
	}
	var counters []counter
	err := c.Each(func(rows *sql.Rows) error {
		var name string
		var last int64
		err := rows.Scan(&name, &last)
		resource, prefix, ok := strings.Cut(name, "|")
		for i := range sheets {
			if s := &sheets[i]; ok && s.resource == resource && resource != "ledger.voucher" && c.has(s.module) {
				counters = append(counters, counter{s, prefix, last})
			}
		}
		return err
	}, "SELECT name, last FROM sequences ORDER BY name")
	if err != nil {
		return err
	}
	for _, k := range counters {
		// What stands behind the prefix is digits, so the longest and then the greatest text is the highest number.
		var number string
		found, err := c.Scan([]any{&number}, "SELECT t.number FROM "+k.s.table+" t WHERE "+k.s.where()+
			" AND t.number > ? AND t.number < ? ORDER BY LENGTH(t.number) DESC, t.number DESC LIMIT 1", k.prefix, k.prefix+":")
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(strings.TrimPrefix(number, k.prefix), 10, 64)
		if found && err == nil && n > k.last {
			c.fault("%s: the counter of %s stands at %d, number %s is above it", k.s.resource, k.prefix, k.last, number)
		}
	}
	return nil
}

// checkSearch wants exactly one row of the search index for each record that is looked up by name.
func checkSearch(c *checker) error {
	for _, x := range indexed {
		if !c.has(x.module) {
			continue
		}
		err := c.Each(func(rows *sql.Rows) error {
			var id int64
			var name string
			var content sql.NullString
			if err := rows.Scan(&id, &name, &content); err != nil {
				return err
			}
			switch {
			case !content.Valid:
				c.fault("%s #%d %s is not in the index", x.resource, id, name)
			case !strings.Contains(content.String, strings.ToLower(name)):
				c.fault("%s #%d is indexed as %q, its name is %s", x.resource, id, content.String, name)
			}
			return nil
		}, "SELECT t.id, t."+x.column+", s.content FROM "+x.table+" t LEFT JOIN search_index s ON s.record = t.id AND s.resource = ? ORDER BY t.id", x.resource)
		if err != nil {
			return err
		}
		err = c.none("the index has "+x.resource+" #%s, which does not exist", "SELECT s.record FROM search_index s LEFT JOIN "+x.table+
			" t ON t.id = s.record WHERE s.resource = ? AND t.id IS NULL ORDER BY s.record", x.resource)
		if err != nil {
			return err
		}
	}
	return nil
}

// checkIdempotency wants every remembered answer to be about a record that the audit knows (the record itself may have
// been deleted since) or, for the chunks of an import, about its batch.
func checkIdempotency(c *checker) error {
	if !c.has("transfer") {
		return c.none("key %s remembers #%s, of which nothing is known", `SELECT i.name, i.record FROM idempotency i
			LEFT JOIN (SELECT DISTINCT record FROM audit) a ON a.record = i.record WHERE a.record IS NULL ORDER BY i.name`)
	}
	return c.none("key %s remembers #%s, of which nothing is known", `SELECT i.name, i.record FROM idempotency i
		LEFT JOIN (SELECT DISTINCT record FROM audit) a ON a.record = i.record LEFT JOIN import_batch j ON j.id = i.record
		WHERE a.record IS NULL AND j.id IS NULL ORDER BY i.name`)
}

// checkHistory wants the audit to know of every record.
func checkHistory(c *checker) error {
	const unheard = " AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.resource = ? AND a.record = t.id) ORDER BY t.id"
	for i := range sheets {
		s := &sheets[i]
		if !c.has(s.module) {
			continue
		}
		err := c.none("nobody made "+s.resource+" #%s: the audit has no row of it", "SELECT t.id FROM "+s.table+" t WHERE "+s.where()+unheard, s.resource)
		if err != nil {
			return err
		}
	}
	for _, r := range mastersOf(c.modules) {
		where := "1 = 1"
		if born, ok := unrecorded[r.resource]; ok {
			where = "t.state <> '" + born["state"] + "'"
		}
		err := c.none("nobody made "+r.resource+" #%s what it is: the audit has no row of it", "SELECT t.id FROM "+r.table+" t WHERE "+where+unheard, r.resource)
		if err != nil {
			return err
		}
	}
	return nil
}

// hop is a kind of link: the table and kind of its source and target, the source's lines if they are the source, and the
// column that limits it. live are the states in which the target must be; its table has kinds unless targetKind is "".
type hop struct {
	modules, name                     string
	source, lines, target, targetKind string
	byAmount                          bool
	limit, live                       string
}

func hops() []hop {
	out := []hop{
		{"stock", "returns", "stock_document", "stock_document_line", "stock_document", "sales_return", false, "base_qty", "posted"},
		{"stock", "sends_back", "stock_document", "stock_document_line", "stock_document", "purchase_return", false, "base_qty", "posted"},
		{"settlement", "settles", "settlement_open_item", "", "settlement_payment", "receipt", true, "amount", "posted"},
		{"settlement", "settles_payable", "settlement_open_item", "", "settlement_payment", "payment", true, "amount", "posted"},
		{"bridges.opening", "opens_stock", "opening_balance", "", "stock_document", "opening", false, "", "posted"},
		{"bridges.dispatch settlement", "collects", "dispatch_run", "dispatch_stop", "settlement_payment", "receipt", true, "", "posted"},
		{"bridges.opening", "opens_debts", "opening_balance", "", "settlement_opening", "", false, "", "posted"},
	}
	for _, kind := range slices.Sorted(maps.Keys(counterOf)) {
		out = append(out, hop{"stock settlement", "counter_" + kind, "stock_document", "", "settlement_payment", counterOf[kind], false, "", "posted"})
	}
	for _, o := range orders {
		out = append(out, hop{o.module + " stock", o.link, o.table, o.table + "_line", "stock_document", o.target, false, "base_qty", "posted"})
	}
	for _, p := range plans {
		out = append(out, hop{p.module, p.link, p.table, p.table + "_line", p.target, "", false, "base_qty", "draft waiting confirmed closed"})
	}
	out = append(out, hop{"bridges.deals crm sales", "offers", "crm_opportunity", "", "sales_quotation", "", false, "", "draft waiting sent accepted refused expired superseded void"})
	for _, s := range sheets {
		if s.table == "stock_document" && s.kind != "adjustment" {
			out = append(out, hop{modules: "stock", name: "reverses_" + s.kind, source: s.table, target: s.table, targetKind: s.kind, live: "posted"})
		}
	}
	return out
}

// checkLinks compares caps and progress with the sums of the live links, and looks for links that lead nowhere.
func checkLinks(c *checker) error {
	var names []string
	for _, h := range hops() {
		names = append(names, "'"+h.name+"'")
		if !c.has(h.modules) {
			continue
		}
		if err := c.checkHop(&h); err != nil {
			return err
		}
	}
	err := errors.Join(
		c.none("#%s is of the kind %s, which nothing is known of", "SELECT MIN(id), kind FROM links WHERE kind NOT IN ("+strings.Join(names, ", ")+") GROUP BY kind ORDER BY kind"),
		c.none("#%s died at %s, before it was made at %s", "SELECT id, dead_at, made_at FROM links WHERE dead_at <> 0 AND dead_at < made_at ORDER BY id"))
	if err != nil {
		return err
	}
	return c.checkProgress()
}

// checkProgress compares the columns that show progress with the sums of the live links.
func (c *checker) checkProgress() error {
	type progress struct{ modules, what, table, column, figure, kinds string }
	list := []progress{
		{"stock", "stock line", "stock_document_line", "returned", "quantity", "'returns', 'sends_back'"},
		{"settlement", "open item", "settlement_open_item", "settled", "amount", "'settles', 'settles_payable'"},
	}
	for _, o := range orders {
		list = append(list, progress{o.module + " stock", o.module + " order line", o.table + "_line", o.done, "quantity", "'" + o.link + "'"})
	}
	for _, p := range plans {
		list = append(list, progress{p.module, p.module + " line asked for", p.table + "_line", "ordered", "quantity", "'" + p.link + "'"})
	}
	for _, p := range list {
		if !c.has(p.modules) {
			continue
		}
		from, text := "source_line", quantity(p.column, p.column)
		if p.figure == "amount" {
			from, text = "source", amount(p.column, p.column)
		}
		err := c.compare(comparison{
			what: p.what, keys: []key{plain("id", "#")}, figures: []figure{text},
			kept:  "SELECT id, " + p.column + " FROM " + p.table + " WHERE " + p.column + " <> 0",
			found: "SELECT " + from + " AS id, " + p.figure + " AS " + p.column + " FROM links WHERE dead_at = 0 AND kind IN (" + p.kinds + ")",
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// checkHop looks at the links of one kind.
func (c *checker) checkHop(h *hop) error {
	err := c.none(h.name+" #%s comes from #%s of "+h.source+", which does not exist", "SELECT l.id, l.source FROM links l LEFT JOIN "+h.source+
		" t ON t.id = l.source WHERE l.kind = ? AND l.dead_at = 0 AND t.id IS NULL ORDER BY l.id", h.name)
	if err != nil {
		return err
	}
	kind, word := "t.kind", h.targetKind
	if word == "" {
		kind, word = "''", h.target
	}
	err = c.none(h.name+" #%s leads to #%s of "+h.target+", which is %s; it must be a "+word+" that is "+strings.ReplaceAll(h.live, " ", " or "),
		"SELECT l.id, l.target, t.state FROM links l LEFT JOIN "+h.target+" t ON t.id = l.target AND "+kind+" = ? WHERE l.kind = ? AND l.dead_at = 0 AND (t.id IS NULL OR t.state NOT IN ('"+
			strings.ReplaceAll(h.live, " ", "', '")+"')) ORDER BY l.id", h.targetKind, h.name)
	if err != nil {
		return err
	}
	if h.lines != "" {
		err = c.none(h.name+" #%s comes from line #%s of #%s, where there is no such line", "SELECT l.id, l.source_line, l.source FROM links l LEFT JOIN "+h.lines+
			" t ON t.id = l.source_line AND t.parent = l.source WHERE l.kind = ? AND l.dead_at = 0 AND t.id IS NULL ORDER BY l.id", h.name)
		if err != nil {
			return err
		}
	}
	if h.limit == "" {
		return nil
	}
	from, column, table, name := "source_line", "quantity", h.lines, "qty"
	if h.byAmount {
		from, column, table, name = "source", "amount", h.source, "amount"
	}
	text := func(n int64) string { return money.Qty(n).String() }
	if h.byAmount {
		text = func(n int64) string { return money.Amount(n).String() }
	}
	return c.Each(func(rows *sql.Rows) error {
		var id, limit, sum int64
		if err := rows.Scan(&id, &limit, &sum); err != nil {
			return err
		}
		if limit >= 0 && (sum > limit || sum < 0) || limit < 0 && (sum < limit || sum > 0) {
			c.fault("%s of #%d: the cap is %s, the live links add up to %s", h.name, id, text(limit), text(sum))
		}
		return nil
	}, "SELECT t.id, t."+h.limit+", l."+name+" FROM (SELECT "+from+" AS id, CAST(SUM("+column+") AS BIGINT) AS "+name+
		" FROM links WHERE kind = ? AND dead_at = 0 GROUP BY "+from+") l JOIN "+table+" t ON t.id = l.id ORDER BY t.id", h.name)
}
