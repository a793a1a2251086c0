package ledger

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// States of a voucher.
const (
	Draft    state.State = "draft"
	Reviewed state.State = "reviewed"
	Posted   state.State = "posted"
	Void     state.State = "void"
)

// Kinds of a voucher.
const (
	KindNormal   = "normal"
	KindOpening  = "opening"
	KindClosing  = "closing"
	KindReversal = "reversal"
)

// DefaultWord is the voucher word of firms that use one for everything.
const DefaultWord = "记"

// Line is one entry of a voucher. Amounts are in 分; a red entry is a negative amount on its own side. Day is the date
// on which it counts as turnover: "" in void vouchers and in openings, which count before everything.
type Line struct {
	resource.Line
	Summary    string       `zg:"enter,max=200,width=220" zh:"摘要" en:"Summary"`
	Account    int64        `zg:"required,enter,ref=ledger.account,width=240" zh:"科目" en:"Account"`
	Party      int64        `zg:"enter,ref=base.party,width=160" zh:"往来单位" en:"Party"`
	Person     int64        `zg:"ref=base.person" zh:"员工" en:"Person"`
	Department int64        `zg:"ref=base.department" zh:"部门" en:"Department"`
	Item       int64        `zg:"ref=base.item" zh:"商品" en:"Item"`
	Quantity   money.Qty    `zg:"signed" zh:"数量" en:"Quantity"`
	Price      money.Price  `zg:"" zh:"单价" en:"Price"`
	Debit      money.Amount `zg:"enter,signed,total,width=130" zh:"借方" en:"Debit"`
	Credit     money.Amount `zg:"enter,signed,total,width=130" zh:"贷方" en:"Credit"`
	Day        clock.Date   `zg:"readonly" zh:"入账日期" en:"Counts on"`
}

// Voucher is one journal voucher.
type Voucher struct {
	resource.Doc
	Word        string        `zg:"once,filter,default=记,max=4,width=70" zh:"凭证字" en:"Word"`
	Seq         int64         `zg:"readonly" zh:"凭证号" en:"Sequence"`
	Period      clock.Month   `zg:"readonly,list,filter,width=90" zh:"会计期间" en:"Period"`
	Kind        string        `zg:"once,filter,default=normal,width=80" zh:"类型" en:"Kind" opt:"normal|普通|Normal;opening|期初|Opening;closing|结转|Closing;reversal|红冲|Reversal"`
	Summary     string        `zg:"readonly,list,search,max=200,width=260" zh:"摘要" en:"Summary"`
	Total       money.Amount  `zg:"readonly,list,total,signed,width=120" zh:"金额" en:"Amount"`
	Attachments int64         `zg:"list,width=80" zh:"附件张数" en:"Attachments"`
	Source      string        `zg:"readonly,hidden,filter,max=60" zh:"来源" en:"Made from"`
	SourceID    int64         `zg:"readonly,hidden" zh:"来源单据" en:"Source document"`
	Part        string        `zg:"readonly,max=20" zh:"来源部分" en:"Part of the source"`
	Reverses    int64         `zg:"readonly,ref=ledger.voucher" zh:"冲销凭证" en:"Reverses"`
	ReversedBy  int64         `zg:"readonly,ref=ledger.voucher" zh:"被冲销于" en:"Reversed by"`
	ReviewedBy  int64         `zg:"readonly,ref=base.user" zh:"审核人" en:"Reviewed by"`
	ReviewedAt  clock.Instant `zg:"readonly" zh:"审核时间" en:"Reviewed at"`
	PostedBy    int64         `zg:"readonly,ref=base.user" zh:"记账人" en:"Posted by"`
	PostedAt    clock.Instant `zg:"readonly" zh:"记账时间" en:"Posted at"`
	Lines       []Line        `lines:"ledger_entry" min:"2" zh:"分录" en:"Entries"`
}

// counts reports whether the voucher stands in the balances.
func (v *Voucher) counts() bool { return v.State != Void && v.State != "" }

