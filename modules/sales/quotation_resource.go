package sales

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"sync"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Quotations is the resource.
var Quotations = resource.New[Quotation](quotationName)

// quoted declares the quotations once.
var quoted = sync.OnceValue(func() *kernel.Def { return ordering.Under(price.Right, Quotations.Define(quotationSpec)) })

func quotationSpec() resource.Spec[Quotation] {
	return resource.Spec[Quotation]{
		Label: kernel.T("报价单", "Quotation"), Sub: []string{"date"},
		Empty:    kernel.T("给客户报的价、有效到哪天。客户同意后一键生成订单。", "What customers were offered and until when. Once a customer agrees it becomes an order."),
		Scope:    &kernel.Anchor{Owner: "owner", Department: "department"},
		Number:   "QT{yy}{mm}{seq:5}",
		NumberOn: "send",
		Machine:  quotationMachine(),
		States:   quotationStates(),
		Actions:  quotationActions(),
		Prints: []kernel.PrintForm{
			{Name: "a4", Label: kernel.T("报价单 A4", "Quotation A4"), Template: "a4"},
			{Name: "241x140", Label: kernel.T("报价单 241×140", "Quotation 241×140"), Template: "241x140"},
		},
		New: Begin,
		Compute: func(v *kernel.View, q *Quotation, changed string) (problem.List, error) {
			q.Edition = max(q.Edition, 1)
			return compute(v, q.sheet(), changed, func() (ordering.Sheet, error) {
				return stored(v, resource.Named[Quotation](v.Company, quotationName), q.ID, (*Quotation).sheet)
			})
		},
		Facts: func(v *kernel.View, q *Quotation) ([]kernel.Fact, error) { return facts(v, q.sheet()) },
		Validate: func(q *Quotation) problem.List {
			list := direction.Validate(q.sheet())
			if q.late(q.Date) {
				list.Add(problem.Rule("sales.valid_until").At("/valid_until"))
			}
			return list
		},
		Check: func(tx *kernel.Tx, old, q *Quotation) error {
			if old != nil {
				return nil
			}
			return quoting.NumberTaken(tx, q.Number)
		},
		Deleted: func(tx *kernel.Tx, q *Quotation) error {
			if err := links.Kill(tx, q.ID); err != nil {
				return err
			}
			return restore(tx, q)
		},
	}
}

// quoting finds the numbers of quotations.
var quoting = ordering.Direction{Module: "sales", Order: quotationName}

// Begin fills what the company's quotations start with: how long they are valid, and their terms.
func Begin(v *kernel.View, q *Quotation) error {
	if days, err := strconv.Atoi(v.Company.Setting(settingDays)); err == nil && days > 0 {
		q.ValidUntil = v.Today.AddDays(days)
	}
	q.Terms = v.Company.Setting(settingTerms)
	return nil
}

// RefuseInput is what the action refuse asks for.
type RefuseInput struct {
	Reason string `zg:"required,max=200" zh:"原因" en:"Reason"`
}

// OrderInput is what the action order asks for.
type OrderInput struct {
	Date clock.Date `zg:"" zh:"订单日期" en:"Date" help:"留空为今天|Today when left empty"`
	Late bool       `zg:"" zh:"报价已过有效期，仍按此报价下单" en:"Order although the quotation has expired"`
}

func quotationActions() []resource.Action[Quotation] {
	return []resource.Action[Quotation]{
		{Name: "send", Label: kernel.T("发出", "Send"), Key: "F9", Primary: true, Check: hasLines, Run: func(tx *kernel.Tx, q *Quotation, _ any) error { return Sent.Publish(tx, q) }},
		{Name: "order", Label: kernel.T("生成订单", "Make order"), Key: "F10", In: &OrderInput{}, Check: notOrdered, Run: makeOrder},
		{Name: "accept", Label: kernel.T("客户接受", "Accepted")},
		{Name: "refuse", Label: kernel.T("客户拒绝", "Refused"), In: &RefuseInput{}, Check: notOrdered, Run: refuse},
		{Name: "revise", Label: kernel.T("改版", "Revise"), Check: notOrdered, Run: revise,
			Confirm: kernel.T("{label} 不再有效，生成内容相同的下一版草稿。", "{label} is no longer valid; a draft of its next edition is made.")},
		{Name: "hold", Label: kernel.T("等待审批", "Wait for approval"), Hidden: true},
		{Name: "release", Label: kernel.T("退回草稿", "Back to draft"), Hidden: true},
		{Name: "expire", Label: kernel.T("过期", "Expire"), Hidden: true},
		{Name: "restore", Label: kernel.T("恢复有效", "Valid again"), Hidden: true},
		{Name: "void", Label: kernel.T("作废", "Void"), Danger: true, Run: func(tx *kernel.Tx, q *Quotation, _ any) error { return restore(tx, q) },
			Confirm: kernel.T("{label} 作废，不能恢复。", "{label} becomes void for good.")},
	}
}

