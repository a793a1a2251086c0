package check

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/share"
	"zhanggui/modules/stock"
)

// modulesOf gives the modules that a company has.
func (f *firm) modulesOf() map[string]bool {
	out := map[string]bool{}
	for _, m := range f.c.Modules {
		out[m.Name] = true
	}
	return out
}

// TestEveryResourceIsRetold compares what the check knows of resources, their tables and lines with the declarations.
func TestEveryResourceIsRetold(t *testing.T) {
	firms(t, nil, func(f *firm) {
		declared := map[string]string{}
		for _, d := range f.c.Defs {
			if d.Name == stock.Documents.Name || d.Family != "" { // any document: its records are those of the kinds
				continue
			}
			text := d.Table.Name
			lines := map[string]string{}
			for _, l := range d.Lines {
				lines[l.Name] = l.Table.Name
			}
			if known := lineTablesOf(d.Table.Name); d.Only != nil { // a kind of document may do without some lines
				maps.DeleteFunc(known, func(name, _ string) bool { return lines[name] == "" })
				text += fmt.Sprint(" ", known)
			} else {
				text += fmt.Sprint(" ", lines)
			}
			declared[d.Name] = text
		}
		known := map[string]string{}
		for _, r := range recordedOf(f.modulesOf()) {
			lines := lineTablesOf(r.table)
			if d := f.c.Def(r.resource); d != nil {
				maps.DeleteFunc(lines, func(name, _ string) bool { return d.Only != nil && d.LineOf(name) == nil })
			}
			known[r.resource] = r.table + fmt.Sprint(" ", lines)
		}
		for _, name := range slices.Sorted(maps.Keys(declared)) {
			if known[name] != declared[name] {
				f.Errorf("%s is %q to the check and declared as %q: see recorded.go", name, known[name], declared[name])
			}
			delete(known, name)
		}
		if len(known) > 0 {
			f.Errorf("the check knows resources that there are not: %v", known)
		}
	})
}

