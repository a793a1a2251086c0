package custom

import (
	"reflect"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/extra"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Name is the resource's name.
const Name = "system.custom_field"

// Field is a definition.
type Field struct {
	resource.Base
	Resource  string `zg:"required,once,list,filter,sort,kind=enum,width=130" zh:"加在" en:"Added to" help:"哪种客户、货品或单据。定了就不能改|To which records. It stays as it is"`
	LabelZh   string `zg:"required,list,search,max=40,width=160" zh:"名称" en:"Name in Chinese" help:"表单和列表上显示的字|What forms and lists say"`
	LabelEn   string `zg:"list,search,max=60,width=160" zh:"英文名称" en:"Name in English" help:"不填就用中文名称|The Chinese one where it is empty"`
	FieldKind string `zg:"required,once,list,filter,default=text,width=90" zh:"类型" en:"Kind" help:"定了就不能改|It stays as it is" opt:"text|文字|Text;longtext|多行文字|Long text;int|整数|Whole number;amount|金额|Amount;quantity|数量|Quantity;date|日期|Date;month|月份|Month;bool|是否|Yes or no;enum|选项|Options;ref|从资料中选|Reference"`
	Options   string `zg:"longtext,max=4000" zh:"选项" en:"Options" help:"类型是「选项」时填，一行一个；要带英文就写成 红色 = Red|One in each line where the kind is Options; an English word follows an equals sign"`
	Target    string `zg:"once,kind=enum" zh:"从哪里选" en:"Refers to" help:"类型是「从资料中选」时填。定了就不能改|Where the kind is Reference. It stays as it is"`
	Place     string `zg:"once,default=head,list,width=80" zh:"位置" en:"Place" opt:"head|单据上|The record;line|每一行明细|Its lines" help:"定了就不能改|It stays as it is"`
	Required  bool   `zg:"list" zh:"必填" en:"Required" help:"只在填写和导入时要求，已有的记录不受影响|Asked of who fills in a form or imports; records that are there stay as they are"`
	Listed    bool   `zg:"list,default=true" zh:"在列表中显示" en:"In lists"`
	Filtered  bool   `zg:"list,default=true" zh:"可以筛选" en:"Filter"`
	SeenWith  string `zg:"kind=enum" zh:"谁能看见" en:"Who sees it" help:"不选就是能看这种记录的人都能看见|Everybody who sees the record where it is empty"`
	Help      string `zg:"max=200" zh:"填写说明" en:"Help"`
	Ordinal   int64  `zg:"sort,list,width=70" zh:"顺序" en:"Order"`
	Active    bool   `zg:"list,filter,default=true,width=70" zh:"启用" en:"Active" help:"停用后不再显示，填过的内容保留|When it is off nobody sees it; what was filled in stays"`
	FieldKey  string `zg:"readonly,max=30" zh:"字段代码" en:"Field key" help:"接口里用的名字|Its name in the interface for programs"`
	Slot      int64  `zg:"readonly,hidden" zh:"存放位置" en:"Slot"`
}

func declare() *resource.Resource[Field] {
	return resource.Declare[Field](resource.Spec[Field]{
		Name: Name, Label: kernel.T("自定义字段", "Custom field"), Kind: "setup", Title: "label_zh", Code: "field_key", Key: []string{"resource", "label_zh"},
		Empty:    kernel.T("给客户、货品和单据加上自己要记的内容，例如「车牌号」「交货方式」。", "What you want to note of customers, items and documents beside what is there, such as a plate number."),
		Quick:    []string{"resource", "label_zh", "field_kind"},
		Validate: validate,
		Check:    check,
		Saved: func(tx *kernel.Tx, _, f *Field) error {
			f.FieldKey = keyOf(f.ID)
			return Changed(tx)
		},
		Deleted: remove,
	})
}

func validate(f *Field) problem.List {
	var list problem.List
	for _, label := range [][2]string{{"/label_zh", f.LabelZh}, {"/label_en", f.LabelEn}} {
		if strings.ContainsAny(label[1], "\x00*＊:：|=") {
			list.Add(problem.Rule("custom.label").At(label[0]))
		}
	}
	options, ok := optionsOf(f.Options)
	switch {
	case f.FieldKind == string(kernel.KindEnum) && (len(options) == 0 || !ok):
		list.Add(problem.Rule("custom.options").At("/options"))
	case f.FieldKind != string(kernel.KindEnum) && f.Options != "":
		list.Add(problem.Rule("custom.no_options").At("/options"))
	}
	switch {
	case f.FieldKind == string(kernel.KindRef) && f.Target == "":
		list.Add(problem.Rule("required").At("/target"))
	case f.FieldKind != string(kernel.KindRef) && f.Target != "":
		list.Add(problem.Rule("custom.no_target").At("/target"))
	}
	if f.FieldKind == string(kernel.KindBool) && f.Required {
		list.Add(problem.Rule("custom.bool").At("/required"))
	}
	return list
}

// optionsOf reads options as they are written, false when two are alike or one is too long.
func optionsOf(text string) (out []kernel.Option, ok bool) {
	seen := map[string]bool{}
	for _, line := range strings.Split(text, "\n") {
		zh, en, two := strings.Cut(strings.ReplaceAll(line, "＝", "="), "=")
		zh, en = strings.TrimSpace(zh), strings.TrimSpace(en)
		if zh == "" && en == "" {
			continue
		}
		if !two || en == "" {
			en = zh
		}
		if zh == "" || seen[zh] || seen[en] || len([]rune(zh)) > 60 || len([]rune(en)) > 60 || strings.Contains(zh, ",") {
			return nil, false
		}
		seen[zh], seen[en] = true, true
		out = append(out, kernel.Option{Value: zh, Label: kernel.T(zh, en)})
	}
	return out, true
}

// check holds what depends on the company: the resource, the other fields, and what records hold.
func check(tx *kernel.Tx, old, f *Field) error {
	d := tx.Company.Def(f.Resource)
	if d == nil || !extensible(d) {
		return problem.Rule("custom.resource").At("/resource")
	}
	if target := tx.Company.Def(f.Target); f.Target != "" && (target == nil || !choosable(target)) {
		return problem.Rule("custom.target").At("/target")
	}
	if f.LabelEn == "" {
		f.LabelEn = f.LabelZh
	}
	if t := typeOf(d, f.Place); t == nil || extra.Index(t, 0) == nil {
		return problem.Rule("custom.no_lines").At("/place")
	}
	others, err := definitions(tx)
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(o *Field) bool { return o.ID == f.ID || o.Resource != f.Resource })
	if err := distinct(d, others, f); err != nil {
		return err
	}
	if old != nil {
		return keptOptions(tx, old, f)
	}
	var taken []int64
	for _, o := range others {
		if o.Place == f.Place {
			taken = append(taken, o.Slot)
		}
	}
	slot, free := extra.Free(kernel.Kind(f.FieldKind), taken)
	if !free {
		return problem.Rule("custom.full", "resource", d.Name, "count", len(others)).At("/field_kind")
	}
	f.Slot = slot
	return nil
}

