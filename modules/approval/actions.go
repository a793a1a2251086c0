package approval

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// requestActions are what people do with a request. Whoever saw an older version of it is refused only when it became
// his turn after that: he may not have seen what he would agree to.
func requestActions() []resource.Action[Request] {
	list := []resource.Action[Request]{
		{Name: "agree", Label: kernel.T("同意", "Agree"), Primary: true, In: &Opinion{}, Run: decision(agree)},
		{Name: "refuse", Label: kernel.T("拒绝（结束）", "Refuse (ends it)"), Danger: true, In: &Refusal{}, Run: decision(refuse),
			Confirm: kernel.T("拒绝 {label}：审批结束，单据回到提交前的样子。", "Refuse {label}: the request ends and the document is as it was before.")},
		{Name: "send_back", Label: kernel.T("退回（修改后再提交）", "Send back (to be changed)"), In: &SendBack{}, Run: decision(sendBack)},
		{Name: "hand_over", Label: kernel.T("转交", "Hand over"), In: &HandOver{}, Run: handOver},
		{Name: "add_sign", Label: kernel.T("加签", "Ask others too"), In: &AddSign{}, Run: decision(addSign)},
		{Name: "choose", Label: kernel.T("选择审批人", "Choose approvers"), In: &Names{}, Run: choose},
		{Name: "withdraw", Label: kernel.T("撤回", "Withdraw"), In: &Opinion{}, Run: byInitiator(withdraw),
			Confirm: kernel.T("撤回 {label}：审批结束，单据回到提交前的样子。", "Withdraw {label}: the request ends and the document is as it was before.")},
		{Name: "urge", Label: kernel.T("催办", "Urge"), Run: byInitiator(urge)},
		{Name: "copy", Label: kernel.T("抄送", "Copy to"), In: &Names{}, Run: involved(copyUsers)},
		{Name: "comment", Label: kernel.T("评论", "Comment"), In: &Comment{}, Run: involved(comment)},
		{Name: "retry", Label: kernel.T("重新执行", "Try again"), Run: byInitiator(retry)},
		{Name: "mark_read", Label: kernel.T("标为已读", "Mark as read"), Run: markRead},
		{Name: "grant", Label: kernel.T("批准", "Grant"), Hidden: true},
		{Name: "apply", Label: kernel.T("生效", "Apply"), Hidden: true},
		{Name: "fail", Label: kernel.T("未能生效", "Fail"), Hidden: true},
		{Name: "end", Label: kernel.T("结束", "End"), Hidden: true},
		{Name: "take_back", Label: kernel.T("收回", "Take back"), Hidden: true},
		{Name: "return", Label: kernel.T("退给发起人", "Return"), Hidden: true},
		{Name: "restart", Label: kernel.T("重新提交", "Submit again"), Hidden: true},
	}
	for i := range list {
		if !list[i].Hidden {
			list[i].Stale = stale
		}
	}
	return list
}

// stale judges a caller who saw an older version.
func stale(tx *kernel.Tx, r *Request, seen int64) error {
	if t := r.mine(tx.Behalf.UserID); t != nil && t.Since > seen {
		return problem.Conflicted("version")
	}
	return nil
}