// complete makes one of each record that trade does without.
func (f *firm) complete() {
	f.Helper()
	f.make("office", organisation.Departments.Def, `{"code":"01","name":"办公室"}`)
	f.make("room", organisation.Departments.Def, `{"code":"02","name":"门市","parent":$office}`)
	f.make("li", organisation.People.Def, `{"code":"001","name":"李四","department":$room}`)
	f.make("key", party.Tags.Def, `{"name":"大客户","colour":"red"}`)
	f.make("month", party.Terms.Def, `{"code":"M","name":"月结","days":30}`)
	f.make("whole", party.Levels.Def, `{"code":"W","name":"批发价"}`)
	f.act("bolt", item.Items.Def, "update", `{"prices":[{"level":$whole,"price":"18.5"}]}`)
	f.make("agreed", f.c.Def("base.customer_price"), `{"party":$acme,"item":$bolt,"price":"17","valid_from":"2026-01-01","valid_to":"2026-06-30"}`)
	f.make("shelf", f.c.Def("base.bin"), `{"warehouse":$main,"item":$bolt,"bin":"A-01"}`)
	f.make("iron", item.Categories.Def, `{"code":"01","name":"铁件"}`)
	f.make("keeper", f.c.Def("base.role"), `{"code":"R1","name":"仓管","rights":[{"object":"base.item","may_read":true}]}`)
	f.make("user", organisation.Users.Def, `{"login":"li","name":"李四","person":$li,"roles":"R1"}`)
	f.make("returned", stock.PurchaseReturns.Def, `{"date":"2026-10-20","source":$bought}`)
	f.make("deputy", organisation.Users.Def, `{"login":"wang","name":"王芳","roles":"boss"}`)
	f.make("away", f.c.Def("approval.delegation"), `{"from_user":$user,"to_user":$deputy,"from_date":"2026-10-01","to_date":"2026-10-02"}`)
	f.make("flow", f.c.Def("approval.flow"), `{"name":"复核","target":"sales.order","act":"confirm",`+
		`"definition":"{\"nodes\":[{\"name\":\"老板\",\"kind\":\"approve\",\"who\":[{\"by\":\"user\",\"user\":$deputy}]}]}"}`)
	f.act("flow", f.c.Def("approval.flow"), "switch_on", "")
	f.make("asked", sales.Orders.Def, `{"date":"2026-10-20","customer":$acme,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"20"}]}`)
	f.act("asked", sales.Orders.Def, "confirm", "")
	f.act("acme", party.Parties.Def, "update", `{"tags":"大客户","birthday":"1985-05-01","contacts":[{"name":"王五","phone":"13800000000","birthday":"1990-05-01"}],`+
		`"addresses":[{"label":"仓库","address":"和平路 1 号"}],"collaborators":[{"member":$user}]}`)
	f.make("paper", f.c.Def("office.expense_category"), `{"code":"P","name":"办公费"}`)
	f.make("fest", f.c.Def("office.holiday"), `{"name":"国庆节","from_date":"2027-10-01","to_date":"2027-10-07"}`)
	f.make("seal", f.c.Def("office.request_kind"), `{"code":"S","name":"用印"}`)
	f.make("claim", f.c.Def("office.claim"), `{"date":"2026-10-20","person":$li,"reason":"纸","lines":[{"category":$paper,"amount":"12","tax":"1","invoice":"12345678"}]}`)
	f.make("borrowed", f.c.Def("office.advance"), `{"date":"2026-10-20","person":$li,"amount":"100","purpose":"备用金"}`)
	f.make("leave", f.c.Def("office.leave"), `{"date":"2026-10-20","person":$li,"from_date":"2026-10-21","to_date":"2026-10-22","reason":"有事"}`)
	f.make("stamp", f.c.Def("office.request"), `{"date":"2026-10-20","person":$li,"kind":$seal,"subject":"合同用印"}`)
	f.make("chore", f.c.Def("office.task"), `{"subject":"盘点货架","assignee":$li,"due":"2026-10-22","link":"base.party/$acme","collaborators":[{"member":$deputy}]}`)
	f.make("diary", f.c.Def("office.work_log"), `{"date":"2026-10-20","person":$li,"done":"收货"}`)
	f.make("news", f.c.Def("office.announcement"), `{"date":"2026-10-20","title":"放假","text":"十月一日起放假","audience":"chosen",`+
		`"departments":[{"department":$office}],"users":[{"member":$deputy}]}`)
	f.make("shelf", f.c.Def("office.folder"), `{"name":"制度"}`)
	f.make("rules", f.c.Def("office.shared_file"), `{"title":"考勤制度","folder":$shelf}`)
	f.attach("rules", f.c.Def("office.shared_file"), files.File{Name: "考勤.pdf", Size: 3, Type: "application/pdf", Digest: strings.Repeat("ab", 32)})
	f.make("offer", purchasing.SupplierPrices.Def, `{"supplier":$maker,"item":$bolt,"price":"9.99","valid_from":"2026-10-01"}`)
	f.make("theirs", item.PartyItems.Def, `{"party":$acme,"item":$bolt,"code":"A-7","name":"六角"}`)
	f.make("talk", f.c.Def("crm.stage"), `{"code":"1","name":"接触","probability":"0.1"}`)
	f.make("chance", f.c.Def("crm.opportunity"), `{"date":"2026-10-20","name":"年度用量","customer":$acme,"stage":$talk,"amount":"900","collaborators":[{"member":$deputy}]}`)
	f.make("lead", f.c.Def("crm.lead"), `{"date":"2026-10-20","name":"远大建材","phone":"13700000000"}`)
	f.make("spoken", f.c.Def("crm.follow_up"), `{"subject":"报价","lead":$lead,"plan_at":"2026-10-20","result":"要样品","done_at":"2026-10-21","next":"2026-10-28"}`)
	f.make("target", f.c.Def("crm.target"), `{"person":$li,"month":"2026-10","amount":"10000"}`)
	f.added()
	f.make("view", f.c.Def("system.view"), `{"list":"sales.order","name":"本月草稿","filters":"date:within:month\nstate:eq:draft","sort":"-date","columns":"number,customer"}`)
	f.make("printer", f.c.Def("system.printer"), `{"name":"前台","way":"network","address":"192.168.1.50","language":"escp","paper":"241x140","shift_x":15}`)
	f.sent()
	f.make("ticket", f.c.Def("service.ticket"), `{"date":"2026-10-20","kind":"complaint","customer":$acme,"item":$bolt,"subject":"螺纹不合"}`)
}

