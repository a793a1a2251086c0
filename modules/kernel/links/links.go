// Package links holds what was made from what: one table for all hops between documents, with the quantity and the
// amount of each. A link belongs to a registered kind, which names the source's cap and its progress column.
//
// Invariants
//  1. The live links of a source line never exceed its cap (plus the kind's tolerance).
//  2. A progress column is the sum of the live links, rewritten each time, never incremented.
//  3. A link is never changed or deleted; it dies (dead_at) when its target is taken back.
package links

import (
	"database/sql"
	"fmt"
	"reflect"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

// Kind declares a kind of link. Lines names the source's line table, "" when the whole document is the source.
// CapQty and CapAmount name the fields that limit it, DoneQty and DoneAmount those that show its progress; "" is none.
type Kind struct {
	Name       string
	Label      kernel.Text // the target as seen from the source: "发货"
	Back       kernel.Text // the source as seen from the target: "来自订单"
	Source     string
	Lines      string
	Target     string
	CapQty     string
	CapAmount  string
	DoneQty    string
	DoneAmount string
	// Tolerance is how much more than the cap may be linked, as a rate of it.
	Tolerance money.Rate
	// Loose lets the target change or go while it has these links downstream.
	Loose bool
	// Coming gives what a document will be linked to once drafts count: what was made from it, or upwards what it is from.
	Coming func(v *kernel.View, id int64, up bool) ([]int64, error)
}

// Link is one hop. SourceLine and TargetLine are 0 where the whole document is meant.
type Link struct {
	Kind       string
	Source     int64
	SourceLine int64
	Target     int64
	TargetLine int64
	Qty        money.Qty
	Amount     money.Amount
}

type registry struct{ kinds map[string]*Kind }

type registryKey struct{}

func kindsOf(c *kernel.Company) map[string]*Kind {
	r, _ := kernel.Cache(c, registryKey{}, func() (*registry, error) { return &registry{map[string]*Kind{}}, nil })
	return r.kinds
}

// Register declares kinds; only while the company is being set up.
func Register(c *kernel.Company, kinds ...*Kind) error {
	for _, k := range kinds {
		if kindsOf(c)[k.Name] != nil {
			return fmt.Errorf("link kind %s is declared twice", k.Name)
		}
		kindsOf(c)[k.Name] = k
	}
	return nil
}

// Kinds gives the declared kinds in order of name.
func Kinds(c *kernel.Company) []*Kind {
	var out []*Kind
	for _, k := range kindsOf(c) {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b *Kind) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return out
}

var table = &store.Table{Name: "links", Columns: []string{
	"id", "kind", "source", "source_line", "target", "target_line", "quantity", "amount", "made_at", "dead_at"}}

// Make writes links of one kind: it locks the sources, enforces the cap on the sum of the live links and rewrites the
// progress. Problems point at the target's lines in the order of the links given.
func Make(tx *kernel.Tx, kind string, links []Link) error {
	if len(links) == 0 {
		return nil
	}
	k := kindsOf(tx.Company)[kind]
	if k == nil {
		return fmt.Errorf("link kind %s is not declared", kind)
	}
	sources := sourceIDs(links)
	if _, err := resource.LockMany(tx, tx.Company.Def(k.Source), sources); err != nil {
		return err
	}
	rows := make([]any, 0, len(links)*len(table.Columns))
	for _, l := range links {
		id, err := tx.Company.Store.NextID()
		if err != nil {
			return err
		}
		rows = append(rows, id, kind, l.Source, l.SourceLine, l.Target, l.TargetLine, int64(l.Qty), int64(l.Amount), int64(tx.Now), int64(0))
	}
	if err := table.Insert(tx.Unit, rows); err != nil {
		return err
	}
	return refresh(tx, k, sources)
}

func sourceIDs(links []Link) []int64 {
	var out []int64
	for _, l := range links {
		if !slices.Contains(out, l.Source) {
			out = append(out, l.Source)
		}
	}
	return out
}

// sum is what the live links of one source line add up to.
type sum struct{ qty, amount int64 }

// refresh rewrites the progress of the sources from the sums and enforces the caps.
func refresh(tx *kernel.Tx, k *Kind, sources []int64) error {
	def := tx.Company.Def(k.Source)
	recs, err := resource.LockMany(tx, def, sources)
	if err != nil {
		return err
	}
	for len(sources) > 0 {
		n := min(len(sources), 128)
		sums := map[[2]int64]sum{}
		marks, args := resource.InArgs(sources[:n])
		err := tx.Each(func(rows *sql.Rows) error {
			var key [2]int64
			var s sum
			err := rows.Scan(&key[0], &key[1], &s.qty, &s.amount)
			sums[key] = s
			return err
		}, `SELECT source, source_line, CAST(SUM(quantity) AS BIGINT), CAST(SUM(amount) AS BIGINT) FROM links
			WHERE kind = ? AND dead_at = 0 AND source IN (`+marks+`) GROUP BY source, source_line`, append([]any{k.Name}, args...)...)
		if err != nil {
			return err
		}
		for _, id := range sources[:n] {
			rec, ok := recs[id]
			if !ok {
				return problem.Missing(k.Source, id)
			}
			changed, err := k.progress(def, rec, sums)
			if err == nil && changed {
				err = resource.Save(tx, def, rec)
			}
			if err != nil {
				return err
			}
		}
		sources = sources[n:]
	}
	return nil
}

// progress writes the sums into a source and reports whether that changed it.
func (k *Kind) progress(def *kernel.Def, rec any, sums map[[2]int64]sum) (changed bool, err error) {
	id := resource.ID(def, rec)
	if k.Lines == "" {
		return put(k, def.ByName, reflect.ValueOf(rec).Elem(), sums[[2]int64{id, 0}])
	}
	l := def.LineOf(k.Lines)
	list := resource.Lines(l, rec)
	for i := range list.Len() {
		line := list.Index(i)
		c, err := put(k, l.ByName, line, sums[[2]int64{id, line.FieldByIndex(l.ByName["id"].Index).Int()}])
		if err != nil {
			return false, err
		}
		changed = changed || c
	}
	return changed, nil
}

// put writes one sum into the progress fields and checks it against the cap.
func put(k *Kind, fields map[string]*kernel.Field, v reflect.Value, s sum) (changed bool, err error) {
	for _, p := range []struct {
		done, limit string
		value       int64
	}{{k.DoneQty, k.CapQty, s.qty}, {k.DoneAmount, k.CapAmount, s.amount}} {
		if p.limit != "" {
			most, err := withTolerance(v.FieldByIndex(fields[p.limit].Index).Int(), k.Tolerance)
			if err != nil {
				return false, err
			}
			if exceeds(p.value, most) {
				return false, problem.Rule("link.over", "kind", k.Name, "field", p.limit,
					"cap", text(fields[p.limit], most), "wanted", text(fields[p.limit], p.value))
			}
		}
		if p.done != "" {
			if f := v.FieldByIndex(fields[p.done].Index); f.Int() != p.value {
				f.SetInt(p.value)
				changed = true
			}
		}
	}
	return changed, nil
}

func withTolerance(limit int64, r money.Rate) (int64, error) {
	if r == 0 {
		return limit, nil
	}
	more, err := money.MulDiv(limit, int64(r), int64(money.OneRate))
	return limit + more, err
}

// exceeds compares away from zero: the cap of a negative line is negative.
func exceeds(value, limit int64) bool {
	if limit < 0 {
		return value < limit || value > 0
	}
	return value > limit || value < 0
}

func text(f *kernel.Field, n int64) string { return resource.Text(f, reflect.ValueOf(n)) }

// Kill ends the live links that lead to the targets, all kinds unless some are named, and rewrites the sources' progress.
func Kill(tx *kernel.Tx, target int64, kinds ...string) error {
	live, err := To(tx.View, target)
	if err != nil {
		return err
	}
	byKind := map[string][]Link{}
	for _, l := range live {
		if len(kinds) == 0 || slices.Contains(kinds, l.Kind) {
			byKind[l.Kind] = append(byKind[l.Kind], l)
		}
	}
	names := make([]string, 0, len(byKind))
	for name := range byKind {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if _, err := tx.Exec("UPDATE links SET dead_at = ? WHERE target = ? AND kind = ? AND dead_at = 0", int64(tx.Now), target, name); err != nil {
			return err
		}
		if err := refresh(tx, kindsOf(tx.Company)[name], sourceIDs(byKind[name])); err != nil {
			return err
		}
	}
	return nil
}

// From gives the live links that start at a document.
func From(v *kernel.View, source int64) ([]Link, error) { return find(v, "source", source) }

// To gives the live links that lead to a document.
func To(v *kernel.View, target int64) ([]Link, error) { return find(v, "target", target) }

func find(v *kernel.View, column string, id int64) ([]Link, error) {
	var out []Link
	err := v.Each(func(rows *sql.Rows) error {
		var l Link
		var qty, amount int64
		if err := rows.Scan(&l.Kind, &l.Source, &l.SourceLine, &l.Target, &l.TargetLine, &qty, &amount); err != nil {
			return err
		}
		l.Qty, l.Amount = money.Qty(qty), money.Amount(amount)
		out = append(out, l)
		return nil
	}, "SELECT kind, source, source_line, target, target_line, quantity, amount FROM links WHERE "+column+" = ? AND dead_at = 0 ORDER BY id", id)
	return out, err
}

// Downstream refuses when a document has live links from it, other than of loose kinds: what was made from it must be
// taken back first.
func Downstream(v *kernel.View, d *kernel.Def, id int64) error {
	live, err := From(v, id)
	if err != nil {
		return err
	}
	for _, l := range live {
		k := kindsOf(v.Company)[l.Kind]
		if k == nil || k.Loose {
			continue
		}
		target := v.Company.Def(k.Target)
		labels, err := resource.Labels(v, target, []int64{l.Target})
		if err != nil {
			return err
		}
		return problem.Conflicted("link.downstream", "kind", k.Label.In(v.Lang), "resource", target.Label.In(v.Lang), "label", labels[l.Target])
	}
	return nil
}
