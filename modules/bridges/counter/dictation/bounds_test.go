package dictation_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"zhanggui/modules/bridges/counter/dictation"
)

// said is everything of a draft that shows pieces of the text.
func said(d dictation.Draft) string {
	out := d.Note + d.Rest
	if d.Party != nil {
		out += d.Party.Said
	}
	for _, l := range d.Lines {
		out += l.Said
	}
	return out
}

// held tells what may not be of a draft, whatever the text was; "" when all is well.
func (s *shop) held(text string, d dictation.Draft) string {
	for _, l := range d.Lines {
		it := s.items[l.Item.ID-1000]
		unit := l.Unit == it.UnitID
		for _, p := range it.Packs {
			unit = unit || l.Unit == p.UnitID
		}
		named := strings.ToLower(it.Name + it.Spec + it.Code)
		switch {
		case l.Said == "" || !strings.Contains(text, l.Said):
			return fmt.Sprintf("a line that was not said: %q", l.Said)
		case !unit:
			return "a unit that the item does not have"
		case l.Qty < 0 || l.Price < 0:
			return "a number below zero"
		case l.Item.Sure && strings.ContainsFunc(l.Item.Said, func(r rune) bool { return unicode.Is(unicode.Han, r) && !strings.ContainsRune(named+"分寸", r) }):
			return fmt.Sprintf("%s is sure of %q", it.Label(), l.Item.Said)
		}
	}
	if d.Party != nil && !strings.Contains(strings.ToLower(text), strings.ToLower(d.Party.Said)) {
		return "a party that was not said"
	}
	return ""
}

// Whatever is pasted: nothing breaks, nothing is invented, and no Chinese word is lost but those that part and fill.
func TestAnyText(t *testing.T) {
	s := open(t)
	words := []string{"宏发五金", "4分", "球阀", "生料带", "20", "12块5", "一箱", "，", "\n", " ", "送", "退", "还有", "M8*30", "螺栓", "个", "x", "@", "半", "块", "百", "共", "收", "给", "备注", "。", "1,200", ".", "99999999999999999999", "零", "点", "万", "🙂", "\x00", "每", "/", "俩", "角", "毛", "算", "按", "的"}
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(words), rapid.String()), 0, 14).Draw(rt, "text"), "")
		d := s.book.Read(text, dictation.Known{Parties: s.parties})
		if why := s.held(text, d); why != "" {
			rt.Fatalf("%q: %s", text, why)
		}
	})
}

func FuzzRead(f *testing.F) {
	s := open(f)
	for _, line := range linesOf(f, "lines.txt")[:60] {
		text, _, _ := strings.Cut(line, " => ")
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := s.book.Read(text, dictation.Known{Parties: s.parties})
		if why := s.held(text, d); why != "" && strings.ToValidUTF8(text, "") == text {
			t.Fatalf("%q: %s", text, why)
		}
	})
}

// What is not understood stands somewhere, word for word.
func TestNothingIsDropped(t *testing.T) {
	s := open(t)
	for _, line := range linesOf(t, "lines.txt") {
		text, _, _ := strings.Cut(line, " => ")
		for _, strange := range []string{"神秘物件壹号", "qqzzqq", "7788990011223344", "！！怪东西", "卍字纹"} {
			for _, whole := range []string{text + "，" + strange, strange + "3件，" + text} {
				d := s.book.Read(whole, dictation.Known{Parties: s.parties})
				if want := strings.TrimLeft(strange, "！"); !strings.Contains(said(d), want) {
					t.Errorf("%s: %s is lost in %q", whole, want, said(d))
				}
			}
		}
	}
}

// What the customer bought decides between items that fit equally well, then what was sold, then what is there.
func TestHabitsDecide(t *testing.T) {
	s := open(t)
	read := func(k dictation.Known) string { return s.told(s.book.Read("球阀10个", k)) }
	for _, c := range []struct {
		name, want string
		known      dictation.Known
	}{
		{"nothing known", "- ; QF15? 10", dictation.Known{}},
		{"bought", "- ; QF32? 10", dictation.Known{Bought: map[int64]int{s.id["QF32"]: 1, s.id["QF50"]: 2}, Sold: map[int64]int{s.id["QF25"]: 0}}},
		{"sold", "- ; QF25? 10", dictation.Known{Sold: map[int64]int{s.id["QF25"]: 3, s.id["QF20"]: 9}}},
		{"there", "- ; QF40? 10", dictation.Known{Stocked: func(id int64) bool { return id == s.id["QF40"] }}},
		{"their own name", "- ; ZF25 10", dictation.Known{Theirs: map[int64][]string{s.id["ZF25"]: {"球阀"}}}},
	} {
		if got := read(c.known); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	d := s.book.Read("球阀10个", dictation.Known{})
	if len(d.Lines) != 1 || len(d.Lines[0].Item.Others) != 3 || s.code[d.Lines[0].Item.Others[0].ID] != "QF20" {
		t.Errorf("others: %+v", d.Lines)
	}
}

// The longest paste, against twenty thousand items, stays within its bounds.
func TestLongPaste(t *testing.T) {
	s := open(t)
	items := make([]dictation.Item, 0, 20_000)
	for i := range 20_000 {
		it := s.items[i%len(s.items)]
		it.ID, it.Code, it.Spec = int64(1000+i), fmt.Sprintf("X%d", i), fmt.Sprintf("%s 型%d", it.Spec, i/len(s.items))
		items = append(items, it)
	}
	book := dictation.NewBook(items)
	var b strings.Builder
	lines := linesOf(t, "lines.txt")
	random := rand.New(rand.NewPCG(1, 2))
	for b.Len() < 40_000 {
		text, _, _ := strings.Cut(lines[random.IntN(len(lines))], " => ")
		b.WriteString(text + "，")
	}
	began := time.Now()
	d := book.Read(b.String(), dictation.Known{Parties: s.parties})
	took := time.Since(began)
	t.Logf("%d lines of %d letters against %d items in %v", len(d.Lines), len([]rune(b.String())), len(items), took)
	if len(d.Lines) != 300 || d.Rest == "" {
		t.Errorf("%d lines, rest of %d letters", len(d.Lines), len([]rune(d.Rest)))
	}
	if took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	for name, text := range map[string]string{"one letter": strings.Repeat("阀", 10_000), "numbers": strings.Repeat("12 ", 5_000), "one clause": strings.Repeat("球阀20个", 2_000), "signs": strings.Repeat("*x/", 4_000), "digits": strings.Repeat("1", 10_000), "words": strings.Repeat("一百", 5_000)} {
		began := time.Now()
		book.Read(text, dictation.Known{Parties: s.parties})
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
}
