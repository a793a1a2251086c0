package approval

import (
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/notify"
)

// told gives what somebody was told, the oldest first, and forgets it.
func (f *office) told(who string) string {
	f.Helper()
	var out []string
	f.view(who, func(v *kernel.View) error {
		found, err := notify.Page(v, 0, 50)
		for _, n := range found {
			out = append([]string{n.Text}, out...)
		}
		return err
	})
	f.unit(func(tx *kernel.Tx) error {
		_, err := tx.Exec("DELETE FROM notices WHERE account = ?", f.users[who])
		return err
	})
	return strings.Join(out, "; ")
}

func TestThoseWhomItConcernsAreTold(t *testing.T) {
	offices(t, func(f *office) {
		f.flow("大额", "gross > 1", "一=wang;cc=jin;二=boss")
		f.flow("小额", "gross <= 1", "一=any:wang,jin")
		f.sheet("li", "5")
		for _, x := range []struct{ step, told string }{
			{"li post", "wang: 等你审批：单子 2026-11-21"},
			{"wang agree", "jin: 抄送给你：单子 2026-11-21 | boss: 等你审批：单子 2026-11-21"},
			{"li urge", "boss: li 催你审批：单子 2026-11-21"},
			{"boss back start", "li: 单子 2026-11-21 被退回，修改后再提交（boss）"},
			{"li post", "wang: 等你审批：单子 2026-11-21"},
			{"wang hand jin", "jin: 等你审批：单子 2026-11-21"},
			{"jin agree", "boss: 等你审批：单子 2026-11-21"},
			{"boss agree", "li: 单子 2026-11-21 已批准（boss）"},
			{"li set test.stock=none", ""},
			{"li apply", "li: 单子 2026-11-21 已批准，但没有生效：批准之后"},
		} {
			if got := f.after(x.step); !strings.HasPrefix(got, x.told) || x.told == "" && got != "" {
				f.Errorf("%s: %q, want %q", x.step, got, x.told)
			}
		}
		f.sheet("li", "1")
		for _, x := range []struct{ step, told string }{
			{"li post", "wang: 等你审批：单子 2026-11-21 | jin: 等你审批：单子 2026-11-21"},
			{"jin refuse", "li: 单子 2026-11-21 被拒绝（jin）"},
			{"li post", "wang: 等你审批：单子 2026-11-21 | jin: 等你审批：单子 2026-11-21"},
			{"li withdraw", ""},
		} {
			if got := f.after(x.step); got != x.told {
				f.Errorf("%s: %q, want %q", x.step, got, x.told)
			}
		}
	})
}

// What asked somebody to decide is read once it is decided, by him or by another one, or taken back; who is still asked is
// still told so.
func TestWhatIsDecidedIsRead(t *testing.T) {
	offices(t, func(f *office) {
		f.flow("全部", "", "一=any:wang,jin;二=boss")
		unread := func() string {
			var out []string
			for _, who := range []string{"wang", "jin", "boss"} {
				f.view(who, func(v *kernel.View) error {
					n, _, err := notify.Unread(v)
					if n > 0 {
						out = append(out, fmt.Sprint(who, " ", n))
					}
					return err
				})
			}
			return strings.Join(out, ", ")
		}
		f.sheet("li", "5")
		for _, x := range []struct{ step, unread string }{
			{"li post", "wang 1, jin 1"}, {"li urge", "wang 2, jin 2"}, {"jin agree", "boss 1"}, {"boss agree", ""},
		} {
			if f.step(x.step); unread() != x.unread {
				f.Errorf("%s: unread %q, want %q", x.step, unread(), x.unread)
			}
		}
	})
}

// after takes a step and gives what each member was told by it.
func (f *office) after(step string) string {
	f.Helper()
	f.step(step)
	var out []string
	for _, who := range []string{"li", "wang", "jin", "boss", "zhao", "admin", "yan"} {
		if got := f.told(who); got != "" {
			out = append(out, who+": "+got)
		}
	}
	return strings.Join(out, " | ")
}
