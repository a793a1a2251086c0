package approval

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/approval/tree"
	"zhanggui/modules/kernel"
)

// joint is the version by which a document goes that meets several flows: the steps of each, one after the other. It is
// kept like any other, so that a request goes on by it whatever becomes of the flows.
func joint(tx *kernel.Tx, list []*compiled) (*compiled, error) {
	first := list[0]
	row := &Version{Flow: first.flow, Target: first.target.Name, Act: first.act.Name, PublishedAt: tx.Now}
	var parts, names, when []string
	steps, everything := tree.Definition{}, false
	for _, v := range list {
		if v.act != first.act {
			continue // its conditions look at what another act asks for
		}
		parts, names = append(parts, strconv.FormatInt(v.id, 10)), append(names, v.name)
		if v.asked != "" {
			when = append(when, "("+v.asked+")")
		}
		steps.Nodes = append(steps.Nodes, v.tree.Nodes...)
		steps.Watch = append(steps.Watch, v.tree.Watch...)
		everything = everything || len(v.tree.Watch) == 0
	}
	if len(parts) == 1 {
		return first, nil
	}
	row.Parts = strings.Join(parts, ",")
	if known, err := jointOf(tx.View, row.Parts); err != nil {
		return nil, err
	} else if known != nil {
		return versionOf(tx.View, known.ID)
	}
	slices.Sort(steps.Watch)
	if steps.Watch = slices.Compact(steps.Watch); everything {
		steps.Watch = nil
	}
	text, err := json.Marshal(steps)
	if err != nil {
		return nil, err
	}
	row.Name, row.Condition, row.Definition = strings.Join(names, "、"), strings.Join(when, " and "), string(text)
	if err := Versions.Save(tx, row); err != nil {
		return nil, err
	}
	return compile(tx.Company, row)
}