func hasLines(_ *kernel.View, q *Quotation) problem.List {
	if len(q.Lines) == 0 {
		return problem.List{problem.Rule("sales.no_lines").At("/lines")}
	}
	return nil
}

// notOrdered refuses what cannot be done while an order made from the quotation lives.
func notOrdered(v *kernel.View, q *Quotation) problem.List {
	live, err := links.From(v, q.ID)
	at := slices.IndexFunc(live, func(l links.Link) bool { return l.Kind == ordered.Name })
	if err != nil || at < 0 { // the cap of the links stands behind it
		return nil
	}
	labels, err := resource.Labels(v, v.Company.Def(orderName), []int64{live[at].Target})
	if err != nil {
		return nil
	}
	order := cmp.Or(labels[live[at].Target], kernel.T("草稿", "draft").In(v.Lang))
	return problem.List{problem.Conflicted("sales.quotation_ordered", "number", q.Number, "order", order)}
}

// makeOrder makes the draft of an order of all that was offered.
func makeOrder(tx *kernel.Tx, q *Quotation, in any) error {
	input := in.(*OrderInput)
	if q.late(tx.Today) && !input.Late {
		return problem.Rule("sales.quotation_late", "number", q.Number, "date", q.ValidUntil).At("/late")
	}
	day := input.Date
	if day == "" {
		day = tx.Today
	}
	o := q.order(day)
	if err := pipeline.Create(tx, Orders, o); err != nil {
		return err
	}
	var made []links.Link
	for i, l := range o.Lines {
		made = append(made, links.Link{Source: q.ID, SourceLine: q.Lines[i].ID, Target: o.ID, TargetLine: l.ID, Qty: l.BaseQty, Amount: l.Gross})
	}
	return links.Make(tx, ordered.Name, made)
}

func refuse(_ *kernel.Tx, q *Quotation, in any) error {
	q.Refusal = in.(*RefuseInput).Reason
	return nil
}

func revise(tx *kernel.Tx, q *Quotation, _ any) error {
	n := q.next(tx.Today)
	if err := pipeline.Create(tx, Quotations, n); err != nil {
		return err
	}
	return Revised.Publish(tx, n)
}

// restore makes the edition before valid again when the one that was to replace it never went out.
func restore(tx *kernel.Tx, q *Quotation) error {
	if q.Previous == 0 || q.Number != "" {
		return nil
	}
	before, err := Quotations.Lock(tx, q.Previous)
	if err != nil {
		return err
	}
	before.Refusal = ""
	return pipeline.Act(tx, Quotations, before, "restore", nil)
}

// follow keeps what an order takes of its quotation in line with its lines, while it is being written.
func follow(tx *kernel.Tx, old, o *Order) error {
	if old == nil || o.Quotation == 0 {
		return nil
	}
	q, err := Quotations.Lock(tx, o.Quotation)
	if err != nil {
		return err
	}
	var open []ordering.OpenLine
	for _, l := range q.Lines {
		open = append(open, ordering.OpenLine{Line: l.ID, Item: l.Item, Left: l.BaseQty - l.Ordered})
	}
	return ordering.Follow(tx, ordered.Name, o.ID, o.sheet().TargetsOf(), open)
}

// letGo frees the quotation of an order that is not to be.
func letGo(tx *kernel.Tx, o *Order) error {
	if o.Quotation == 0 {
		return nil
	}
	return links.Kill(tx, o.ID, ordered.Name)
}

// expiry is the job that ends quotations whose day has passed.
var expiry = jobs.Kind{Name: "sales.expiry", Daily: kernel.T("到期的报价单", "Quotations that have expired"),
	Run: func(ctx context.Context, r *jobs.Run) error { return Expire(ctx, r.Company) }}

// Expire ends the sent quotations that are no longer valid today. It is safe to run again.
func Expire(ctx context.Context, c *kernel.Company) error {
	var ids []int64
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
		ids, err = outdated(v)
		return err
	})
	for part := range slices.Chunk(ids, 100) {
		if err != nil {
			return err
		}
		err = pipeline.Unit(ctx, c, kernel.SystemActor(), "sales.quotation:expire", func(tx *kernel.Tx) error {
			list, err := ordering.Locked(tx, Quotations, slices.Clone(part))
			if err != nil {
				return err
			}
			for _, q := range list {
				if q.State != "sent" || !q.late(tx.Today) {
					continue
				}
				if err := pipeline.Act(tx, Quotations, q, "expire", nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return err
}
