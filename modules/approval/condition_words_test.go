package approval

import (
	"fmt"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
)

// Why somebody is asked is said without the signs and ids that programs write.
func TestConditionsAreReadInWords(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	f.make("base.role", `{"code":"r1","name":"自建","name_en":"Made here","scope":"own"}`)
	for _, one := range []struct{ target, text, zh, en string }{
		{"test.paper", `gross > 20000 && name != "甲" || done >= 3`, "金额 > 20,000 并且 名称 不是 「甲」 或者 进度 ≥ 3", "Gross > 20,000 and Name is not “甲” or Done ≥ 3"},
		{"test.paper", `"r1" in initiator.roles and not ("boss" in initiator.roles)`, "「自建」 属于 发起人的角色 并且 不是 （「boss」 属于 发起人的角色）", "“Made here” in Initiator's roles and not (“boss” in Initiator's roles)"},
		{"test.paper", `any(lines, .price * (1 - 0.05) < 1000) and input.where contains "京"`, "有一行（明细，单价 × （1 - 0.05） < 1,000） 并且 地点 含有 「京」", "any(Lines, Price × (1 - 0.05) < 1,000) and Where contains “京”"},
		{"test.paper", `sum(lines, .price) > 1000.50 and date >= "2026-11-01" and len(lines) > 2`, "合计（明细，单价） > 1,000.5 并且 日期 ≥ 2026-11-01 并且 行数（明细） > 2", "sum of(Lines, Price) > 1,000.5 and Date ≥ 2026-11-01 and number of(Lines) > 2"},
		{"test.paper", `state in ["draft", "posted"] and name == "a\"b"`, "状态 属于 （「草稿」、「已过账」） 并且 名称 是 「a\"b」", "State in (“草稿”, “已过账”) and Name is “a\"b”"},
		{"test.ware", fmt.Sprintf(`keeper not in [%d, %d] and ceiling > 1026`, f.folk["jin"], f.folk["yan"]), "保管员 不属于 （「jin」、「yan」） 并且 额度 > 1,026", "Keeper not in (“jin”, “yan”) and Limit > 1,026"},
	} {
		for lang, want := range map[string]string{"zh": one.zh, "en": one.en} {
			f.view("boss", func(v *kernel.View) error {
				v.Lang = lang
				if got := conditionWords(v, v.Company.Def(one.target), one.text); got != want {
					t.Errorf("%s in %s:\n%s, want\n%s", one.text, lang, got, want)
				}
				return nil
			})
		}
	}
}

// What was typed with the act is decided upon as well: it stands on the card.
func TestTheCardTellsWhatWasTypedWithTheAct(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	f.flow("流程", "", "一=wang")
	f.doc = resource.ID(f.c.Def(f.kind), f.must("li", f.kind, "create", 0, `{"name":"甲","date":"2026-11-21","gross":"5"}`))
	if _, err := f.do("li", f.kind, "post", f.doc, `{"where":"北京","on":"2026-11-20"}`); err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, x := range f.box("wang", "").Items[0].Facts {
		got += x.Label + "=" + x.Value + "/" + x.Kind + " "
	}
	if want := "日期=2026-11-21/date 名称=甲/text 金额=5.00/amount 成本=0.00/amount 地点=北京/longtext 日期=2026-11-20/date "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
