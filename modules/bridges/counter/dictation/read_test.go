package dictation_test

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"zhanggui/modules/bridges/counter/dictation"
)

// scaled writes a decimal text as six decimals.
func scaled(t testing.TB, text string) int64 {
	whole, part, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole+(part + "000000")[:6], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func plainly(value int64) string {
	text := strconv.FormatInt(value/1_000_000, 10)
	if rest := value % 1_000_000; rest != 0 {
		text += "." + strings.TrimRight(strconv.FormatInt(rest+1_000_000, 10)[1:], "0")
	}
	return text
}

func linesOf(t testing.TB, name string) (out []string) {
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := strings.TrimSpace(s.Text()); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// shop is the catalogue of the tests: the items, whose codes are by their ids, and the parties.
type shop struct {
	items   []dictation.Item
	parties []dictation.Party
	book    *dictation.Book
	code    map[int64]string
	id      map[string]int64
	units   map[string]int64
}

func (s *shop) unit(name string) int64 {
	if s.units[name] == 0 {
		s.units[name] = int64(len(s.units) + 1)
	}
	return s.units[name]
}

func open(t testing.TB) *shop {
	s := &shop{code: map[int64]string{}, id: map[string]int64{}, units: map[string]int64{}}
	for _, line := range linesOf(t, "catalogue.txt") {
		f := strings.Split(line, "|")
		var packs []dictation.Pack
		for _, p := range strings.Fields(f[3]) {
			name, ratio, _ := strings.Cut(p, "=")
			packs = append(packs, dictation.Pack{UnitID: s.unit(name), Name: name, Ratio: scaled(t, ratio)})
		}
		for _, one := range strings.Fields(f[4]) {
			suffix, rest, _ := strings.Cut(one, "=")
			spec, price, _ := strings.Cut(rest, "@")
			it := dictation.Item{ID: int64(1000 + len(s.items)), Code: f[0] + suffix, Name: f[1], Unit: f[2], UnitID: s.unit(f[2]), Packs: packs,
				Spec: strings.ReplaceAll(spec, "_", " "), Price: scaled(t, price)}
			s.items = append(s.items, it)
			if s.id[it.Code] != 0 {
				t.Fatalf("%s is there twice", it.Code)
			}
			s.code[it.ID], s.id[it.Code] = it.Code, it.ID
		}
	}
	for i, line := range linesOf(t, "parties.txt") {
		f := strings.Split(line, "|")
		p := dictation.Party{ID: int64(1 + i), Name: f[0], Short: f[1], Code: f[2], Contact: f[3]}
		s.parties = append(s.parties, p)
		s.code[p.ID] = p.Code
	}
	s.book = dictation.NewBook(s.items)
	return s
}

// told writes a draft as the expectations are written.
func (s *shop) told(d dictation.Draft) string {
	doubt := func(g dictation.Guess) string {
		if g.Sure {
			return s.code[g.ID]
		}
		return s.code[g.ID] + "?"
	}
	out := "-"
	if d.Party != nil {
		out = doubt(*d.Party)
	}
	for _, l := range d.Lines {
		out += " ; " + doubt(l.Item) + " " + plainly(l.Qty)
		own := s.items[l.Item.ID-1000]
		if l.Unit != own.UnitID {
			out += l.UnitLabel
		}
		if l.Price != 0 {
			out += " @" + plainly(l.Price)
		}
		for _, m := range []struct {
			yes  bool
			word string
		}{{l.Guessed.Qty, "q?"}, {l.Guessed.Unit, "u?"}, {l.Guessed.Price, "p?"}, {l.Free, "free"}, {l.Back, "back"}, {l.Note != "", "{" + l.Note + "}"}} {
			if m.yes {
				out += " " + m.word
			}
		}
	}
	var sums []string
	for _, one := range []struct {
		yes  bool
		text string
	}{{d.Total != 0, "total=" + plainly(d.Total)}, {d.Received != 0, "received=" + plainly(d.Received)}, {d.Owing, "owing"}, {d.Settled, "settled"}, {d.Note != "", "note=" + d.Note}} {
		if one.yes {
			sums = append(sums, one.text)
		}
	}
	if len(sums) > 0 {
		out += " | " + strings.Join(sums, " ")
	}
	return out
}

func TestThreeHundredLines(t *testing.T) {
	s := open(t)
	if len(s.items) < 200 {
		t.Fatalf("the catalogue has %d items", len(s.items))
	}
	lines := linesOf(t, "lines.txt")
	if len(lines) < 300 {
		t.Errorf("there are %d lines", len(lines))
	}
	right := 0
	for _, line := range lines {
		text, want, ok := strings.Cut(line, " => ")
		if !ok {
			t.Fatalf("no expectation: %s", line)
		}
		got := s.told(s.book.Read(strings.ReplaceAll(text, `\n`, "\n"), dictation.Known{Parties: s.parties}))
		if got == want {
			right++
			continue
		}
		t.Errorf("%s\n got %s\nwant %s", text, got, want)
	}
	t.Logf("%d of %d lines are read as expected, %d items, %d parties", right, len(lines), len(s.items), len(s.parties))
}
