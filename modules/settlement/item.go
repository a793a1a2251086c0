package settlement

import (
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sequence"
)

// The sides of a debt: what others owe the firm, what the firm owes others.
const (
	Receivable = "receivable"
	Payable    = "payable"
)

// sideOptions are the words of the sides, for the reports' parameters.
var sideOptions = []kernel.Option{
	{Value: Receivable, Label: kernel.T("应收", "Receivable")}, {Value: Payable, Label: kernel.T("应付", "Payable")},
}

// OpenItem is one debt. Amount, Settled and Open carry the same sign; a negative one is owed the other way.
type OpenItem struct {
	resource.Base
	Party        int64        `zg:"readonly,list,filter,ref=base.party,width=200" zh:"往来单位" en:"Party"`
	Side         string       `zg:"readonly,list,filter,width=70" zh:"方向" en:"Side" opt:"receivable|应收|Receivable;payable|应付|Payable"`
	Source       string       `zg:"readonly,hidden,max=60" zh:"来源类型" en:"Source kind"`
	SourceID     int64        `zg:"readonly,hidden" zh:"来源编号" en:"Source ID"`
	SourceNumber string       `zg:"readonly,list,search,sort,max=60,width=140" zh:"来源单号" en:"Source"`
	Date         clock.Date   `zg:"readonly,list,filter,sort" zh:"单据日期" en:"Date"`
	DueDate      clock.Date   `zg:"required,list,filter,sort" zh:"到期日" en:"Due date" help:"9999-12-31 是没有约定到期日，不算逾期|9999-12-31 says that no day was agreed: never overdue"`
	Amount       money.Amount `zg:"readonly,signed,list,total" zh:"金额" en:"Amount"`
	Settled      money.Amount `zg:"readonly,signed,list,total" zh:"已核销" en:"Settled"`
	Open         money.Amount `zg:"readonly,signed,list,filter,sort,total" zh:"未结清" en:"Open"`
	Note         string       `zg:"max=200" zh:"备注" en:"Note"`
}

// OpenItems is the resource. Rows come from Raise only; people may move the due date and write a note.
var OpenItems = resource.Declare[OpenItem](resource.Spec[OpenItem]{
	Name: "settlement.open_item", Kind: "document", Label: kernel.T("未结清单据", "Open item"), Title: "source_number", Code: "source_number",
	Sub: []string{"party", "date", "amount", "open"}, NoCreate: true, NoDelete: true, Scope: byParty,
	Empty: kernel.T("销售、进货过账后产生的欠款会出现在这里。", "Debts appear here once sales and purchases are posted."),
})

// byParty: who sees a party sees its debts and money.
var byParty = &kernel.Anchor{Through: "party", Resource: "base.party"}

// NoDue is the due date of a debt for which none was agreed: it is never overdue. Nothing shows it as a day.
const NoDue = clock.Never

// Item describes a debt to raise. SourceNumber may be empty while the source has no number yet; it follows at the end
// of the unit. An empty DueDate is the date.
type Item struct {
	Party        int64
	Side         string
	Source       string // resource of the document it comes from
	SourceID     int64
	SourceNumber string
	Date         clock.Date
	DueDate      clock.Date
	Amount       money.Amount
	Note         string
}

// Raised and Dropped tell that a debt came or went, in the same unit.
var (
	Raised  = kernel.NewTopic[*OpenItem]("settlement.raised")
	Dropped = kernel.NewTopic[*OpenItem]("settlement.dropped")
)

// Raise notes a debt; it is written when the unit is sealed. settlement.party without a party. No amount, no debt:
// then the item is nil.
func Raise(tx *kernel.Tx, it Item) (*OpenItem, error) {
	if it.Amount == 0 {
		return nil, nil
	}
	if it.Party == 0 {
		return nil, problem.Rule("settlement.party").At("/party")
	}
	if it.DueDate == "" {
		it.DueDate = it.Date
	}
	item := &OpenItem{
		Party: it.Party, Side: it.Side, Source: it.Source, SourceID: it.SourceID, SourceNumber: it.SourceNumber, Date: it.Date,
		DueDate: it.DueDate, Amount: it.Amount, Open: it.Amount, Note: it.Note,
	}
	if err := OpenItems.Save(tx, item); err != nil {
		return nil, err
	}
	if item.SourceNumber == "" {
		list := kernel.Local(tx, unnumbered{}, func() *[]*OpenItem { return &[]*OpenItem{} })
		*list = append(*list, item)
	}
	return item, Raised.Publish(tx, item)
}

type unnumbered struct{}

// numberSources is a step of the seal: the numbers of the documents of this unit are given now, and their debts bear them.
func numberSources(tx *kernel.Tx) error {
	list := kernel.Local(tx, unnumbered{}, func() *[]*OpenItem { return &[]*OpenItem{} })
	if len(*list) == 0 {
		return nil
	}
	if err := sequence.Assign(tx); err != nil {
		return err
	}
	for _, item := range *list {
		entry := resource.WorkOf(tx).Entry(item.SourceID)
		if entry == nil || entry.Def.ByName["number"] == nil {
			continue
		}
		if number := resource.Value(entry.Def.ByName["number"], entry.Rec).String(); number != "" && item.SourceNumber == "" {
			item.SourceNumber = number
			if err := OpenItems.Save(tx, item); err != nil {
				return err
			}
		}
	}
	*list = nil
	return nil
}

// Drop takes back the debts of a document. A settled one is refused with settlement.settled, which names the receipts
// and payments that must be taken back first.
func Drop(tx *kernel.Tx, source string, id int64) error {
	items, err := ItemsOf(tx, source, id)
	if err != nil {
		return err
	}
	for _, item := range items {
		names, err := settledBy(tx.View, item)
		if err != nil {
			return err
		}
		if len(names) > 0 {
			return problem.Conflicted("settlement.settled", "number", item.SourceNumber, "by", strings.Join(names, ", "))
		}
	}
	for _, item := range items {
		if err := Dropped.Publish(tx, item); err != nil {
			return err
		}
		resource.Delete(tx, OpenItems.Def, item)
	}
	return nil
}

// settledBy gives the numbers of what settles an item.
func settledBy(v *kernel.View, item *OpenItem) ([]string, error) {
	if item.Settled == 0 {
		return nil, nil
	}
	return settlers(v, item.ID)
}
