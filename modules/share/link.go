package share

import (
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// The kinds of things that are sent.
const (
	Statement = "statement"
	Quotation = "quotation"
	Delivery  = "delivery"
	PriceList = "price_list"
)

// The states of a link. That it has expired is told by the time.
const (
	Open    state.State = "open"
	Revoked state.State = "revoked"
)

// What was answered.
const (
	None      = "none"
	Confirmed = "confirmed"
	Accepted  = "accepted"
	Objected  = "objected"
)

// Link is one thing that was sent to one party. Target and TargetID name the record where it is one; From and To are the days
// of a statement; Amount is what it comes to. Fingerprint is the hash of the page.
type Link struct {
	resource.Base
	Title        string        `zg:"readonly,list,search,max=200,width=240" zh:"内容" en:"What"`
	Kind         string        `zg:"readonly,list,filter,width=90" zh:"种类" en:"Kind" opt:"statement|对账单|Statement;quotation|报价单|Quotation;delivery|销售单|Delivery;price_list|价目表|Price list"`
	Party        int64         `zg:"readonly,list,filter,ref=base.party,width=180" zh:"往来单位" en:"Party"`
	Target       string        `zg:"readonly,hidden,max=60" zh:"单据类型" en:"Record kind"`
	TargetID     int64         `zg:"readonly,hidden" zh:"单据" en:"Record"`
	FromDate     clock.Date    `zg:"readonly" zh:"从" en:"From"`
	ToDate       clock.Date    `zg:"readonly" zh:"到" en:"To"`
	Amount       money.Amount  `zg:"readonly,signed,list,right=price,width=110" zh:"金额" en:"Amount"`
	State        state.State   `zg:"readonly,list,filter,kind=enum,width=80" zh:"状态" en:"State"`
	ExpiresAt    clock.Instant `zg:"readonly,list,sort,width=140" zh:"有效至" en:"Valid until"`
	Code         string        `zg:"readonly,default=none" zh:"打开时要" en:"Asks for" opt:"none|不用验证码|No code;phone|手机号后四位|Last four digits of the phone;own|另告知的验证码|A code told apart"`
	Fingerprint  string        `zg:"readonly,max=64" zh:"内容指纹" en:"Fingerprint"`
	Reply        string        `zg:"readonly,list,filter,default=none,width=90" zh:"对方答复" en:"Answer" opt:"none|未答复|None yet;confirmed|核对无误|Confirmed;accepted|已接受|Accepted;objected|有异议|Objected"`
	Answerer     string        `zg:"readonly,list,max=60,width=100" zh:"答复人" en:"Answered by"`
	Words        string        `zg:"readonly,list,max=500,width=200" zh:"对方的话" en:"What was said"`
	AnsweredAt   clock.Instant `zg:"readonly,list,sort,width=140" zh:"答复时间" en:"Answered at"`
	AnsweredFrom string        `zg:"readonly,max=60" zh:"答复地址" en:"Answered from"`
}

// name is the resource.
const name = "share.link"

// Links is the resource. They are made by Make only.
var Links = resource.Declare(resource.Spec[Link]{
	Name: name, Label: kernel.T("分享链接", "Shared link"), Title: "title", Code: "title", NoCreate: true, NoDelete: true,
	Empty: kernel.T("发给客户看的对账单、报价单、送货单和价目表。在这些页面点「发给对方」。",
		"Statements, quotations, delivery notes and price lists that customers were sent. Press “Send” on those pages."),
	Scope: &kernel.Anchor{Through: "party", Resource: "base.party"},
	Machine: &state.Machine{Initial: Open, States: []state.State{Open, Revoked}, Transitions: []state.Transition{
		{Action: "revoke", From: []state.State{Open}, To: Revoked},
	}},
	States: map[state.State]kernel.StateInfo{
		Open: {Label: kernel.T("有效", "Open"), Tone: "live"}, Revoked: {Label: kernel.T("已收回", "Revoked"), Tone: "dead"},
	},
	Editable: []state.State{},
	Actions: []resource.Action[Link]{{Name: "revoke", Label: kernel.T("收回链接", "Revoke"), Danger: true,
		Confirm: kernel.T("收回 {label}：对方立刻打不开它，已经做的答复留着。", "Revoke {label}: it stops opening at once; an answer that was given stays.")}},
	Facts: facts,
})

// facts tells how often a link was looked at, and when last.
func facts(v *kernel.View, l *Link) ([]kernel.Fact, error) {
	seen, err := seenOf(v, []int64{l.ID})
	if err != nil {
		return nil, err
	}
	one := seen[l.ID]
	out := []kernel.Fact{{Pointer: "/title", Label: kernel.T("看过", "Looked at"), Kind: kernel.KindInt, Value: strconv.FormatInt(one.views, 10)}}
	if one.last != 0 {
		out = append(out, kernel.Fact{Pointer: "/title", Label: kernel.T("最近一次", "Last"), Kind: kernel.KindInstant, Value: one.last.String()})
	}
	return out, nil
}
