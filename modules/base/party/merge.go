package party

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/comments"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

const (
	mergeKind = "party.merge"
	// mergeAtOnce is up to how many records are moved in the unit of the action; more are a job.
	mergeAtOnce = 1000
	// mergeBatch is how many records the job moves in one unit.
	mergeBatch = 200
)

// MergeInput is what merge asks for.
type MergeInput struct {
	Into int64 `zg:"required,ref=base.party" zh:"并入" en:"Into"`
}

type mergingKey struct{}

// Merging tells that the unit makes two records of one party one: whose name something stands under changes, also where it
// is posted or its month closed, and no figure does.
func Merging(tx *kernel.Tx) bool { return *merging(tx) }

func merging(tx *kernel.Tx) *bool {
	return kernel.Local(tx, mergingKey{}, func() *bool { return new(bool) })
}

func mergeAction() resource.Action[Party] {
	return resource.Action[Party]{Name: "merge", Label: kernel.T("合并重复单位", "Merge a duplicate"), Danger: true, In: &MergeInput{}, Run: merge,
		Confirm: kernel.T("{label} 是重复的单位：它的单据、往来、凭证和跟进全部改记到另一单位名下，已过账、已结账的也一样；金额都不变，余额和对账单合在一起。{label} 停用，不能恢复。",
			"{label} is a duplicate: its documents, debts, vouchers and contacts all go under the name of the other party, posted ones and those of closed months too. No amount changes; balances and statements become one. {label} is switched off for good.")}
}

// merge makes a party one with another. Done again it moves what was written under the old name since.
func merge(tx *kernel.Tx, p *Party, in any) error {
	id := in.(*MergeInput).Into
	if id == p.ID {
		return problem.Rule("party.merge_self").At("/into")
	}
	if p.Person != 0 {
		return problem.Rule("party.merge_person", "name", p.Name)
	}
	if err := resource.See(tx.View, Parties.Def, id); err != nil {
		return problem.Rule("ref.missing", "resource", Parties.Name).At("/into")
	}
	to, err := Parties.Lock(tx, id)
	switch {
	case err != nil:
		return err
	case p.MergedInto != 0 && p.MergedInto != to.ID:
		return problem.Conflicted("party.merged", "name", p.Name)
	case to.Person != 0:
		return problem.Rule("party.merge_person", "name", to.Name).At("/into")
	case to.MergedInto != 0 || !to.Active:
		return problem.Rule("party.merge_into", "name", to.Name).At("/into")
	}
	if p.MergedInto == 0 {
		if err := absorb(tx, p, to); err != nil {
			return err
		}
	}
	tx.Reason = mergeReason(p, to, tx.Lang)
	return moveAll(tx, p, to)
}

func mergeReason(p, to *Party, lang string) string {
	return kernel.T("合并单位："+p.Name+" → "+to.Name, "Merged: "+p.Name+" → "+to.Name).In(lang)
}

// absorb gives the party that stays what only the other one tells, and switches that off.
func absorb(tx *kernel.Tx, p, to *Party) error {
	oldP, oldTo := resource.Clone(Parties.Def, p).(*Party), resource.Clone(Parties.Def, to).(*Party)
	if p.Contact != "" && p.Contact != to.Contact && to.Contact != "" {
		to.Contacts = append(to.Contacts, Contact{Name: p.Contact, Title: p.Title, Birthday: p.Birthday, Phone: p.Phone, Email: p.Email})
	}
	if p.Address != "" && p.Address != to.Address && to.Address != "" {
		to.Addresses = append(to.Addresses, Address{Address: p.Address, City: p.City, Region: p.Region})
	}
	complete(tx.Own(Parties.Def), p, to)
	p.TaxNumber = "" // at most one has it
	for _, c := range p.Contacts {
		c.Line, c.Main = resource.Line{}, false
		to.Contacts = append(to.Contacts, c)
	}
	for _, a := range p.Addresses {
		a.Line, a.Usual = resource.Line{}, false
		to.Addresses = append(to.Addresses, a)
	}
	for _, c := range p.Collaborators {
		if !slices.ContainsFunc(to.Collaborators, func(x Collaborator) bool { return x.Member == c.Member }) {
			to.Collaborators = append(to.Collaborators, Collaborator{Member: c.Member})
		}
	}
	tags := strings.FieldsFunc(to.Tags+","+p.Tags, func(r rune) bool { return r == ',' })
	slices.Sort(tags)
	if both := strings.Join(slices.Compact(tags), ","); to.Tags != "" || p.Tags != "" {
		to.Tags = both
	}
	to.Customer, to.Supplier, to.Touched = to.Customer || p.Customer, to.Supplier || p.Supplier, max(to.Touched, p.Touched)
	p.Active, p.Pooled, p.MergedInto, p.Collaborators = false, false, to.ID, nil
	if err := rekey(tx, oldP, nil); err != nil {
		return err
	}
	if err := rekey(tx, oldTo, to); err != nil {
		return err
	}
	return Parties.Save(tx, to)
}

