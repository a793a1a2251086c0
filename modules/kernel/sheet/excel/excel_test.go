package excel

import (
	"strings"
	"testing"
)

func TestSheetName(t *testing.T) {
	for name, want := range map[string]string{
		"": "Sheet1", " ' ": "Sheet1", "销售单": "销售单", "a:b/c\\d?e*f": "a b c d e f", "[x]": "(x)", "it's": "it s",
		strings.Repeat("字", 40): strings.Repeat("字", 31), strings.Repeat("a", 30) + "😀": strings.Repeat("a", 30),
	} {
		if got := sheetName(name); got != want {
			t.Errorf("sheetName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestAppendText(t *testing.T) {
	for text, want := range map[string]string{
		"plain 字，": "plain 字，", "a<b>&\"": "a&lt;b&gt;&amp;&#34;", "\x01\xFF": "\uFFFD\uFFFD", "\uFFFF": "\uFFFD", "a\nb": "a&#xA;b",
		"_x0041_x0042_": "_x005F_x0041_x005F_x0042_", "_x41_": "_x41_", "a_b": "a_b", "_x": "_x",
	} {
		if got := string(appendText(nil, text)); got != want {
			t.Errorf("appendText(%q) = %q, want %q", text, got, want)
		}
	}
}
