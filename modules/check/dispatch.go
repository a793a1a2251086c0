package check

import "errors"

var dispatchKinds = []kind{{"delivery runs", "bridges.dispatch", checkRuns}}

// checkRuns compares runs with their stops, and what was collected at those with the receipts that were made of it.
func checkRuns(c *checker) error {
	run := []key{named("run", "run", "dispatch_run", "number")}
	return errors.Join(
		c.compare(comparison{
			what: "stops of", keys: run, figures: []figure{amount("to_collect", "to collect"), amount("collected", "collected"), amount("missing", "missing")},
			kept:  "SELECT id AS run, to_collect, collected, missing FROM dispatch_run",
			found: "SELECT parent AS run, to_collect, collected, to_collect - collected AS missing FROM dispatch_stop",
		}),
		c.compare(comparison{
			what: "collected on", keys: append(run, plain("stop", "stop")), figures: []figure{amount("amount", "amount")},
			kept: "SELECT parent AS run, id AS stop, collected AS amount FROM dispatch_stop",
			found: `SELECT l.source AS run, l.source_line AS stop, p.amount FROM links l JOIN settlement_payment p ON p.id = l.target AND p.state = 'posted'
				WHERE l.kind = 'collects' AND l.dead_at = 0`,
		}),
		c.none("stop %s of run %s names another receipt than its link", `SELECT s.pos, r.number FROM dispatch_stop s JOIN dispatch_run r ON r.id = s.parent
			LEFT JOIN links l ON l.kind = 'collects' AND l.dead_at = 0 AND l.source_line = s.id WHERE COALESCE(s.receipt, 0) <> COALESCE(l.target, 0) ORDER BY s.id`))
}
