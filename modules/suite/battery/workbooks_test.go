package battery

import (
	"archive/zip"
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/testkit"
)

// TestMutatedWorkbooks imports files that were workbooks before they were damaged, as bytes of the file and as bytes of its
// parts: each is read or refused with a reason, in bounded time, and nothing ends the server.
func TestMutatedWorkbooks(t *testing.T) {
	total := often(90, 2000)
	hand := clock.Fixed(testkit.Now) // time enough between two imports: here nobody is to be told that he is too fast
	s := newShop(t, testkit.SQLite, hand)
	good := []byte(s.must(t, "GET", "/api/v1/base/parties/export.xlsx", nil).text)
	if a := s.upload(t, "/api/v1/base/parties/import?dry_run=true", "a.xlsx", good); a.status != 200 || a.body["bad"] != float64(0) {
		t.Fatalf("the workbook itself: %v", a)
	}
	parts := partsOf(t, good)
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 2)) //nolint:gosec // a seed to repeat, not a secret
	answers, worst := map[int]int{}, time.Duration(0)
	for range total {
		file := mutated(t, rng, good, parts)
		hand.Advance(2 * time.Second)
		began := time.Now()
		a := s.upload(t, "/api/v1/base/parties/import?dry_run=true", "a.xlsx", file)
		worst = max(worst, time.Since(began))
		answers[a.status]++
		if a.status >= 500 {
			t.Errorf("seed %d: %v", seed, a)
		}
		for _, tell := range tells {
			if a.status != 200 && strings.Contains(a.text, tell) {
				t.Errorf("seed %d: the answer tells %q: %v", seed, tell, a)
			}
		}
	}
	if worst > 20*time.Second {
		t.Errorf("seed %d: one took %s", seed, worst)
	}
	t.Logf("seed %d: %d workbooks, answers %v, the slowest took %s", seed, total, answers, worst)
	s.must(t, "GET", "/readyz", nil)
	s.clean(t)
}

type part struct {
	name    string
	content []byte
}

func partsOf(t *testing.T, file []byte) (out []part) {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, part{f.Name, content})
	}
	return out
}

// mutated changes the file, or some of its parts before they are packed again.
func mutated(t *testing.T, rng *rand.Rand, good []byte, parts []part) []byte {
	t.Helper()
	if rng.IntN(3) == 0 {
		return []byte(damaged(rng, string(good)))
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	victim := rng.IntN(len(parts))
	for i, p := range parts {
		name, content := p.name, p.content
		if i == victim {
			switch rng.IntN(8) {
			case 0:
				continue // missing
			case 1:
				name = strings.TrimRight(damaged(rng, name), "/") // a folder has no content
			case 2:
				content = bytes.Repeat(content, 2+rng.IntN(20))
			case 3:
				content = swapped(rng, content)
			default:
				content = []byte(damaged(rng, string(content)))
			}
		}
		to, err := w.Create(name)
		if err == nil {
			_, err = to.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// swapped exchanges words of a workbook for others that mean something there.
func swapped(rng *rand.Rand, content []byte) []byte {
	words := []string{"<row ", "<c ", "<v>", "<mergeCell/>", "r=\"A1\"", "r=\"XFD1048576\"", "r=\"A2147483647\"", "t=\"s\"", "t=\"inlineStr\"", "</sheetData>", "<dimension ref=\"A1:XFD1048576\"/>",
		"count=\"4294967295\"", "<t/>", "<si>", "&lt;", "&#0;", "<!DOCTYPE x>", "s=\"99999\""}
	from, to := words[rng.IntN(len(words))], words[rng.IntN(len(words))]
	if bytes.Contains(content, []byte(from)) {
		return bytes.ReplaceAll(content, []byte(from), []byte(to))
	}
	i := rng.IntN(len(content) + 1)
	return append(content[:i:i], append([]byte(to), content[i:]...)...)
}
