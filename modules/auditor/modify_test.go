package auditor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// modify puts a posted paper right: other quantities and prices, now and then a line less, another day or another party.
func (w *world) modify() {
	p := w.paper(func(p *paper) bool {
		return p.posted && !p.reversed && p.kind != stock.KindCount && p.kind != stock.KindOpening
	})
	if p == nil {
		return
	}
	now := *p
	now.lines = nil
	var lines, head []string
	for _, l := range p.lines {
		if len(p.lines) > 1 && w.chance(10) {
			continue
		}
		n := *l
		if w.chance(60) {
			n.qty = w.some(20)
		}
		text := fmt.Sprintf(`{"id":%d,"qty":"%d"`, l.id, n.qty)
		if l.price != 0 && w.chance(50) {
			n.price = w.some(2000)
			text += fmt.Sprintf(`,"price":%q`, fen(n.price))
		}
		lines, now.lines = append(lines, text+"}"), append(now.lines, &n)
	}
	head = append(head, `"lines":[`+strings.Join(lines, ",")+"]")
	if side := sides[p.kind].side; side != "" && w.chance(15) {
		now.party = pick(w, map[string][]int64{settlement.Receivable: w.buyers, settlement.Payable: w.sellers}[side])
		head = append(head, fmt.Sprintf(`"party":%d`, now.party))
	}
	if w.chance(20) {
		head = append(head, fmt.Sprintf(`"date":%q`, w.day()))
	}
	sheet, _ := json.Marshal("{" + strings.Join(head, ",") + "}")
	if w.act(p, "modify", fmt.Sprintf(`{"sheet":%s}`, sheet)) != nil {
		return
	}
	w.count(p, -1)
	var kept []*line
	for _, l := range p.lines { // returns and orders know the lines by their place in memory
		if i := slices.IndexFunc(now.lines, func(n *line) bool { return n.id == l.id }); i >= 0 {
			l.qty, l.price = now.lines[i].qty, now.lines[i].price
			kept = append(kept, l)
		}
	}
	p.lines, p.party = kept, now.party
	w.count(p, 1)
}
