package approval

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// wares are all wares with their prices, in the order of their ids.
func (f *office) wares() string {
	f.Helper()
	var out []string
	f.view("", func(v *kernel.View) error {
		d := f.c.Def("test.ware")
		ids, err := v.IDs("SELECT id FROM test_ware ORDER BY id")
		if err != nil {
			return err
		}
		found, err := resource.LoadMany(v, d, ids, false)
		for _, id := range ids {
			w := found[id].(*ware)
			text := w.Name + " " + w.Ceiling.String()
			for _, p := range w.Prices {
				text += " " + p.Price.String()
			}
			out = append(out, text)
		}
		return err
	})
	return strings.Join(out, "; ")
}

// write gives how a write on a ware ended: "done", "waits" or the code of what refused it.
func (f *office) write(who, act string, id int64, body string) string {
	f.Helper()
	out, err := f.do(who, "test.ware", act, id, body)
	list, refused := problem.From(err)
	switch {
	case refused:
		return list[0].Code
	case err != nil:
		f.Fatal(err)
	case out.Waiting:
		return "waits"
	}
	return "done"
}

// newest is the request made last.
func (f *office) newest() *Request {
	f.Helper()
	var out *Request
	f.view("", func(v *kernel.View) error {
		list, err := Requests.Where(v, "id = (SELECT MAX(id) FROM approval_request)")
		out = list[0]
		return err
	})
	return out
}

// decides makes somebody decide on a request, and what was granted is carried out.
func (f *office) decides(who, act string, r *Request) {
	f.Helper()
	f.must(who, Requests.Name, act, r.ID, `{"opinion":"看过"}`)
	if err := Apply(context.Background(), f.c, r.ID); err != nil {
		f.Fatal(err)
	}
}

func (f *office) expect(what, got, want string) {
	f.Helper()
	if got != want {
		f.Errorf("%s: %s, want %s", what, got, want)
	}
}

// cardOf is the newest line of a box: what it is about, what is done and the facts.
func (f *office) cardOf(who string) string {
	f.Helper()
	one := f.box(who, "").Items[0]
	out := []string{one.KindLabel, one.Label}
	for _, x := range one.Facts {
		out = append(out, x.Label+"="+x.Value)
	}
	return strings.Join(out, "|")
}

// TestWritesWait: what has no states is asked about when it is written, and stays as it is until everybody has agreed.
func TestWritesWait(t *testing.T) {
	offices(t, func(f *office) {
		for _, act := range []string{"create", "update", "delete"} {
			f.flowOn("test.ware", act, act, "ceiling > 100", "一=wang;二=boss")
		}
		f.expect("a small one", f.write("li", "create", 0, fmt.Sprintf(`{"name":"小","ceiling":"50","cost":"7","prices":[{"dealer":%d,"price":"2"},{"dealer":%d,"price":"3"}]}`, f.folk["wang"], f.folk["yan"])), "done")
		f.expect("a big one", f.write("li", "create", 0, fmt.Sprintf(`{"name":"大","ceiling":"500","cost":"9","keeper":%d,"prices":[{"price":"4"}]}`, f.folk["jin"])), "waits")
		big := f.newest()
		f.expect("one that may not be", f.write("zhao", "create", 0, `{"name":"管制","ceiling":"500"}`), "approval.changed")
		f.expect("no new request", f.newest().Number, big.Number)
		f.expect("another", f.write("zhao", "create", 0, `{"name":"巨","ceiling":"9000"}`), "waits")
		huge := f.newest()
		f.expect("wares", f.wares(), "小 50.00 2 3")
		f.expect("its card", f.cardOf("wang"), "新建|货品 巨|名称=巨|额度=9,000.00|审批原因=额度 > 100")
		f.decides("wang", "agree", big)
		f.expect("the card of the first", f.cardOf("boss"), "新建|货品 大|名称=大|额度=500.00|成本=9.00|保管员=jin|价目=1|审批原因=额度 > 100")
		f.decides("boss", "agree", big)
		f.decides("wang", "refuse", huge)
		f.expect("wares", f.wares(), "小 50.00 2 3; 大 500.00 4")
		small := f.named("小")
		if r := f.newestOf(big.ID); r.State != Applied || r.Record != f.named("大") {
			t.Errorf("the request is %s about %d", r.State, r.Record)
		}

		prices := f.pricesOf(small)
		f.expect("a change", f.write("li", "update", small, fmt.Sprintf(`{"ceiling":"120","cost":"8","prices":[{"id":%d,"price":"2.5"},{"dealer":%d,"price":"6"}]}`, prices[0], f.folk["jin"])), "waits")
		r := f.newest()
		f.expect("a colleague's change", f.write("zhao", "update", small, `{"name":"中","ceiling":"130"}`), "approval.waiting")
		f.expect("a colleague's deletion", f.write("zhao", "delete", small, ""), "approval.waiting")
		f.decides("wang", "agree", r)
		f.expect("wares", f.wares(), "小 50.00 2 3; 大 500.00 4")
		f.decides("boss", "agree", r)
		f.expect("wares", f.wares(), "小 120.00 2.5 6; 大 500.00 4")
	})
}