// sent makes a link to a statement, which no form makes.
func (f *firm) sent() {
	f.Helper()
	err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "sent", func(tx *kernel.Tx) error {
		return pipeline.Create(tx, share.Links, &share.Link{Title: "对账单", Kind: share.Statement, Party: f.ids["acme"], Target: "receivable", TargetID: 7, FromDate: "2026-10-01",
			ToDate: "2026-10-31", Amount: 4200, State: share.Open, ExpiresAt: tx.Now + 1, Code: "own", Fingerprint: "ab", Reply: share.Objected, Answerer: "王会计", Words: "少一张",
			AnsweredAt: tx.Now, AnsweredFrom: "203.0.113.9"})
	})
	if err != nil {
		f.Fatal(err)
	}
}

// attach puts a file to a record; its content is nobody's matter here.
func (f *firm) attach(key string, d *kernel.Def, file files.File) {
	f.Helper()
	err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "attach", func(tx *kernel.Tx) error {
		_, err := files.Attach(tx, d, f.ids[key], file)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
}

// TestEachColumnIsRetold changes every column of a record of each resource, one by one, behind the audit's back: exactly
// that must be told.
func TestEachColumnIsRetold(t *testing.T) {
	firms(t, nil, func(f *firm) {
		if f.c.Store.Path() == "" { // PostgreSQL guards what this test must break
			return
		}
		f.trade()
		f.complete()
		f.clean()
		db, err := sql.Open("sqlite", f.c.Store.Path()+"?_pragma=foreign_keys(0)&_pragma=ignore_check_constraints(1)&_pragma=busy_timeout(5000)")
		if err != nil {
			f.Fatal(err)
		}
		defer db.Close()
		columns := 0
		for _, r := range recordedOf(f.modulesOf()) {
			of := "id IN (SELECT record FROM audit WHERE resource = '" + r.resource + "')"
			n := f.spoil(db, r, r.table, of)
			if n == 0 {
				f.Errorf("there is no record of %s to change", r.resource)
			}
			columns += n
			for _, lines := range lineTablesOf(r.table) {
				columns += f.spoil(db, r, lines, strings.Replace(of, "id", "parent", 1))
			}
		}
		f.Logf("%d columns changed", columns)
	})
}

// spoil changes and restores each column of one row, and gives how many it were.
func (f *firm) spoil(db *sql.DB, r recorded, table, where string) (n int) {
	f.Helper()
	rows, err := db.Query("SELECT * FROM " + table + " WHERE " + where + " ORDER BY id LIMIT 1")
	if err != nil {
		f.Fatal(err)
	}
	names, _ := rows.Columns()
	values, dest := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		dest[i] = &values[i]
	}
	there := rows.Next()
	if there {
		err = rows.Scan(dest...)
	}
	if _ = rows.Close(); err != nil {
		f.Fatal(err)
	}
	for i, name := range names {
		if !there || bookkeeping[name] || table != r.table && name == "parent" || unrecorded[r.resource][name] == unknown {
			continue
		}
		n++
		var other any = "0"
		switch v := values[i].(type) {
		case int64:
			other = v + 100_000
		case string:
			other = v + "0"
		case nil:
			other = int64(7)
		}
		set := func(value any) {
			if _, err := db.Exec("UPDATE "+table+" SET "+name+" = ? WHERE id = ?", value, values[0]); err != nil {
				f.Fatalf("%s.%s: %v", table, name, err)
			}
		}
		set(other)
		if told := f.retold(r); len(told) != 1 || !strings.HasPrefix(told[0], "audit replay: "+r.resource+" #") || !strings.Contains(told[0], name+" is ") {
			f.Errorf("%s.%s was changed from %v to %v: told %q", table, name, values[i], other, told)
		}
		set(values[i])
	}
	return n
}

// retold carries out the replay of one resource.
func (f *firm) retold(r recorded) []string {
	k := kind{"audit replay", "kernel", func(c *checker) error { _, err := c.retell(r); return err }}
	return k.check(context.Background(), f.c.Store).told()
}

