package approval

import "testing"

// scenario is one story: a flow, a paper of li, steps and what stands afterwards. Its last columns are the outcome.
type scenario struct {
	name, flow, gross string
	steps             []string
	state             string // request and document
	tasks             string
	trail             string
}

const ladder = `{"nodes":[{"name":"主管","kind":"approve","who":[{"by":"head","level":1}]},{"kind":"branch","branches":[` +
	`{"name":"一万以上","when":"gross > 10000","nodes":[{"name":"老板","kind":"approve","who":[{"by":"user","user":"boss"}]}]},{"name":"其他","when":"","nodes":[]}]}]}`

var scenarios = []scenario{
	{"01 all: one refuses, the others are cancelled", "会签=wang,jin,boss", "5", []string{"li post", "wang agree", "jin refuse", "boss agree ! approval.done"},
		"refused draft", "wang:agreed jin:refused boss:cancelled", "submitted agreed refused"},
	{"02 any: the second is told who was first", "或签=any:wang,jin", "5", []string{"li post", "jin agree", "wang agree ! approval.done", "li apply"},
		"applied posted", "wang:cancelled jin:agreed", "submitted agreed granted applied"},
	{"03 in turn with the middle person absent", "依次=turn:wang,zhao,boss", "5", []string{"li disable zhao", "li post", "boss agree ! approval.not_turn", "wang agree", "admin agree", "boss agree", "li apply"},
		"applied posted", "wang:agreed admin:agreed boss:agreed", "submitted to_administrator agreed agreed agreed granted applied"},
	{"06 asked before me and refused", "一=wang", "5", []string{"li post", "wang before jin", "wang agree ! approval.not_turn", "jin refuse"},
		"refused draft", "wang:cancelled jin:refused", "submitted added_before refused"},
	{"06b asked before me, then back to me", "一=wang;二=boss", "5", []string{"li post", "wang before jin,yan", "jin agree", "yan agree", "wang agree", "boss agree", "li apply"},
		"applied posted", "wang:agreed jin:agreed yan:agreed boss:agreed", "submitted added_before agreed agreed agreed agreed granted applied"},
	{"06c asked after me", "一=wang", "5", []string{"li post", "wang after jin", "wang agree ! approval.done", "jin agree", "li apply"},
		"applied posted", "wang:agreed jin:agreed", "submitted added_after agreed granted applied"},
	{"07 handed over to somebody already there", "一=wang,jin", "5", []string{"li post", "wang hand jin ! approval.twice", "wang hand li ! approval.self", "wang hand yan", "yan agree", "jin agree", "li apply"},
		"applied posted", "wang:handed_over jin:agreed yan:agreed", "submitted handed_over agreed agreed granted applied"},
	{"08 sent back, the amount changed, another branch", ladder, "10000.01", []string{"li post", "wang agree", "boss back start", "li gross 10000.00", "li post", "wang agree", "li apply"},
		"applied posted", "wang:agreed boss:returned wang:agreed", "submitted agreed branch returned resubmitted agreed branch granted applied"},
	{"08b sent back to an earlier step", "一=wang;二=jin;三=boss", "5", []string{"li post", "wang agree", "jin agree", "boss back 9 ! approval.no_step", "boss back 0", "jin agree ! approval.done", "wang agree", "jin agree", "boss agree", "li apply"},
		"applied posted", "wang:agreed jin:agreed boss:returned wang:agreed jin:agreed boss:agreed", "submitted agreed agreed sent_back agreed agreed agreed granted applied"},
	{"08e never forward, never into what was before the last submission", "一=wang;二=jin;三=boss", "5", []string{"li post", "wang agree", "jin agree", "boss back 0", "wang back 1 ! approval.no_step", "wang back 0 ! approval.no_step", "wang agree", "jin back start", "li post", "wang agree", "jin back 0", "wang agree", "jin agree", "boss back 1", "jin agree", "boss agree", "li apply"},
		"applied posted", "wang:agreed jin:agreed boss:returned wang:agreed jin:returned wang:agreed jin:returned wang:agreed jin:agreed boss:returned jin:agreed boss:agreed", "submitted agreed agreed sent_back agreed returned resubmitted agreed sent_back agreed agreed sent_back agreed agreed granted applied"},
	{"16 taken back after it was applied: not by the request", "一=wang", "5", []string{"li post", "wang agree", "li apply", "li withdraw ! approval.over", "wang refuse ! approval.done", "wang back start ! approval.done", "li retry ! state.wrong"},
		"applied posted", "wang:agreed", "submitted agreed granted applied"},
	{"16b taken back after it was applied: by its own way, and what was granted counts for nothing more", "一=wang", "5", []string{"li post", "wang agree", "li apply", "li unpost", "li retry ! state.wrong", "li post"},
		"waiting waiting", "wang:pending", "submitted"},
	{"08c sent back to an earlier step, straight back", "一=wang;二=jin;三=all+jump:boss", "5", []string{"li post", "wang agree", "jin agree", "boss back 0", "wang agree", "boss agree", "li apply"},
		"applied posted", "wang:agreed jin:agreed boss:returned wang:agreed boss:agreed", "submitted agreed agreed sent_back agreed agreed granted applied"},
	{"08d sent back to the start, straight back", "一=wang;二=all+jump:boss", "5", []string{"li post", "wang agree", "boss back start", "li gross 6", "li post", "boss agree", "li apply"},
		"applied posted", "wang:agreed boss:returned boss:agreed", "submitted agreed returned resubmitted agreed granted applied"},
	{"09 withdrawn after the last decision", "一=wang", "5", []string{"li post", "wang agree", "li withdraw ! approval.over", "li apply"},
		"applied posted", "wang:agreed", "submitted agreed granted applied"},
	{"09b withdrawn in time", "一=wang", "5", []string{"li post", "zhao withdraw ! not_found", "wang withdraw ! approval.not_initiator", "li withdraw", "wang agree ! approval.over", "li gross 7", "li post"},
		"waiting waiting", "wang:pending", "submitted"},
	{"10 the same person again: at the next step", "一=wang;二=wang;三=boss;四=wang", "5", []string{"li post", "wang agree", "boss agree", "wang agree", "li apply"},
		"applied posted", "wang:agreed wang:skipped boss:agreed wang:agreed", "submitted agreed skip_repeated agreed agreed granted applied"},
	{"10b the same person again: whenever", "一=wang;二=boss;三=wang", "5", []string{"li set approval.repeat=always", "li post", "wang agree", "boss agree", "li apply"},
		"applied posted", "wang:agreed boss:agreed wang:skipped", "submitted agreed agreed skip_repeated granted applied"},
	{"10c the same person again: every time", "一=wang;二=wang", "5", []string{"li set approval.repeat=never", "li post", "wang agree", "wang agree", "li apply"},
		"applied posted", "wang:agreed wang:agreed", "submitted agreed agreed granted applied"},
	{"10d one of several has agreed already", "一=wang;二=any:wang,boss", "5", []string{"li post", "wang agree", "li apply"},
		"applied posted", "wang:agreed wang:skipped", "submitted agreed skip_repeated granted applied"},
	{"13 exactly at the border", ladder, "10000.00", []string{"li post", "wang agree", "li apply"},
		"applied posted", "wang:agreed", "submitted agreed branch granted applied"},
	{"13b just above the border", ladder, "10000.01", []string{"li post", "wang agree", "boss agree", "li apply"},
		"applied posted", "wang:agreed boss:agreed", "submitted agreed branch agreed granted applied"},
	{"14 an approver disabled in mid-flow", "一=wang;二=boss", "5", []string{"li post", "li disable wang", "admin agree", "boss agree", "li apply"},
		"applied posted", "wang:cancelled admin:agreed boss:agreed", "submitted left to_administrator agreed agreed granted applied"},
	{"14b disabled while it is not his turn", "一=turn:wang,zhao", "5", []string{"li post", "li disable zhao", "admin agree ! approval.not_turn", "wang agree", "admin agree", "li apply"},
		"applied posted", "wang:agreed zhao:cancelled admin:agreed", "submitted left to_administrator agreed agreed granted applied"},
	{"15 submitted twice", "一=wang", "5", []string{"li post", "li post ! approval.waiting", "wang agree", "li post ! approval.applying", "li apply"},
		"applied posted", "wang:agreed", "submitted agreed granted applied"},
	{"nobody there: passes with the reason", "一=zhao", "5", []string{"li disable zhao", "li set approval.empty=pass", "li post"},
		"applied posted", "", "submitted skip_empty granted applied"},
	{"nobody there: a person by name", "一=zhao", "5", []string{"li disable zhao", "li set approval.empty=user", "li post", "admin agree", "li apply"},
		"applied posted", "admin:agreed", "submitted to_administrator agreed granted applied"},
	{"the initiator is the approver: passed over", "一=li", "5", []string{"li post"},
		"applied posted", "li:skipped", "submitted skip_self granted applied"},
	{"the initiator is one of two", "一=li,wang", "5", []string{"li post", "li agree ! approval.done", "wang agree", "li apply"},
		"applied posted", "li:skipped wang:agreed", "submitted skip_self agreed granted applied"},
	{"the initiator is the approver: his superior", "一=li", "5", []string{"li set approval.self=superior", "li post", "wang agree", "li apply"},
		"applied posted", "wang:agreed", "submitted to_superior agreed granted applied"},
	{"the initiator is the approver: allowed", "一=li", "5", []string{"li set approval.self=allow", "li post", "li agree", "li apply"},
		"applied posted", "li:agreed", "submitted agreed granted applied"},
	{"the initiator confirms", "一=initiator;二=wang", "5", []string{"li post", "li agree", "wang agree", "li apply"},
		"applied posted", "li:agreed wang:agreed", "submitted agreed agreed granted applied"},
	{"the initiator chooses", "一=chosen;二=boss", "5", []string{"li post", "li agree ! approval.done", "wang choose jin ! not_found", "li choose li ! approval.self", "li choose jin,yan", "jin agree", "yan agree", "boss agree", "li apply"},
		"applied posted", "li:agreed jin:agreed yan:agreed boss:agreed", "submitted chosen agreed agreed agreed granted applied"},
	{"a role, one of them", "一=any:@accountant", "5", []string{"li post", "zhao agree ! not_found", "yan agree", "li apply"},
		"applied posted", "jin:cancelled yan:agreed", "submitted agreed granted applied"},
	{"superiors upward", "一=superior1;二=superior2", "5", []string{"li post", "wang agree", "boss agree", "li apply"},
		"applied posted", "wang:agreed boss:agreed", "submitted agreed agreed granted applied"},
	{"copies go out on the way", "一=wang;cc=jin;二=boss", "5", []string{"li post", "wang agree", "wang copy yan", "jin agree ! approval.not_yours", "boss agree", "li apply"},
		"applied posted", "wang:agreed jin:sent boss:agreed yan:sent", "submitted agreed copied copied agreed granted applied"},
	{"urged once an hour", "一=wang", "5", []string{"li post", "wang urge ! approval.not_initiator", "li urge", "li urge ! approval.urged", "li wait 61m", "li urge", "wang comment 好"},
		"waiting waiting", "wang:pending", "submitted urged urged commented"},
	{"approved, not applied, tried again", "一=wang", "5", []string{"li post", "wang agree", "li set test.stock=none", "li apply", "wang retry ! approval.not_initiator", "li set test.stock=", "li retry", "li apply"},
		"applied posted", "wang:agreed", "submitted agreed granted failed retried applied"},
	{"approved, not applied, done again by hand", "一=wang", "5", []string{"li post", "wang agree", "li set test.stock=none", "li apply", "li post ! approval.changed", "li set test.stock=", "li post"},
		"applied posted", "wang:agreed", "submitted agreed granted failed applied"},
	{"approved, not applied, taken back and changed", "一=wang", "5", []string{"li post", "wang agree", "li set test.stock=none", "li apply", "li withdraw", "li set test.stock=", "li gross 6", "li post"},
		"waiting waiting", "wang:pending", "submitted"},
	{"approved, not applied, tried on the last day", "一=wang", "5", []string{"li post", "wang agree", "li set test.stock=none", "li apply", "li set test.stock=", "li wait 720h", "li post"},
		"applied posted", "wang:agreed", "submitted agreed granted failed applied"},
	{"approved, not applied, tried too late", "一=wang", "5", []string{"li post", "wang agree", "li set test.stock=none", "li apply", "li set test.stock=", "li wait 721h",
		"li retry ! approval.expired", "li post"}, "waiting waiting", "wang:pending", "submitted"},
	{"approved, not applied, days set by the company", "一=wang", "5", []string{"li set approval.valid_days=2", "li post", "wang agree", "li set test.stock=none", "li apply", "li set test.stock=", "li wait 49h",
		"li retry ! approval.expired", "li set approval.valid_days=0", "li retry", "li apply"}, "applied posted", "wang:agreed", "submitted agreed granted failed retried applied"},
	{"voided while it waits", "一=wang", "5", []string{"li post", "li void", "wang agree ! approval.over"},
		"withdrawn void", "wang:cancelled", "submitted superseded"},
	{"an act that starts from the draft only", "!quick:一=wang", "5", []string{"li quick", "wang agree", "li apply"},
		"applied posted", "wang:agreed", "submitted agreed granted applied"},
	{"an administrator hands over what a leaver had", "一=wang", "5", []string{"li post", "admin hand jin wang", "jin agree", "li apply"},
		"applied posted", "wang:handed_over jin:agreed", "submitted handed_over agreed granted applied"},
	{"one is enough, but he asked another behind him", "一=any:wang,jin", "5", []string{"li post", "wang after yan", "jin agree ! approval.done", "yan agree", "li apply"},
		"applied posted", "wang:agreed jin:cancelled yan:agreed", "submitted added_after agreed granted applied"},
}

func TestScenarios(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			offices(t, func(f *office) {
				act, flow := "post", s.flow
				if len(flow) > 7 && flow[:7] == "!quick:" {
					act, flow = "quick", flow[7:]
				}
				f.flowOn(f.kind, act, "流程", "", flow)
				f.sheet("li", s.gross)
				f.play(s.steps...)
				if got := f.state(); got != s.state {
					t.Errorf("state %s, want %s", got, s.state)
				}
				if got := f.tasks(); got != s.tasks {
					t.Errorf("tasks %s, want %s", got, s.tasks)
				}
				if got := f.trail(); got != s.trail {
					t.Errorf("trail %s, want %s", got, s.trail)
				}
			})
		})
	}
}
