package export

import (
	"database/sql"
	"io"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/transfer/layout"
)

// fewRecords is up to how many records a reference offers as a drop-down list.
const fewRecords = 20

// Template writes an empty workbook to fill in: a head with a star at what must be given, drop-down lists where there is
// a choice, and a second sheet that explains every column.
func Template(v *kernel.View, d *kernel.Def, w io.Writer) error {
	shape := layout.Of(v.Company, v.Actor, d)
	var columns []sheet.Column
	for _, c := range shape.Writable() {
		column := columnOf(c, v.Lang)
		if c.Must() {
			column.Title += " *"
		}
		if c.Field != nil && c.Field.Kind == kernel.KindRef {
			options, err := choices(v, c.Field)
			if err != nil {
				return err
			}
			column.Options = options
		}
		columns = append(columns, column)
	}
	out, err := sheet.NewWriter(w, sheet.Options{Format: sheet.XLSX, SheetName: d.Label.In(v.Lang), Columns: columns,
		Help: help(v, shape), Zone: v.Company.Zone()})
	if err != nil {
		return err
	}
	return out.Close()
}

// choices gives the natural keys of a small set-up resource, nil for others.
func choices(v *kernel.View, f *kernel.Field) ([]string, error) {
	target := v.Company.Def(f.Ref)
	if target == nil || target.Kind != "setup" || target.Code == "" {
		return nil, nil
	}
	scope := resource.Visible(v, target, target.Table.Name)
	if scope != "" {
		scope = " WHERE " + scope
	}
	var out []string
	err := v.Each(func(rows *sql.Rows) error {
		var code string
		err := rows.Scan(&code)
		out = append(out, code)
		return err
	}, "SELECT "+target.Code+" FROM "+target.Table.Name+scope+" ORDER BY "+target.Code+" LIMIT ?", fewRecords+1)
	if len(out) > fewRecords {
		out = nil
	}
	return out, err
}

var (
	helpHead = []kernel.Text{kernel.T("列", "Column"), kernel.T("必填", "Required"), kernel.T("怎么填", "What to put in"), kernel.T("说明", "Remarks")}
	must     = kernel.T("必填", "required")
	general  = []kernel.Text{
		kernel.T("已有相同编码的资料会被更新；空白单元格不改动原值，填 (空) 清除原值。", "A record with the same code is updated; an empty cell leaves its value, (blank) clears it."),
		kernel.T("单据：单据序号相同的行属于同一张单据，每行一条明细。", "Documents: rows with the same document number form one document, a line on each row."),
	}
	kindWords = map[kernel.Kind]kernel.Text{
		kernel.KindText: kernel.T("文字", "Text"), kernel.KindLongText: kernel.T("文字", "Text"), kernel.KindInt: kernel.T("整数", "Whole number"),
		kernel.KindAmount: kernel.T("金额，最多两位小数", "Amount, at most two decimals"), kernel.KindPrice: kernel.T("单价，最多六位小数", "Price, at most six decimals"),
		kernel.KindQty: kernel.T("数量，最多六位小数", "Quantity, at most six decimals"), kernel.KindRate: kernel.T("比率，例如 13% 或 0.13", "Rate, such as 13% or 0.13"),
		kernel.KindDate: kernel.T("日期，例如 2026-11-21", "Date, such as 2026-11-21"), kernel.KindMonth: kernel.T("月份，例如 2026-11", "Month, such as 2026-11"),
		kernel.KindInstant: kernel.T("时间，例如 2026-11-21 09:30:00", "Time, such as 2026-11-21 09:30:00"),
		kernel.KindRef:     kernel.T("{target} 的编码或名称", "Code or name of: {target}"),
	}
	seqHelp = kernel.T("1、2、3 …；同一张单据的各行填同一个数", "1, 2, 3 …; the same on all rows of one document")
)

// help is the second sheet: every column in the user's language.
func help(v *kernel.View, shape *layout.Layout) [][]string {
	var out [][]string
	var head []string
	for _, h := range helpHead {
		head = append(head, h.In(v.Lang))
	}
	out = append(out, head)
	for _, c := range shape.Writable() {
		if c.Field == nil {
			out = append(out, []string{c.Title.In(v.Lang), "", seqHelp.In(v.Lang), ""})
			continue
		}
		required := ""
		if c.Must() {
			required = must.In(v.Lang)
		}
		out = append(out, []string{c.Title.In(v.Lang), required, what(v, c.Field), c.Field.Help.In(v.Lang)})
	}
	out = append(out, nil)
	for i, text := range general {
		if i == 0 || len(shape.Def.Lines) > 0 {
			out = append(out, []string{text.In(v.Lang)})
		}
	}
	return out
}

func what(v *kernel.View, f *kernel.Field) string {
	if options := layout.Options(f, v.Lang); len(options) > 0 {
		text := ""
		for i, o := range options {
			if i > 0 {
				text += " / "
			}
			text += o
		}
		return text
	}
	if target := v.Company.Def(f.Ref); f.Kind == kernel.KindRef && target != nil {
		return replaced(kindWords[f.Kind].In(v.Lang), target.Label.In(v.Lang))
	}
	text := kindWords[f.Kind].In(v.Lang)
	if f.Kind == kernel.KindText && f.Max > 0 {
		text += " ≤ " + strconv.Itoa(f.Max)
	}
	return text
}

func replaced(text, target string) string { return strings.ReplaceAll(text, "{target}", target) }
