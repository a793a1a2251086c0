package office

import (
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Announcement is what everybody, or some people, are to know. Told counts whom it has reached, Seen who said so; both are
// written from the list of readers, which is made on the day it begins and stays as it was then.
type Announcement struct {
	resource.Base
	Number     string      `zg:"once,list,filter,sort,search,max=40,width=120" zh:"编号" en:"Number"`
	Title      string      `zg:"required,list,search,max=120,width=260" zh:"标题" en:"Title"`
	Date       clock.Date  `zg:"required,list,filter,sort,width=100" zh:"开始日期" en:"From" help:"到这一天才通知|Nobody is told before this day"`
	Until      clock.Date  `zg:"list,filter,sort,width=100" zh:"结束日期" en:"Until" help:"留空就一直有效|Left empty it stays in force"`
	State      state.State `zg:"readonly,list,filter,width=90,kind=enum" zh:"状态" en:"State"`
	Pinned     bool        `zg:"list,filter,sort,width=60" zh:"置顶" en:"On top"`
	Audience   string      `zg:"required,list,filter,default=everybody,width=120" zh:"发布范围" en:"For" opt:"everybody|全公司|Everybody;chosen|指定部门和人员|Chosen people"`
	Author     int64       `zg:"list,filter,ref=base.person,width=90" zh:"发布人" en:"By"`
	Department int64       `zg:"filter,ref=base.department" zh:"发布部门" en:"Department"`
	Text       string      `zg:"required,longtext,max=20000" zh:"正文" en:"Text"`
	Told       int64       `zg:"readonly,list,width=80" zh:"已通知" en:"Told"`
	Seen       int64       `zg:"readonly,list,width=80" zh:"已读" en:"Read"`

	Departments []ToldDepartment `lines:"office_announcement_department" zh:"指定部门" en:"Departments"`
	Users       []ToldUser       `lines:"office_announcement_user" zh:"指定人员" en:"People"`
}

// ToldDepartment is a department that is to know, with everything below it.
type ToldDepartment struct {
	resource.Line
	Department int64 `zg:"required,enter,ref=base.department,width=200" zh:"部门（含下级）" en:"Department and those below"`
}

// ToldUser is somebody who is to know.
type ToldUser struct {
	resource.Line
	Member int64 `zg:"required,enter,ref=base.user,width=200" zh:"操作员" en:"User"`
}

// The states of an announcement.
const (
	published state.State = "published"
	expired   state.State = "expired"
	withdrawn state.State = "withdrawn"
)

const announcementName = "office.announcement"

// Announcements is the resource.
var Announcements = resource.Declare[Announcement](resource.Spec[Announcement]{
	Name: announcementName, Label: kernel.T("公告", "Announcement"), Title: "title", Sub: []string{"number", "date"},
	Empty: kernel.T("要让大家知道的事写成公告，谁看过、谁没看一目了然。", "Write here what everybody is to know; you see who has read it and who has not."),
	Scope: &kernel.Anchor{Owner: "author", Department: "department", Members: readers}, Number: "GG{yy}{mm}{seq:3}",
	Machine: &state.Machine{Initial: draft, States: []state.State{draft, published, expired, withdrawn}, Transitions: []state.Transition{
		{Action: "publish", From: []state.State{draft}, To: published},
		{Action: "mark_read", From: []state.State{published}, To: published},
		{Action: "withdraw", From: []state.State{published}, To: withdrawn},
		{Action: "expire", From: []state.State{published}, To: expired},
	}},
	States: map[state.State]kernel.StateInfo{
		draft: {Label: kernel.T("草稿", "Draft"), Tone: "draft"}, published: {Label: kernel.T("已发布", "Published"), Tone: "live"},
		expired: {Label: kernel.T("已到期", "Over"), Tone: "closed"}, withdrawn: {Label: kernel.T("已撤回", "Withdrawn"), Tone: "dead"},
	},
	Actions: []resource.Action[Announcement]{
		{Name: "publish", Label: kernel.T("发布", "Publish"), Key: "F9", Primary: true, Run: publish,
			Confirm: kernel.T("发布「{label}」，通知发布范围内的每个人。发布后不能修改。", "Publish “{label}” and tell everybody it is for. It cannot be changed afterwards.")},
		{Name: "mark_read", Label: kernel.T("知道了", "Got it"), Check: unread, Run: markRead, Stale: anyVersion},
		{Name: "withdraw", Label: kernel.T("撤回", "Withdraw"), Danger: true, Check: byAuthor, Stale: anyVersion,
			Confirm: kernel.T("撤回「{label}」：大家不再看得到，不能恢复。", "Withdraw “{label}”: nobody it was for sees it any more. This cannot be undone.")},
		{Name: "expire", Label: kernel.T("到期", "Expire"), Hidden: true, Run: func(_ *kernel.Tx, a *Announcement, _ any) error {
			a.Pinned = false
			return nil
		}},
	},
	Validate: validateAnnouncement, Facts: announcementFacts,
	Check: func(tx *kernel.Tx, old, a *Announcement) error {
		if old != nil {
			return nil
		}
		return numberTaken(tx, announcementTable, a.Number)
	},
})

func validateAnnouncement(a *Announcement) problem.List {
	var list problem.List
	if a.Date != "" && a.Until != "" && a.Until.Before(a.Date) {
		list.Add(problem.Rule("office.announcement_dates").At("/until"))
	}
	chosen := len(a.Departments)+len(a.Users) > 0
	switch {
	case a.State != draft: // nobody is asked for what can no longer be changed
	case a.Audience == "chosen" && !chosen:
		list.Add(problem.Rule("office.announcement_whom").At("/audience"))
	case a.Audience == "everybody" && chosen:
		list.Add(problem.Rule("office.announcement_everybody").At("/audience"))
	}
	return list
}

// announcementFacts tell who looks after an announcement how many have not read it, and of one that waits for its day when
// that is.
func announcementFacts(v *kernel.View, a *Announcement) ([]kernel.Fact, error) {
	if a.State != published || !v.Actor.Holds(announcementName, a.Author, a.Department) {
		return nil, nil
	}
	if a.Told == 0 {
		return []kernel.Fact{{Pointer: "/date", Label: kernel.T("到这一天通知", "People are told on"), Kind: kernel.KindDate, Value: string(a.Date)}}, nil
	}
	f := kernel.Fact{Pointer: "/told", Label: kernel.T("未读", "Not read"), Kind: kernel.KindInt, Value: strconv.FormatInt(a.Told-a.Seen, 10)}
	if v.Actor.Can(receiptsReport, "read") {
		f.To = "/report/" + receiptsReport + "?announcement=" + strconv.FormatInt(a.ID, 10)
	}
	return []kernel.Fact{f}, nil
}
