package share

import (
	"context"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/ops/retention"
	"zhanggui/modules/kernel/pipeline"
)

// For how many days the content of a link stays after it has ended. What was answered is proof of what is owed for as long as a
// debt can be claimed at law, which is three years.
const (
	keepSilent   = 90
	keepAnswered = 3*365 + 1
)

// forgotten are the contents that are kept no longer. The link itself stays for good, with what was sent, when, to whom, its hash
// and what was answered.
func forgotten() []retention.Rule {
	silent := retention.Rule{Name: "share.silent", Days: keepSilent, What: kernel.T("分享链接的内容（对方没有答复）", "Contents of shared links without an answer"),
		Why: kernel.T("过期或收回 "+strconv.Itoa(keepSilent)+" 天后没有人再看；谁发的、何时发、发了什么单据一直留着。",
			"Nobody looks at them "+strconv.Itoa(keepSilent)+" days after they expired or were revoked; who sent what and when stays for good.")}
	answered := retention.Rule{Name: "share.answered", Days: keepAnswered, What: kernel.T("分享链接的内容（对方答复过）", "Contents of shared links with an answer"),
		Why: kernel.T("对方认过的账是欠款的凭据，法律上三年内都用得着；答复和内容指纹一直留着。",
			"What was confirmed proves a debt, for three years at law; the answer and the fingerprint of the content stay for good.")}
	return []retention.Rule{emptying(silent, false), emptying(answered, true)}
}

// emptying completes the rule of links with an answer, or of those without.
func emptying(r retention.Rule, answered bool) retention.Rule {
	r.Table, r.Key, r.Age, r.Bytes = "("+contents(answered)+")", "link", "ended_at", "LENGTH(t.content)"
	label := "retention:" + r.Name
	r.Sweep = func(ctx context.Context, c *kernel.Company, before clock.Instant, most int) (n int64, err error) {
		var ids []int64
		err = c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
			ids, err = ended(v, answered, before, most)
			return err
		})
		if err != nil || len(ids) == 0 {
			return 0, err
		}
		err = pipeline.Unit(ctx, c, kernel.SystemActor(), label, func(tx *kernel.Tx) (err error) {
			n, err = empty(tx, ids)
			return err
		})
		return n, err
	}
	return r
}
