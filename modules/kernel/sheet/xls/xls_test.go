package xls_test

import (
	"encoding/binary"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet/table"
	"zhanggui/modules/kernel/sheet/xls"
	"zhanggui/modules/kernel/sheet/xls/xlstest"
)

func real(t testing.TB) []byte {
	data, err := os.ReadFile("testdata/stock.xls")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestForeign reads a workbook of another program: shared texts over several records, formats, merged heads, blank rows,
// a hidden sheet.
func TestForeign(t *testing.T) {
	got, err := xls.Read(real(t), table.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Name != "库存商品" || got[1].Name != "布尔" {
		t.Fatalf("sheets: %d", len(got))
	}
	rows := got[0].Rows
	if len(rows) != 405 {
		t.Errorf("%d rows, want 405", len(rows))
	}
	for i, want := range map[int]xls.Row{
		0: {1, []string{"宏发五金 库存商品一览表"}},
		2: {4, []string{"商品编号", "商品全名", "规格", "单位", "条码", "价格", "", "库存数量", "成本均价", "建档日期"}},
		3: {5, []string{"", "", "", "", "", "最近进价", "预设售价1"}},
		5: {7, []string{"00002", "六角螺栓 第1号 镀锌加长（特制型号，带垫圈）", "M8×1", "盒", "6901234500001", "2.25", "", "1", "0.3", "2026-01-02"}},
	} {
		if !reflect.DeepEqual(rows[i], want) {
			t.Errorf("row %d: %+v, want %+v", i, rows[i], want)
		}
	}
	last := rows[403]
	if last.Cells[0] != "L0399" || last.Cells[1] != "六角螺栓 第399号 镀锌加长（特制型号，带垫圈）" || last.Cells[9] != "2027-02-04" {
		t.Errorf("last: %+v", last)
	}
	if want := (xls.Row{1, []string{"true", "-0.5", "", "后"}}); !reflect.DeepEqual(got[1].Rows[0], want) {
		t.Errorf("values: %+v", got[1].Rows[0])
	}
}

// TestOwn reads what the tests write themselves, bare and in a compound file.
func TestOwn(t *testing.T) {
	stream := xlstest.Stream("商品", [][]xlstest.Cell{{"编号", "单价"}, {7, xlstest.Decimal(1250)}, {-3, xlstest.Decimal(-5)}})
	want := []xls.Sheet{{Name: "商品", Rows: []xls.Row{{1, []string{"编号", "单价"}}, {2, []string{"7", "12.5"}}, {3, []string{"-3", "-0.05"}}}}}
	for name, data := range map[string][]byte{"bare": stream, "compound": xlstest.File(stream)} {
		if got, err := xls.Read(data, table.Limits{}); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

func rec(kind int, body ...byte) []byte {
	out := binary.LittleEndian.AppendUint16(nil, uint16(kind))
	return append(binary.LittleEndian.AppendUint16(out, uint16(len(body))), body...)
}

// TestOldEditions reads texts in the code page of old machines.
func TestOldEditions(t *testing.T) {
	gbk, _ := simplifiedchinese.GBK.NewEncoder().String("镀锌螺丝")
	var five, two []byte
	for _, r := range [][]byte{rec(0x0809, 0, 5, 0x10, 0, 0, 0, 0, 0), rec(0x0042, 0xE4, 4),
		rec(0x0204, append([]byte{0, 0, 0, 0, 0, 0, 8, 0}, gbk...)...), rec(0x027E, 0, 0, 1, 0, 0, 0, 0x1E, 0, 0, 0), rec(0x000A)} {
		five = append(five, r...)
	}
	for _, r := range [][]byte{rec(0x0009, 2, 0, 0x10, 0), rec(0x0004, append([]byte{0, 0, 0, 0, 0, 0, 0, 8}, gbk...)...),
		rec(0x0002, 0, 0, 1, 0, 0, 0, 0, 7, 0), rec(0x000A)} {
		two = append(two, r...)
	}
	for name, data := range map[string][]byte{"5": five, "2": two} {
		got, err := xls.Read(data, table.Limits{})
		if want := []xls.Row{{1, []string{"镀锌螺丝", "7"}}}; err != nil || len(got) != 1 || !reflect.DeepEqual(got[0].Rows, want) {
			t.Errorf("edition %s: %+v %v", name, got, err)
		}
	}
}

func code(err error) string {
	list, ok := problem.From(err)
	if !ok || len(list) == 0 {
		return "internal"
	}
	return list[0].Code + " " + strings.TrimSpace(strings.Join([]string{text(list[0].Args["found"])}, ""))
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func TestRefused(t *testing.T) {
	locked := append(rec(0x0809, 0, 6, 5, 0, 0, 0, 0, 0), rec(0x002F, 0, 0)...)
	row := make([]xlstest.Cell, 250)
	row[249] = 1
	wide := xlstest.Stream("x", [][]xlstest.Cell{row})
	for name, c := range map[string]struct {
		data   []byte
		limits table.Limits
		want   string
	}{
		"a password":     {xlstest.File(locked), table.Limits{}, "sheet.not_a_sheet locked"},
		"no workbook":    {append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 2000)...), table.Limits{}, "sheet.broken "},
		"too wide":       {wide, table.Limits{}, "sheet.too_many_columns "},
		"too many rows":  {real(t), table.Limits{Rows: 100}, "sheet.too_many_rows "},
		"too large":      {real(t), table.Limits{FileBytes: 1000}, "sheet.too_large "},
		"too long":       {real(t), table.Limits{CellRunes: 5}, "sheet.text_too_long "},
		"nothing at all": {nil, table.Limits{}, "sheet.broken "},
	} {
		if _, err := xls.Read(c.data, c.limits); err == nil || code(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestHostile changes bytes of sound files anywhere: a reader may refuse or read less, and never fall, hang or grow.
func TestHostile(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 26))
	own := xlstest.File(xlstest.Stream("商品", [][]xlstest.Cell{{"编号", "单价"}, {7, xlstest.Decimal(1250)}}))
	started := time.Now()
	for i := range 3000 {
		data := append([]byte(nil), real(t)...)
		if i%2 == 0 {
			data = append([]byte(nil), own...)
		}
		for range 1 + random.IntN(12) {
			at := random.IntN(len(data))
			if random.IntN(3) == 0 {
				at = random.IntN(min(len(data), 1024))
			}
			data[at] = byte(random.IntN(256))
		}
		if random.IntN(5) == 0 {
			data = data[:random.IntN(len(data))]
		}
		if _, err := xls.Read(data, table.Limits{}); err != nil && code(err) == "internal" {
			t.Fatalf("file %d: %v", i, err)
		}
	}
	if took := time.Since(started); took > 2*time.Minute {
		t.Errorf("3,000 damaged files took %s", took)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(real(f))
	f.Add(xlstest.Stream("a", [][]xlstest.Cell{{"x", 1}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := xls.Read(data, table.Limits{}); err != nil && code(err) == "internal" {
			t.Fatal(err)
		}
	})
}