// TestAChangeThatWaits holds the card of a change, what is carried out, and that it is about the record as it stood.
func TestAChangeThatWaits(t *testing.T) {
	offices(t, func(f *office) {
		f.write("li", "create", 0, fmt.Sprintf(`{"name":"甲","ceiling":"50","cost":"7","prices":[{"dealer":%d,"price":"2"},{"dealer":%d,"price":"3"}]}`, f.folk["wang"], f.folk["yan"]))
		f.write("li", "create", 0, `{"name":"乙","ceiling":"60"}`)
		f.flowOn("test.ware", "update", "改", "", "一=wang,blind")
		f.flowOn("test.ware", "delete", "删", "", "一=wang")
		a, b := f.named("甲"), f.named("乙")
		prices := f.pricesOf(a)
		change := fmt.Sprintf(`{"ceiling":"120","cost":"8","keeper":%d,"prices":[{"id":%d,"dealer":%d,"price":"2.5"},{"dealer":%d,"price":"6"}]}`,
			f.folk["jin"], prices[0], f.folk["wang"], f.folk["jin"])
		f.expect("the change", f.write("li", "update", a, change), "waits")
		r := f.newest()
		f.expect("wares", f.wares(), "甲 50.00 2 3; 乙 60.00")
		common := "修改|货品 甲|额度=50.00 → 120.00"
		lines := "|保管员=— → jin|价目=wang，单价 2 → 2.5\n＋ jin，单价 6\n－ yan，单价 3"
		f.expect("the card", f.cardOf("wang"), common+"|成本=7.00 → 8.00"+lines)
		f.expect("the card without costs", f.cardOf("blind"), common+lines)
		f.offeredNothing(a)
		f.decides("wang", "agree", r)
		f.decides("blind", "agree", r)
		f.expect("wares", f.wares(), "甲 120.00 2.5 6; 乙 60.00")
		f.expect("the request", string(f.newestOf(r.ID).State), "applied")

		f.expect("sent back", f.write("li", "update", a, `{"name":"甲甲"}`), "waits")
		r = f.newest()
		f.must("wang", Requests.Name, "send_back", r.ID, `{"to":"","opinion":"名称不对"}`)
		f.expect("again", f.write("li", "update", a, `{"name":"甲丙"}`), "waits")
		if again := f.newestOf(r.ID); again.State != Waiting || again.Round != 2 || f.newest().ID != r.ID {
			t.Errorf("%s in round %d", again.State, again.Round)
		}
		f.expect("the card", f.cardOf("wang"), "修改|货品 甲丙|名称=甲 → 甲丙")

		f.expect("the deletion", f.write("li", "delete", b, ""), "waits")
		f.expect("a change of what is to go", f.write("li", "update", b, `{"name":"乙乙"}`), "approval.waiting")
		f.decides("wang", "agree", f.newest())
		f.expect("wares", f.wares(), "甲 120.00 2.5 6")

		// The program itself changes the record meanwhile: people agreed to something else.
		f.unit(func(tx *kernel.Tx) error {
			rec, err := resource.Lock(tx, f.c.Def("test.ware"), a)
			if err != nil {
				return err
			}
			rec.(*ware).Ceiling += 100
			return resource.Save(tx, f.c.Def("test.ware"), rec)
		})
		f.decides("wang", "agree", r)
		f.decides("blind", "agree", r)
		f.expect("wares", f.wares(), "甲 121.00 2.5 6")
		f.expect("the request", string(f.newestOf(r.ID).State), "failed")
		f.expect("asked again", f.write("li", "update", a, `{"name":"甲丁"}`), "waits")
		f.decides("wang", "agree", f.newest())
		f.decides("blind", "agree", f.newest())
		f.expect("wares", f.wares(), "甲丁 121.00 2.5 6")
	})
}

// The same command sent twice asks once, and nothing may follow in the same unit on what waits.
func TestAWriteIsAskedAboutOnce(t *testing.T) {
	offices(t, func(f *office) {
		f.flowOn("test.ware", "create", "建", "", "一=wang")
		input, _ := resource.ParseObject([]byte(`{"name":"甲","ceiling":"1"}`))
		for range 2 {
			out, err := pipeline.Do(context.Background(), f.c, f.actor("li"), pipeline.Command{Def: f.c.Def("test.ware"), Act: "create", Input: input, Key: "k1"})
			if err != nil || !out.Waiting || out.Rec.(*ware).ID != 0 {
				t.Fatalf("%+v %v", out, err)
			}
		}
		f.view("", func(v *kernel.View) error {
			ids, err := v.IDs("SELECT id FROM approval_request")
			f.expect("requests", strconv.Itoa(len(ids)), "1")
			return err
		})
		f.must("li", Requests.Name, "withdraw", f.newest().ID, "")
		f.expect("the request", string(f.newest().State), "withdrawn")
		f.expect("wares", f.wares(), "")
	})
}

