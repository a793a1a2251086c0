package office

import (
	"strconv"
	"strings"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/search"
)

const addressReport = "office.address_book"

type addressParams struct {
	Q          string `zg:"max=60" zh:"查找" en:"Search" help:"姓名、拼音首字母、部门、职务、电话|Name, department, job title, telephone"`
	Department int64  `zg:"ref=base.department" zh:"部门" en:"Department" help:"含下级部门|With the departments below"`
}

type addressColumns struct {
	Name       string `zg:"width=120" zh:"姓名" en:"Name"`
	Phone      string `zg:"right=phone,width=150" zh:"电话" en:"Phone"`
	Department int64  `zg:"ref=base.department,width=150" zh:"部门" en:"Department"`
	Title      string `zg:"width=140" zh:"职务" en:"Job title"`
	Email      string `zg:"right=phone,width=220" zh:"邮箱" en:"E-mail"`
	Superior   int64  `zg:"ref=base.person,width=120" zh:"直属上级" en:"Superior"`
}

// addressBook lists who works here, by department and name.
func addressBook() *kernel.Report {
	return &kernel.Report{
		Name: addressReport, Label: kernel.T("通讯录", "Address book"), Menu: "office",
		Params: resource.FieldsOf[addressParams](), Columns: resource.FieldsOf[addressColumns](), Run: runAddresses,
	}
}

func runAddresses(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	department, _ := strconv.ParseInt(params["department"], 10, 64) // the parameter is a reference or empty
	ids, err := staff(v, department)
	if err != nil {
		return nil, err
	}
	people, err := organisation.People.FindMany(v, ids)
	if err != nil {
		return nil, err
	}
	places := make([]int64, 0, len(ids))
	for _, id := range ids {
		places = append(places, people[id].Department)
	}
	departments, err := organisation.Departments.FindMany(v, places)
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{}
	for _, id := range ids {
		p := people[id]
		if !knownBy(v, p, departments[p.Department], params["q"]) {
			continue
		}
		row := kernel.Row{Values: map[string]any{"name": p.Name, "department": p.Department, "title": p.Title, "phone": p.Phone, "email": p.Email, "superior": p.Superior}}
		if v.Actor.Can(organisation.People.Name, "read") {
			row.To = "/r/" + organisation.People.Name + "/" + strconv.FormatInt(id, 10)
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// knownBy tells whether each word is found in what the reader sees of a person, or in the pinyin initials of that.
func knownBy(v *kernel.View, p *organisation.Person, d *organisation.Department, words string) bool {
	texts := []string{p.Name, p.Code, p.Title}
	if d != nil {
		texts = append(texts, d.Name)
	}
	if v.Actor.Sees("phone") {
		texts = append(texts, p.Phone, p.Email)
	}
	for _, text := range texts {
		texts = append(texts, search.Initials(text))
	}
	all := strings.ToLower(strings.Join(texts, "\n"))
	for _, word := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}
