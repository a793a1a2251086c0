package delimited

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"zhanggui/modules/kernel/sheet/table"
)

func TestGuard(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a": "a", "5-5": "5-5", "'a": "'a", "'": "'",
		"=1": "'=1", "+1": "'+1", "-1": "'-1", "@a": "'@a", "\ta": "'\ta", "\ra": "'\ra", "\na": "'\na", "＝1": "'＝1", "－1": "'－1",
		"'=1": "''=1", "''=1": "'''=1",
	} {
		if got := guard(text); got != want {
			t.Errorf("guard(%q) = %q, want %q", text, got, want)
		}
		if got := unguard(want); got != text {
			t.Errorf("unguard(%q) = %q, want %q", want, got, text)
		}
	}
}

func TestSeparator(t *testing.T) {
	for text, want := range map[string]rune{
		"": ',', "plain\nlines": ',', "a,b;c": ',', "a;b;c,d": ';', "a\tb\tc,d": '\t', "title\na;b": ';', "\"a;b;c\",d": ',',
	} {
		if got := separator([]byte(text)); got != want {
			t.Errorf("separator(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzThereAndBack writes two fields and reads them again.
func FuzzThereAndBack(f *testing.F) {
	f.Add("a", "b")
	f.Add("=1+1", "x\"y\n,;\tz")
	f.Add("中文，“引号”", "'-5")
	f.Fuzz(func(t *testing.T, a, b string) {
		strange := func(r rune) bool { // GB18030 maps some private characters to others
			return r < ' ' && r != '\n' && r != '\t' || r == '\uFFFD' || r == '\uFEFF' || unicode.Is(unicode.Co, r)
		}
		if !utf8.ValidString(a) || !utf8.ValidString(b) || strings.IndexFunc(a+b, strange) >= 0 || strings.TrimSpace(b) == "" {
			return // no text, or a blank that is cut off
		}
		for _, format := range []table.Format{table.CSVUTF8, table.CSVGBK} {
			var buf bytes.Buffer
			s, err := NewSink(&buf, format)
			if err != nil {
				t.Fatal(err)
			}
			for _, cells := range [][]table.Cell{{{Text: "中文头"}, {Text: "h"}}, {{Text: a}, {Text: b}}} {
				if err := s.Row(table.BodyRow, cells); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			file, err := Open(bytes.NewReader(buf.Bytes()), int64(buf.Len()), table.Limits{}.OrDefault())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			if err := file.Rows(func(_ int, cells []string) bool { got = cells; return true }); err != nil {
				t.Fatal(err)
			}
			if want := []string{a, b}; !reflect.DeepEqual(got, want) {
				t.Errorf("format %d: got %q, want %q", format, got, want)
			}
		}
	})
}
