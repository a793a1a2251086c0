package history

import (
	"maps"
	"net/http"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// hop is one document of a chain.
type hop struct {
	Resource   string `json:"resource"`
	ID         int64  `json:"id"`
	Label      string `json:"label"`
	Kind       string `json:"kind"`
	KindLabel  string `json:"kind_label"`
	Date       string `json:"date"`
	State      string `json:"state"`
	StateLabel string `json:"state_label"`
	Amount     string `json:"amount"`
}

// Bounds of a chain: what is farther away than this is seen from the neighbour.
const (
	maxHops  = 60
	maxDepth = 4
)

// node is a document found on the way.
type node struct {
	def  *kernel.Def
	id   int64
	kind *links.Kind
	up   bool
}

// chain lists what a document came from, itself, and what was made from it, as far as the caller may see it.
func (h *handler) chain(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	items := []hop{}
	err = r.View(func(v *kernel.View) error {
		if _, err := resource.LoadVisible(v, h.d, id); err != nil {
			return err
		}
		kinds := map[string]*links.Kind{}
		for _, k := range links.Kinds(v.Company) {
			kinds[k.Name] = k
		}
		start := node{def: h.d, id: id}
		before, err := walk(v, start, true, kinds)
		if err != nil {
			return err
		}
		after, err := walk(v, start, false, kinds)
		if err != nil {
			return err
		}
		var nodes []node
		for i := len(before) - 1; i >= 0; i-- {
			nodes = append(nodes, before[i])
		}
		for _, n := range append(append(nodes, start), after...) {
			if err := appendHop(v, n, &items); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items})
}

// walk follows the live links in one direction, nearest first. It does not go beyond what the caller may not see.
func walk(v *kernel.View, start node, up bool, kinds map[string]*links.Kind) ([]node, error) {
	seen := map[int64]bool{start.id: true}
	var out []node
	level := []node{start}
	for range maxDepth {
		var next []node
		for _, n := range level {
			find := links.From
			if up {
				find = links.To
			}
			found, err := find(v, n.id)
			if err != nil {
				return nil, err
			}
			for _, l := range found {
				k := kinds[l.Kind]
				if k == nil {
					continue
				}
				to := node{def: v.Company.Def(k.Target), id: l.Target, kind: k, up: up}
				if up {
					to.def, to.id = v.Company.Def(k.Source), l.Source
				}
				if to.def == nil || seen[to.id] || len(out) >= maxHops {
					continue
				}
				seen[to.id] = true
				if readable(v, to) {
					next, out = append(next, to), append(out, to)
				}
			}
			drafts, err := coming(v, n, up, kinds)
			if err != nil {
				return nil, err
			}
			for _, to := range drafts {
				if !seen[to.id] && len(out) < maxHops {
					seen[to.id], out = true, append(out, to)
				}
			}
		}
		level = next
	}
	return out, nil
}

// coming are the documents that will be linked to one when they count: drafts, and what waits for approval. Nothing has
// come of a draft itself.
func coming(v *kernel.View, n node, up bool, kinds map[string]*links.Kind) (out []node, err error) {
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		k := kinds[name]
		near, far := k.Source, k.Target
		if up {
			near, far = far, near
		}
		if k.Coming == nil || near != n.def.Name {
			continue
		}
		ids, err := k.Coming(v, n.id, up)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			to := node{def: v.Company.Def(far), id: id, kind: k, up: up}
			draft := to
			if up {
				draft = n
			}
			if readable(v, to) && unborn(v, draft) {
				out = append(out, to)
			}
		}
	}
	return out, nil
}

// unborn reports whether a document does not count yet.
func unborn(v *kernel.View, n node) bool {
	rec, err := resource.LoadVisible(v, n.def, n.id)
	if err != nil || n.def.Machine == nil {
		return false
	}
	state := route.TextOf(n.def, rec, "state")
	return state == "waiting" || state == string(n.def.Machine.Initial)
}

func readable(v *kernel.View, n node) bool {
	if n.def.Internal || !v.Actor.Can(n.def.Name, "read") {
		return false
	}
	_, err := resource.LoadVisible(v, n.def, n.id)
	return err == nil
}

func appendHop(v *kernel.View, n node, items *[]hop) error {
	rec, err := resource.LoadVisible(v, n.def, n.id)
	if err != nil {
		return err
	}
	out := hop{Resource: n.def.Name, ID: n.id, Label: resource.Title(n.def, rec), Kind: "self", KindLabel: n.def.Label.In(v.Lang),
		Date: route.TextOf(n.def, rec, "date"), State: route.TextOf(n.def, rec, "state"), Amount: route.AmountOf(n.def, rec, v.Actor)}
	if n.kind != nil {
		out.Kind, out.KindLabel = n.kind.Name, n.kind.Label.In(v.Lang)
		if n.up {
			out.KindLabel = n.kind.Back.In(v.Lang)
		}
	}
	if f := n.def.ByName["state"]; f != nil {
		out.StateLabel = route.OptionLabel(f, out.State, v.Lang)
	}
	*items = append(*items, out)
	return nil
}
