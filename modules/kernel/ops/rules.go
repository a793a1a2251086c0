package ops

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/ops/retention"
)

// results is the rule of files that jobs left.
const results = "job.results"

// rules are those of the kernel's own tables; modules bring theirs.
func rules() []retention.Rule {
	ended := "t.state IN ('" + jobs.Done + "', '" + jobs.Failed + "', '" + jobs.Cancelled + "')"
	return []retention.Rule{
		{Name: "idempotency", What: kernel.T("防重复提交的记号", "Marks against doing things twice"), Days: 30,
			Table: "idempotency", Key: "actor, name", Age: "at", Where: "t.name NOT LIKE 'import:%'", Bytes: "LENGTH(t.name) + LENGTH(t.hash) + 40",
			Why: kernel.T("网络断了重发同一次提交时认得出来；没有人会隔一个月再发。", "By them a submission that is sent again after a broken line is known; nobody sends one again a month later.")},
		{Name: "sessions", What: kernel.T("登录状态", "Sessions"), Days: 0,
			Table: "sessions", Key: "token", Age: "expires_at", Bytes: "LENGTH(t.token) + LENGTH(t.agent) + 80",
			Why: kernel.T("七天不用或满六十天就要重新登录；登录过谁、何时在审计里。", "After a week without use, or sixty days, one logs in anew; who logged in and when stands in the audit.")},
		{Name: "attempts", What: kernel.T("输错密码的次数", "Counts of wrong passwords"), Days: 1,
			Table: "attempts", Key: "name", Age: "last_at", Bytes: "LENGTH(t.name) + 30",
			Why: kernel.T("最长只要等一刻钟，过后从头数。", "One waits a quarter of an hour at most; after that counting begins anew.")},
		{Name: results, What: kernel.T("导出等任务留下的文件", "Files that exports and other jobs left"), Days: jobs.KeepResults,
			Table: "jobs", Key: "id", Age: "finished_at", Where: "t.result <> ''", Sweep: jobs.Sweep,
			Why: kernel.T("要用的人早已下载；要时可以重做一份。", "Who needed them has fetched them; they can be made again.")},
		{Name: "jobs", What: kernel.T("做完的后台任务", "Jobs that have ended"), Days: 180,
			Table: "jobs", Key: "id", Age: "finished_at", Where: ended + " AND t.result = ''", Bytes: "LENGTH(t.input) + LENGTH(t.output) + LENGTH(t.problem) + 120",
			Why: kernel.T("半年内查得到谁做了什么、为什么没做成。", "For half a year one can see who had what done, and why something failed.")},
	}
}
