package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"zhanggui/modules/kernel/problem"
)

var testMigrations = []Migrations{{Module: "t", Files: fstest.MapFS{
	"0001_first.sql": {Data: []byte("CREATE TABLE t (id $id, word $text NOT NULL UNIQUE, n $int NOT NULL CHECK (n >= 0)) $strict;\n-- a comment; with a semicolon\nCREATE INDEX t_n ON t (n);\n")},
}}}

func open(t testing.TB, path string, faults *Faults) *Store {
	t.Helper()
	st, err := Open(context.Background(), Config{Path: path, Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	if err := st.Migrate(context.Background(), testMigrations); err != nil {
		t.Fatal(err)
	}
	return st
}

func put(st *Store, word string, n int) error {
	return st.Write(context.Background(), "put", func(u *Unit) error {
		id, err := st.NextID()
		if err != nil {
			return err
		}
		_, err = u.Exec("INSERT INTO t (id, word, n) VALUES (?, ?, ?)", id, word, n)
		return err
	})
}

func count(t testing.TB, st *Store) (n int) {
	t.Helper()
	err := st.Read(context.Background(), func(s *Snapshot) error {
		_, err := s.Scan([]any{&n}, "SELECT COUNT(*) FROM t")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNeighboursOfABadUnitAreSafe(t *testing.T) {
	st := open(t, filepath.Join(t.TempDir(), "c.db"), nil)
	var wg sync.WaitGroup
	var failed atomic.Int64
	for i := range 64 {
		wg.Go(func() {
			for j := range 20 {
				var err error
				switch i % 4 {
				case 0: // a rule of the database
					err = put(st, fmt.Sprint("bad", i, "-", j), -1)
				case 1: // a rule of the business, before and after writing
					err = st.Write(context.Background(), "refuse", func(u *Unit) error {
						if j%2 == 0 {
							if _, err := u.Exec("INSERT INTO t (id, word, n) VALUES (?, ?, 1)", 1_000_000+i*100+j, fmt.Sprint("gone", i, "-", j)); err != nil {
								return err
							}
						}
						return problem.Conflicted("refused")
					})
				case 2: // a bug
					err = st.Write(context.Background(), "panic", func(*Unit) error { panic("bug") })
				default:
					if err := put(st, fmt.Sprint(i, "-", j), 1); err != nil {
						t.Error(err)
					}
					continue
				}
				if err != nil {
					failed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if n := count(t, st); n != 16*20 || failed.Load() != 48*20 {
		t.Fatalf("%d rows, %d failures", n, failed.Load())
	}
}

func TestCancellationCountsUntilTheUnitStarts(t *testing.T) {
	st := open(t, filepath.Join(t.TempDir(), "c.db"), nil)
	ctx, cancel := context.WithCancel(context.Background())
	err := st.Write(ctx, "late", func(u *Unit) error {
		cancel() // the browser goes away in the middle
		_, err := u.Exec("INSERT INTO t (id, word, n) VALUES (1, 'kept', 1)")
		return err
	})
	if err != nil || count(t, st) != 1 {
		t.Fatalf("a started unit was lost: %v", err)
	}
	if err := st.Write(ctx, "gone", func(*Unit) error { t.Error("ran for nobody"); return nil }); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestFaultsLoseNothingAcknowledged(t *testing.T) {
	boom := errors.New("boom")
	for _, point := range []Point{PointStatement, PointCommit} {
		for nth := int64(1); nth <= 12; nth++ {
			var armed atomic.Bool
			f := &Faults{}
			var seen atomic.Int64
			f.Hit = func(p Point, _ int64) error {
				if armed.Load() && p == point && seen.Add(1) == nth {
					return boom
				}
				return nil
			}
			st := open(t, filepath.Join(t.TempDir(), "c.db"), f)
			armed.Store(true)
			acknowledged := 0
			var mu sync.Mutex
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					err := st.Write(context.Background(), "two", func(u *Unit) error {
						for j := range 2 {
							id, _ := st.NextID()
							if _, err := u.Exec("INSERT INTO t (id, word, n) VALUES (?, ?, 1)", id, fmt.Sprint(i, "/", j)); err != nil {
								return err
							}
						}
						return nil
					})
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						acknowledged++
					} else if !errors.Is(err, boom) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			armed.Store(false)
			if n := count(t, st); n != 2*acknowledged {
				t.Fatalf("point %d at %d: %d rows for %d acknowledged units of two", point, nth, n, acknowledged)
			}
			st.Close()
		}
	}
}

func TestDuplicateAndForeignProblems(t *testing.T) {
	st := open(t, filepath.Join(t.TempDir(), "c.db"), nil)
	if err := put(st, "same", 1); err != nil {
		t.Fatal(err)
	}
	list, ok := problem.From(put(st, "same", 1))
	if !ok || list[0].Code != "duplicate" || list[0].Args["what"] != "t.word" {
		t.Fatalf("%v %v", list, ok)
	}
}

func TestMigrationsRefuseWhatIsNewerOrChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	open(t, path, nil).Close()
	for name, all := range map[string][]Migrations{
		"newer": nil,
		"after it was applied": {{Module: "t", Files: fstest.MapFS{
			"0001_first.sql": {Data: []byte("CREATE TABLE t (id $id) $strict;")}}}},
	} {
		st, err := Open(context.Background(), Config{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		if err := st.Migrate(context.Background(), all); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want a refusal that says %q, got %v", name, err)
		}
		st.Close()
	}
}

func TestIDsAreNeverHandedOutTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	seen := map[int64]bool{}
	for range 3 {
		st := open(t, path, nil)
		for range 1000 {
			id, err := st.NextID()
			if err != nil || seen[id] || id >= 1<<53 {
				t.Fatal(id, err, seen[id])
			}
			seen[id] = true
		}
		st.Close()
	}
}

func TestReadersDoNotWaitForTheWriter(t *testing.T) {
	st := open(t, filepath.Join(t.TempDir(), "c.db"), nil)
	release := make(chan struct{})
	started := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- st.Write(context.Background(), "slow", func(u *Unit) error {
			_, err := u.Exec("INSERT INTO t (id, word, n) VALUES (1, 'x', 1)")
			close(started)
			<-release
			return err
		})
	}()
	<-started
	if n := count(t, st); n != 0 {
		t.Errorf("a reader saw %d uncommitted rows", n)
	}
	close(release)
	if err := <-done; err != nil || count(t, st) != 1 {
		t.Fatal(err)
	}
}

func TestAReadCanBeCancelled(t *testing.T) {
	st := open(t, filepath.Join(t.TempDir(), "c.db"), nil)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err := st.Read(ctx, func(s *Snapshot) error {
		var n int64
		_, err := s.Scan([]any{&n}, "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000000) SELECT COUNT(*) FROM c")
		return err
	})
	if err == nil {
		t.Fatal("an endless question was answered")
	}
	if count(t, st) != 0 {
		t.Fatal("the reader is unusable")
	}
}

// TestKilledProcess writes from a child process that is killed again and again: what it acknowledged must be there.
func TestKilledProcess(t *testing.T) {
	if dir := os.Getenv("STORE_TEST_CHILD"); dir != "" {
		child(t, dir)
		return
	}
	dir := t.TempDir()
	rounds := 10
	if testing.Short() {
		rounds = 3
	}
	for range rounds {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestKilledProcess$")
		cmd.Env = append(os.Environ(), "STORE_TEST_CHILD="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		grown(t, filepath.Join(dir, "acknowledged"))
		time.Sleep(100 * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	text, err := os.ReadFile(filepath.Join(dir, "acknowledged"))
	if err != nil {
		t.Fatal(err)
	}
	acknowledged := strings.Split(strings.TrimSpace(string(text)), "\n")
	if i := strings.LastIndexByte(string(text), '\n'); i+1 < len(text) {
		acknowledged = acknowledged[:len(acknowledged)-1] // the kill tore the last line of the note, not of the database
	}
	st := open(t, filepath.Join(dir, "c.db"), nil)
	lost := 0
	_ = st.Read(context.Background(), func(s *Snapshot) error {
		for _, word := range acknowledged {
			found, err := s.Scan([]any{new(int64)}, "SELECT id FROM t WHERE word = ?", word)
			if err != nil || !found {
				lost++
			}
		}
		var odd int64
		if _, err := s.Scan([]any{&odd}, "SELECT COUNT(*) % 2 FROM t"); err != nil || odd != 0 {
			t.Errorf("half a unit is there (%v)", err)
		}
		return nil
	})
	if lost > 0 || len(acknowledged) < rounds {
		t.Fatalf("%d of %d acknowledged units were lost", lost, len(acknowledged))
	}
	t.Logf("%d kills, %d acknowledged units, none lost", rounds, len(acknowledged))
}

// grown waits until more stands in the file than now.
func grown(t *testing.T, path string) {
	size := func() int64 {
		info, err := os.Stat(path)
		if err != nil {
			return 0
		}
		return info.Size()
	}
	before := size()
	for range 3000 {
		if size() > before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the child wrote nothing in half a minute")
}

func child(t *testing.T, dir string) {
	st := open(t, filepath.Join(dir, "c.db"), nil)
	note, err := os.OpenFile(filepath.Join(dir, "acknowledged"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				var word string
				err := st.Write(context.Background(), "pair", func(u *Unit) error {
					for range 2 {
						id, _ := st.NextID()
						word = fmt.Sprint(os.Getpid(), "-", id)
						if _, err := u.Exec("INSERT INTO t (id, word, n) VALUES (?, ?, 1)", id, word); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					return
				}
				mu.Lock()
				_, _ = note.WriteString(word + "\n")
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}