// distinct refuses a label that another field of the record has: people could not tell the columns apart.
func distinct(d *kernel.Def, others []*Field, f *Field) error {
	same := func(label kernel.Text) bool {
		return strings.EqualFold(label.Zh, f.LabelZh) || strings.EqualFold(label.En, f.LabelEn)
	}
	for _, o := range others {
		if same(kernel.T(o.LabelZh, o.LabelEn)) {
			return problem.Rule("custom.twice", "label", f.LabelZh).At("/label_zh")
		}
	}
	if slices.ContainsFunc(d.Fields, func(x *kernel.Field) bool { return x.Custom == 0 && !x.Hidden && same(x.Label) }) {
		return problem.Rule("custom.twice", "label", f.LabelZh).At("/label_zh")
	}
	return nil
}

// keptOptions refuses to take away an option that records hold.
func keptOptions(tx *kernel.Tx, old, f *Field) error {
	now, _ := optionsOf(f.Options)
	was, _ := optionsOf(old.Options)
	for _, o := range was {
		if slices.ContainsFunc(now, func(x kernel.Option) bool { return x.Value == o.Value }) {
			continue
		}
		n, err := holders(tx, f.ID, o.Value)
		if err != nil {
			return err
		}
		if n > 0 {
			return problem.Rule("custom.option_used", "option", o.Value, "count", n).At("/options")
		}
	}
	return nil
}

func remove(tx *kernel.Tx, f *Field) error {
	n, err := holders(tx, f.ID, "")
	if err != nil {
		return err
	}
	if n > 0 {
		return problem.Rule("custom.used", "label", f.LabelZh, "count", n)
	}
	resource.Delete(tx, tx.Company.Def(Name), f) // so that what follows is made without it
	return Changed(tx)
}

// extensible are the resources that a company may add fields to: what people write themselves, but for how the program is
// set up.
func extensible(d *kernel.Def) bool {
	return (!d.Internal || d.Menu != "") && d.Kind != "setup" && extra.Index(d.Type, 0) != nil && !strings.HasPrefix(d.Name, "system.")
}

// choosable are the resources whose records a field may refer to.
func choosable(d *kernel.Def) bool { return !d.Internal && d.Kind == "master" && d.Title != "" }

// typeOf is the type that has a field at a place of a resource, nil when there is no such place.
func typeOf(d *kernel.Def, place string) reflect.Type {
	switch {
	case place == placeHead:
		return d.Type
	case len(d.Lines) > 0:
		return d.Lines[0].Type
	}
	return nil
}

// fieldOf makes the field of a definition for records or lines of a type, nil when they have no place for it.
func fieldOf(f *Field, t reflect.Type) *kernel.Field {
	index := extra.Index(t, f.Slot)
	if index == nil {
		return nil
	}
	kind := kernel.Kind(f.FieldKind)
	out := &kernel.Field{
		Name: keyOf(f.ID), Kind: kind, Label: kernel.T(f.LabelZh, f.LabelEn), Help: kernel.T(f.Help, f.Help), Ref: f.Target, Right: f.SeenWith,
		Required: f.Required, List: f.Listed, Filter: f.Filtered, Signed: true, Index: index, Custom: f.ID,
		Section: kernel.T("补充内容", "Further details"),
	}
	switch kind {
	case kernel.KindText:
		out.Max, out.Search = 200, f.SeenWith == ""
	case kernel.KindLongText:
		out.Max = 20_000
	case kernel.KindEnum:
		out.Options, _ = optionsOf(f.Options)
	}
	return out
}