// together are the fields that mean something only with each other: half of somebody's address makes a wrong one.
var together = [][]string{{"contact", "title", "birthday", "phone", "fax", "email"}, {"address", "city", "region", "country", "postcode"}, {"bank_name", "bank_account"}}

// complete fills what the party that stays does not tell from the other one: single texts and days, and whole groups.
func complete(d *kernel.Def, p, to *Party) {
	grouped := map[string][]string{}
	for _, names := range together {
		for _, name := range names {
			grouped[name] = names
		}
	}
	empty := map[string]bool{}
	for _, f := range d.Fields {
		if f.Kind == kernel.KindText || f.Kind == kernel.KindLongText || f.Kind == kernel.KindDate {
			empty[f.Name] = resource.Value(f, to).String() == ""
		}
	}
	for _, f := range d.Fields {
		if !empty[f.Name] || f.ReadOnly || f.Name == "tags" || slices.ContainsFunc(grouped[f.Name], func(name string) bool { return !empty[name] }) {
			continue
		}
		resource.Value(f, to).SetString(resource.Value(f, p).String())
	}
}

// referrer is a resource that refers to parties: by fields of its own, by fields of its lines.
type referrer struct {
	*kernel.Def
	head  []*kernel.Field
	lines map[*kernel.LineDef][]*kernel.Field
}

// referrers are all of them. Of a table that several resources share, those that share it.
func referrers(c *kernel.Company) []referrer {
	shared := map[string]bool{}
	for _, d := range c.Resources() {
		shared[d.Table.Name] = shared[d.Table.Name] || d.Only != nil
	}
	var out []referrer
	for _, d := range c.Resources() {
		if d.Only == nil && shared[d.Table.Name] {
			continue
		}
		r := referrer{d, partyFields(d.Fields), map[*kernel.LineDef][]*kernel.Field{}}
		for _, l := range d.Lines {
			if fields := partyFields(l.Fields); len(fields) > 0 {
				r.lines[l] = fields
			}
		}
		if len(r.head)+len(r.lines) > 0 {
			out = append(out, r)
		}
	}
	return out
}

func partyFields(fields []*kernel.Field) []*kernel.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f *kernel.Field) bool { return f.Ref != Parties.Name || f.Kind != kernel.KindRef || f.NoStore })
}

// moveAll moves everything that refers to a party to another one: at once, or as a job when it is a great deal.
func moveAll(tx *kernel.Tx, p, to *Party) error {
	all := referrers(tx.Company)
	ids := make([][]int64, len(all))
	var told []string
	total := 0
	for i, r := range all {
		var err error
		if ids[i], err = r.referring(tx.View, p.ID); err != nil {
			return err
		}
		if n := len(ids[i]); n > 0 {
			total += n
			told = append(told, fmt.Sprintf("%s %d", r.Label.In(tx.Lang), n))
		}
	}
	text := tx.Reason + kernel.T("。", ".").In(tx.Lang)
	if total > 0 {
		text = tx.Reason + kernel.T("：", ": ").In(tx.Lang) + strings.Join(told, kernel.T("、", ", ").In(tx.Lang)) + kernel.T("。", ".").In(tx.Lang)
	}
	for _, id := range []int64{p.ID, to.ID} {
		if _, err := comments.Add(tx, Parties.Def, id, text); err != nil {
			return err
		}
	}
	if total > mergeAtOnce {
		_, err := jobs.Enqueue(tx, jobs.Order{Kind: mergeKind, Label: tx.Reason, Input: mergeJob{p.ID, to.ID, int64(total)}})
		return err
	}
	for i, r := range all {
		if err := r.move(tx, ids[i], mergeJob{From: p.ID, Into: to.ID}); err != nil {
			return err
		}
	}
	return nil
}

// mergeJob is what the job is ordered with: which party becomes which.
type mergeJob struct{ From, Into, Total int64 }