func (f *office) named(name string) (id int64) {
	f.Helper()
	f.view("", func(v *kernel.View) error {
		ids, err := v.IDs("SELECT id FROM test_ware WHERE name = ?", name)
		if len(ids) == 1 {
			id = ids[0]
		}
		return err
	})
	return id
}

func (f *office) pricesOf(id int64) (out []int64) {
	f.Helper()
	f.view("", func(v *kernel.View) (err error) {
		out, err = v.IDs("SELECT id FROM test_ware_price WHERE parent = ? ORDER BY pos", id)
		return err
	})
	return out
}

func (f *office) newestOf(request int64) (out *Request) {
	f.Helper()
	f.view("", func(v *kernel.View) (err error) {
		out, err = Requests.Find(v, request)
		return err
	})
	return out
}

// offeredNothing holds that who opens the record is offered neither to change nor to delete it, and told why.
func (f *office) offeredNothing(id int64) {
	f.Helper()
	f.view("li", func(v *kernel.View) error {
		rec, err := resource.Load(v, f.c.Def("test.ware"), id)
		if err != nil {
			return err
		}
		open, err := about(v, f.c.Def("test.ware"), rec)
		if err != nil {
			return err
		}
		f.expect("what is held", strings.Join(open.Acts, " "), "create delete update")
		if !strings.Contains(open.Text, "wang") {
			f.Errorf("the banner says %s", open.Text)
		}
		return nil
	})
}

// TestASumThatNotAllMaySee: a request keeps no sum that has a right of its own; whoever may see it finds it on the card.
func TestASumThatNotAllMaySee(t *testing.T) {
	offices(t, func(f *office) {
		f.flowOn("test.ware", "create", "建", "", "一=any:blind,boss")
		f.expect("a ware", f.write("li", "create", 0, `{"name":"甲","total":"864.15"}`), "waits")
		f.expect("the request", f.newest().Amount.String(), "0.00")
		f.expect("who may see it", f.box("boss", "").Items[0].Amount, "864.15")
		f.expect("who may not", f.box("blind", "").Items[0].Amount, "")
	})
}

// TestWhatWasTypedComesBack: who typed it gets it again, whole, to correct it; nobody else reads it but by the card.
func TestWhatWasTypedComesBack(t *testing.T) {
	offices(t, func(f *office) {
		f.flowOn("test.ware", "create", "建", "", "一=wang")
		f.flowOn("test.ware", "update", "改", "", "一=wang")
		again := func(who string, r *Request) string {
			code, body := f.call(who, http.MethodGet, fmt.Sprintf("request=%d", r.ID), "", typedAnew)
			return fmt.Sprint(code, " ", body)
		}
		f.expect("a new one", f.write("li", "create", 0, fmt.Sprintf(`{"name":"甲","ceiling":"50","cost":"7","keeper":%d,"prices":[{"price":"4"}]}`, f.folk["jin"])), "waits")
		made := f.newest()
		f.must("wang", Requests.Name, "send_back", made.ID, `{"to":"","opinion":"太高"}`)
		var out struct {
			Record map[string]any `json:"record"`
			Typed  []string       `json:"typed"`
		}
		text := again("li", made)
		if err := json.Unmarshal([]byte(strings.TrimPrefix(text, "200 ")), &out); err != nil {
			t.Fatal(err, text)
		}
		names, _ := out.Record["$labels"].(map[string]any)
		prices, _ := out.Record["prices"].([]any)
		if out.Record["name"] != "甲" || out.Record["ceiling"] != "50.00" || out.Record["cost"] != "7.00" || names["keeper"] != "jin" || len(prices) != 1 ||
			prices[0].(map[string]any)["price"] != "4" || !slices.Equal(out.Typed, []string{"name", "ceiling", "cost", "keeper", "prices"}) {
			t.Errorf("it comes back as %s", text)
		}
		for _, who := range []string{"wang", "boss", "zhao"} {
			if got := again(who, made); !strings.HasPrefix(got, "404 ") {
				t.Errorf("%s reads %s", who, got)
			}
		}
		var shown string
		f.view("blind", func(v *kernel.View) error {
			shown = string(resource.Renderer{Actor: f.actor("blind"), Def: Requests.Def}.Record(nil, made, nil))
			return nil
		})
		if strings.Contains(shown, "input") {
			t.Errorf("who may not see costs reads all that was typed: %s", shown)
		}
	})
}