// TestForgottenDebts drops a debt that the draft of a payment was meant to settle.
func TestForgottenDebts(t *testing.T) {
	firms(t, nil, func(f *firm) {
		f.post("stock", stock.Openings.Def, `{"date":"2026-09-30","warehouse":$main,"lines":[{"item":$bolt,"qty":"10","price":"9"}]}`)
		f.post("sold", stock.Deliveries.Def, `{"date":"2026-10-05","party":$acme,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"20"}]}`)
		f.unit(func(tx *kernel.Tx) error {
			var id int64
			_, err := tx.Scan([]any{&id}, "SELECT id FROM settlement_open_item WHERE source_id = ?", f.ids["sold"])
			f.ids["debt"] = id
			return err
		})
		f.make("paid", settlement.Receipts.Def, `{"date":"2026-10-06","party":$acme,"lines":[{"money_account":$till,"amount":"20"}],"allocations":[{"open_item":$debt,"amount":"20"}]}`)
		want := f.named("settlement.receipt #$paid: allocations #")
		f.with(plant{"audit replay", "settlement_allocation", "UPDATE settlement_allocation SET open_item = NULL", ""}, func() {
			if told := f.only("audit replay"); len(told) != 1 || !strings.Contains(told[0], want) || !strings.HasSuffix(told[0], f.named(" open_item is nothing, the audit leads to $debt")) {
				f.Errorf("told %q, want %q", told, want)
			}
		})
		f.act("sold", stock.Deliveries.Def, "unpost", "")
		f.clean()
		f.act("paid", settlement.Receipts.Def, "update", `{"note":"weiter","allocations":[]}`)
		f.clean()
	})
}

// TestTheOrderOfManyPrograms lets the ids of two changes of one record stand the wrong way round, as they may where two
// programs work on one database.
func TestTheOrderOfManyPrograms(t *testing.T) {
	firms(t, nil, func(f *firm) {
		f.act("acme", party.Parties.Def, "update", `{"credit_limit":"100"}`)
		f.act("acme", party.Parties.Def, "update", `{"credit_limit":"200"}`)
		f.act("acme", party.Parties.Def, "update", `{"credit_limit":"300"}`)
		f.sql(f.named(`UPDATE audit SET id = -id WHERE record = $acme`), f.named(`UPDATE audit SET id = 9000000 + id WHERE record = $acme`))
		if told := f.only("audit replay"); len(told) != 0 {
			f.Errorf("told %q", told)
		}
		f.sql(f.named(`DELETE FROM audit WHERE record = $acme AND diff LIKE '%"200.00"]%'`))
		want := "does not follow from those before it in credit_limit"
		if told := f.only("audit replay"); len(told) != 1 || !strings.Contains(told[0], want) {
			f.Errorf("told %q, want %q", told, want)
		}
	})
}

// TestARecordThatComesBackToWhatItWas lets the ids of its changes stand so that the first that fits leads nowhere.
func TestARecordThatComesBackToWhatItWas(t *testing.T) {
	firms(t, nil, func(f *firm) {
		for _, limit := range []string{"100", "200", "100", "300", "100", "400"} {
			f.act("acme", party.Parties.Def, "update", `{"credit_limit":"`+limit+`"}`)
		}
		f.sql(f.named(`UPDATE audit SET id = 9000000 + id, at = 0 WHERE record = $acme AND diff LIKE '%"200.00"%'`),
			f.named(`UPDATE audit SET id = 9100000 + id, at = 0 WHERE record = $acme AND diff LIKE '%"300.00"%'`),
			f.named(`UPDATE audit SET at = 0 WHERE record = $acme`))
		if told := f.only("audit replay"); len(told) != 0 {
			f.Errorf("told %q", told)
		}
		f.sql(f.named(`DELETE FROM audit WHERE record = $acme AND diff LIKE '%"300.00"]%'`))
		want := "does not follow from those before it in credit_limit"
		if told := f.only("audit replay"); len(told) != 1 || !strings.Contains(told[0], want) {
			f.Errorf("told %q, want %q", told, want)
		}
	})
}