// bookedIn gives the balance period: "" (before every month) for openings.
func (v *Voucher) bookedIn() string {
	if v.Kind == KindOpening {
		return ""
	}
	return string(v.Period)
}

// ReverseInput asks when the red voucher is dated.
type ReverseInput struct {
	Date clock.Date `zh:"红字凭证日期" en:"Date of the red voucher" help:"留空：原凭证所在期间未结账则同日，否则为今天|Empty: the same day, or today when that period is closed"`
}

var voucherStates = map[state.State]kernel.StateInfo{
	Draft:    {Label: kernel.T("未审核", "Draft"), Tone: "draft"},
	Reviewed: {Label: kernel.T("已审核", "Reviewed"), Tone: "waiting"},
	Posted:   {Label: kernel.T("已记账", "Posted"), Tone: "live"},
	Void:     {Label: kernel.T("已作废", "Void"), Tone: "dead"},
}

// Vouchers is the resource.
var Vouchers = resource.Declare[Voucher](resource.Spec[Voucher]{
	Name: "ledger.voucher", Label: kernel.T("凭证", "Voucher"), Key: []string{"number", "date"}, Sub: []string{"date", "summary"},
	Empty: kernel.T("每一笔账都是一张凭证；业务单据的凭证自动生成。", "Every booking is a voucher; documents make theirs by themselves."),
	Machine: &state.Machine{
		Initial: Draft, States: []state.State{Draft, Reviewed, Posted, Void},
		Transitions: []state.Transition{
			{Action: "review", From: []state.State{Draft}, To: Reviewed},
			{Action: "unreview", From: []state.State{Reviewed}, To: Draft},
			{Action: "post", From: []state.State{Draft, Reviewed}, To: Posted},
			{Action: "reverse", From: []state.State{Posted}, To: Posted},
			{Action: "void", From: []state.State{Draft, Reviewed}, To: Void},
		},
	},
	States: voucherStates,
	Prints: []kernel.PrintForm{{Name: "a4", Label: kernel.T("A4", "A4"), Template: "a4"},
		{Name: "241x140", Label: kernel.T("241 × 140 mm", "241 × 140 mm"), Template: "241x140"}},
	Frozen: func(v *Voucher) bool { return v.Source != "" },
	Actions: []resource.Action[Voucher]{
		{Name: "review", Label: kernel.T("审核", "Review"), Key: "F8", Check: checkReview, Run: func(tx *kernel.Tx, v *Voucher, _ any) error {
			v.ReviewedBy, v.ReviewedAt = tx.Behalf.UserID, tx.Now
			return nil
		}},
		{Name: "unreview", Label: kernel.T("取消审核", "Undo review"), Check: checkUnreview, Run: func(_ *kernel.Tx, v *Voucher, _ any) error {
			v.ReviewedBy, v.ReviewedAt = 0, 0
			return nil
		}},
		{Name: "post", Label: kernel.T("记账", "Post"), Key: "F9", Primary: true, Check: checkPost,
			Confirm: kernel.T("记账后不能再修改，只能红冲。记账 {label}？", "A posted voucher can only be reversed. Post {label}?"),
			Run:     func(tx *kernel.Tx, v *Voucher, _ any) error { markPosted(tx, v); return nil }},
		{Name: "reverse", Label: kernel.T("红冲", "Reverse"), Danger: true,
			Confirm: kernel.T("红冲 {label}：生成一张红字凭证冲销它。", "Reverse {label}: a red voucher will cancel it."), In: &ReverseInput{}, Check: checkReverse, Run: runReverse},
		{Name: "void", Label: kernel.T("作废", "Void"), Danger: true, Check: checkVoid, Run: runVoid,
			Confirm: kernel.T("作废 {label}？凭证号保留。", "Void {label}? Its number is kept.")},
	},
	NoDelete: true, // a number may not get lost: unposted vouchers are voided
	Compute:  computeVoucher,
	Validate: validateVoucher,
	Check:    checkVoucher,
})

func markPosted(tx *kernel.Tx, v *Voucher) {
	v.State, v.PostedBy, v.PostedAt = Posted, tx.Behalf.UserID, tx.Now
}
