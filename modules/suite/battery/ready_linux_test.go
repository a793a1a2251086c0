package battery

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/store"
)

// readyWithin is how soon a company of a gigabyte must be served again after a kill.
const readyWithin = 5 * time.Second

// TestReadyAtOneGigabyte kills the server of a large company while people sell and an old reader keeps the log of the
// database from being emptied, takes the files out of the machine's memory, and measures the next start, which has the log to
// read. The short form has a company of 64 MB.
//
// The bytes are: sales with everything that hangs on them and customers, both written by the program itself as people and
// files bring them, about a fifth; the rest is the audit of earlier years, rows of the size that the audit of a sale has,
// chained by hashes. The check finds nothing wrong with such a company, and says so at the end.
func TestReadyAtOneGigabyte(t *testing.T) {
	bytes, sheets, files, log := int64(often(64, 1024))<<20, often(10, 400), often(1, 8), int64(often(4, 48))<<20
	data := filepath.Join(t.TempDir(), "data")
	database := filepath.Join(data, "main", "company.db")
	found(t, data)
	server := serve(t, data)
	tills := make([]*till, 32)
	for i := range tills {
		tills[i] = &till{client: newClient(server.base), name: fmt.Sprint("till", i), receipt: map[string]sold{}}
	}
	tills[0].login(t, "boss")
	g := stocked(t, tills[0].client, time.Now().Format("2006-01-02"))
	for _, l := range tills[1:] {
		l.http.Jar = tills[0].http.Jar
	}
	crowd(len(tills), func(who int) {
		for range sheets {
			if err := tills[who].sell(g); err != nil {
				t.Error(err)
				return
			}
		}
	})
	manyCustomers(t, tills[0].client, files)
	server.kill()
	own := sizeOf(database)
	earlierYears(t, database, bytes)
	t.Logf("%d MB written by the program, %d MB in all", own>>20, sizeOf(database)>>20)

	var took []string
	for round, last := 0, often(1, 3); ; round++ {
		server = serve(t, data)
		if round > 0 {
			took = append(took, server.took.Round(time.Millisecond).String())
			if server.took > readyWithin {
				t.Errorf("ready after %s, want %s at most", server.took, readyWithin)
			}
		}
		for _, l := range tills {
			l.base = server.base
		}
		if round == last {
			break
		}
		fireUntil(t, server, tills, g, func() bool { return sizeOf(database+"-wal") >= log }, heldOpen(t, database))
		left := sizeOf(database + "-wal")
		if left < log {
			t.Fatalf("the log has %d bytes, it was to have %d", left, log)
		}
		forget(t, database, database+"-wal", binary(t))
		t.Logf("killed with %d MB in the log", left>>20)
	}
	server.kill()
	began := time.Now()
	complete(t, data, acknowledgedBy(tills))
	checked(t, data)
	t.Logf("ready after %s; the check took %s", strings.Join(took, " and "), time.Since(began).Round(time.Millisecond))
}

// manyCustomers brings in files of 5,000 customers each.
func manyCustomers(t *testing.T, c *client, files int) {
	t.Helper()
	for file := range files {
		var csv strings.Builder
		csv.WriteString("编码,名称,备注\n")
		for i := range 5000 {
			fmt.Fprintf(&csv, "R%d-%04d,第%d批的%d号客户有限公司,月结三十天，送货上门，认准%d号仓库\n", file, i, file, i, i%7)
		}
		a := c.upload(t, "/api/v1/base/parties/import", "customers.csv", []byte(csv.String()))
		if done := follow(t, c, *a); a.status != 200 || done["state"] != "done" {
			t.Fatal(a, done)
		}
	}
}

// earlierYears adds rows to the audit until the database is as large as wanted.
func earlierYears(t *testing.T, database string, bytes int64) {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{Path: database, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	table := &store.Table{Name: "audit", Columns: []string{
		"id", "at", "actor", "behalf", "actor_name", "resource", "record", "act", "diff", "reason", "address", "request", "hash"}}
	words := strings.Repeat("往来单位、日期、仓库、商品、数量、单价、折扣、金额、税率、税额、备注；", 6)
	for sizeOf(database) < bytes {
		err := st.Write(t.Context(), "earlier years", func(u *store.Unit) error {
			var head string
			if _, err := u.Scan([]any{&head}, "SELECT hash FROM audit_head WHERE one = 1"); err != nil {
				return err
			}
			const rows = 20_000
			var first int64
			if _, err := u.Scan([]any{&first}, "UPDATE ids SET next = next + ? WHERE one = 1 RETURNING next - ?", rows, rows); err != nil {
				return err
			}
			var all []any
			for n := range rows {
				row := []any{first + int64(n), int64(1_600_000_000_000 + n), int64(1), int64(1), "boss", "session", int64(0), "export", "{}", words, "127.0.0.1", "request-1"}
				head = audit.Chain(head, audit.Body(row))
				all = append(append(all, row...), head)
			}
			if err := table.Insert(u, all); err != nil {
				return err
			}
			_, err := u.Exec("UPDATE audit_head SET hash = ?, length = length + ? WHERE one = 1", head, rows)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// heldOpen reads the database from outside and does not end: what is written stays in the log until the reader is let go.
// Whoever lets it go while no server has the database open empties the log himself.
func heldOpen(t *testing.T, database string) (let func()) {
	t.Helper()
	db, err := sql.Open("sqlite", database) // not as the program opens it, which empties the log when it closes
	if err != nil {
		t.Fatal(err)
	}
	reader, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var rows int64
	if err := reader.QueryRow("SELECT length FROM audit_head").Scan(&rows); err != nil || rows == 0 {
		t.Fatal(rows, err)
	}
	return func() {
		if err := errors.Join(reader.Rollback(), db.Close()); err != nil {
			t.Error(err)
		}
	}
}

// fireUntil lets the tills sell until something is so, and kills the server under them; the reader is let go while it stands
// still.
func fireUntil(t *testing.T, server *child, tills []*till, g goods, enough func() bool, let func()) {
	t.Helper()
	var wg sync.WaitGroup
	for _, l := range tills {
		wg.Go(func() {
			for l.sell(g) == nil { //nolint:revive // until the server is gone
			}
		})
	}
	for began := time.Now(); !enough(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 4*patience {
			t.Error("the log does not grow")
			break
		}
	}
	server.stop(t)
	let()
	server.kill()
	wg.Wait()
	if !slices.ContainsFunc(tills, func(l *till) bool { return l.next > 0 }) {
		t.Error("nothing was sold")
	}
}

// forget takes files out of the memory of the machine, so that they are read from the disk.
func forget(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		f, err := os.Open(name) //nolint:gosec // a file of this test
		if err != nil {
			t.Fatal(err)
		}
		err = f.Sync()
		if err == nil {
			err = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
		}
		if err != nil {
			t.Error(err)
		}
		_ = f.Close() // it was only read
	}
}
