package meta

import (
	"encoding/json"
	"slices"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/state"
)

// allowed is a set of "object:act".
type allowed []string

func (a allowed) Can(object, act string) bool { return slices.Contains(a, object+":"+act) }

func (allowed) Scope(string) kernel.ScopeLevel { return kernel.ScopeAll }

func TestBoardShowsWhatTheActorMaySee(t *testing.T) {
	field := func(name, ref, right string) *kernel.Field { return &kernel.Field{Name: name, Ref: ref, Right: right} }
	d := &kernel.Def{
		ByName: map[string]*kernel.Field{"stage": field("stage", "deal.stage", ""), "amount": field("amount", "", "money"),
			"name": field("name", "", ""), "phone": field("phone", "", "phone")},
		Board: &kernel.Board{Column: "stage", Act: "move", Total: "amount", Facts: []string{"name", "phone", "nowhere"}},
		Machine: &state.Machine{Initial: "open", States: []state.State{"open", "held", "won"}, Transitions: []state.Transition{
			{Action: "move", From: []state.State{"open", "held"}, To: "open"}, {Action: "win", From: []state.State{"open"}, To: "won"}}},
	}
	for _, c := range []struct {
		may  allowed
		want string
	}{
		{allowed{"deal.stage:read", "field.money:see", "field.phone:see"}, `{"column":"stage","act":"move","total":"amount","facts":["name","phone"],"open":["open","held"]}`},
		{allowed{"deal.stage:read"}, `{"column":"stage","act":"move","total":"","facts":["name"],"open":["open","held"]}`},
		{allowed{"field.money:see"}, `null`},
	} {
		got, err := json.Marshal(board(d, &kernel.Actor{Perms: c.may}))
		if err != nil || string(got) != c.want {
			t.Errorf("with %v the board is %s, %v; want %s", c.may, got, err, c.want)
		}
	}
	d.Board = nil
	if got := board(d, kernel.SystemActor()); got != nil {
		t.Errorf("without a declaration there is the board %v", got)
	}
}