// move puts one party in the place of the other in some records. States, amounts and numbers stay, so no rule is asked
// again. What there may be only one of for each party, and is there for both, goes: the one of the party that stays counts.
func (r referrer) move(tx *kernel.Tx, ids []int64, m mergeJob) error {
	*merging(tx) = true
	recs, err := resource.LockMany(tx, r.Def, ids)
	if err != nil {
		return err
	}
	taken, err := r.keysOf(tx, m.Into)
	if err != nil {
		return err
	}
	for _, id := range ids {
		rec := recs[id]
		if rec == nil {
			continue
		}
		old := resource.Clone(r.Def, rec)
		replace(r.head, reflect.ValueOf(rec).Elem(), m)
		for l, fields := range r.lines {
			list := resource.Lines(l, rec)
			for i := range list.Len() {
				replace(fields, list.Index(i), m)
			}
		}
		if err := r.keep(tx, old, rec, taken); err != nil {
			return err
		}
	}
	return nil
}

func replace(fields []*kernel.Field, of reflect.Value, m mergeJob) {
	for _, f := range fields {
		if v := of.FieldByIndex(f.Index); v.Int() == m.From {
			v.SetInt(m.Into)
		}
	}
}

// keep notes a moved record, or that it goes because its key is taken. Masters tell whoever remembers them.
func (r referrer) keep(tx *kernel.Tx, old, rec any, taken map[string]bool) error {
	return tx.AsSystem(func() error {
		if taken[r.keyOf(rec)] {
			if r.Deleted != nil {
				if err := r.Deleted(tx, rec); err != nil {
					return err
				}
			}
			reflect.ValueOf(rec).Elem().Set(reflect.ValueOf(old).Elem())
			resource.Delete(tx, r.Def, rec)
			return nil
		}
		if err := resource.Save(tx, r.Def, rec); err != nil || r.Saved == nil || r.Machine != nil {
			return err
		}
		return r.Saved(tx, old, rec)
	})
}

// keyOf is what tells a record apart where the party is part of that, "" elsewhere.
func (r referrer) keyOf(rec any) string {
	if r.Machine != nil || !slices.ContainsFunc(r.head, func(f *kernel.Field) bool { return slices.Contains(r.Key, f.Name) }) {
		return ""
	}
	parts := make([]string, len(r.Key))
	for i, name := range r.Key {
		parts[i] = resource.Text(r.ByName[name], resource.Value(r.ByName[name], rec))
	}
	return strings.Join(parts, "\n")
}

// keysOf are the keys that a party has taken already.
func (r referrer) keysOf(tx *kernel.Tx, party int64) (map[string]bool, error) {
	if r.keyOf(reflect.New(r.Type).Interface()) == "" {
		return nil, nil
	}
	ids, err := r.referring(tx.View, party)
	if err != nil {
		return nil, err
	}
	recs, err := resource.LoadMany(tx.View, r.Def, ids, false)
	out := map[string]bool{}
	for _, rec := range recs {
		out[r.keyOf(rec)] = true
	}
	return out, err
}

// moveBatch is move in a unit of the job.
func (r referrer) moveBatch(tx *kernel.Tx, ids []int64, m mergeJob) error {
	p, err := Parties.Find(tx.View, m.From)
	if err != nil {
		return err
	}
	to, err := Parties.Find(tx.View, m.Into)
	if err != nil {
		return err
	}
	for to.MergedInto != 0 { // it became another one itself while the job ran
		if to, err = Parties.Find(tx.View, to.MergedInto); err != nil {
			return err
		}
	}
	m.Into = to.ID
	tx.Reason = mergeReason(p, to, tx.Lang)
	return r.move(tx, ids, m)
}

// runMerge moves what there is, batch by batch, until a look through everything finds nothing. What it did once it does
// not find again.
func runMerge(ctx context.Context, r *jobs.Run) error {
	var m mergeJob
	if err := r.Input(&m); err != nil {
		return err
	}
	r.Progress(0, m.Total)
	for moved := true; moved; {
		moved = false
		for _, ref := range referrers(r.Company) {
			var ids []int64
			err := r.Company.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
				ids, err = ref.referring(v, m.From)
				return err
			})
			if err != nil {
				return err
			}
			for batch := range slices.Chunk(ids, mergeBatch) {
				err := pipeline.Unit(ctx, r.Company, r.Actor, mergeKind, func(tx *kernel.Tx) error {
					return ref.moveBatch(tx, batch, m)
				})
				if err != nil {
					return err
				}
				moved = true
				r.Advance(int64(len(batch)))
			}
		}
	}
	return nil
}
