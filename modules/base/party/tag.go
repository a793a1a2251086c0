package party

import (
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Tag is a word that parties are marked with. The name stays as it is: parties carry it as text.
type Tag struct {
	resource.Base
	Name   string `zg:"required,once,list,search,sort,unique,max=20" zh:"名称" en:"Name" help:"定了就不能改|It stays as it is"`
	Colour string `zg:"list,filter,default=grey" zh:"颜色" en:"Colour" opt:"grey|灰|Grey;red|红|Red;orange|橙|Orange;green|绿|Green;blue|蓝|Blue;purple|紫|Purple"`
	Active bool   `zg:"list,filter,default=true" zh:"启用" en:"Active"`
}

// Tags is the resource.
var Tags = resource.Declare[Tag](resource.Spec[Tag]{
	Name: "base.tag", Label: kernel.T("标签", "Tag"), Kind: "setup",
	Empty: kernel.T("给客户和供应商分组的词，例如 大客户、老客户。", "Words that group customers and suppliers, such as Key account."),
	Quick: []string{"name", "colour"},
	Validate: func(t *Tag) problem.List {
		var list problem.List
		if strings.ContainsFunc(t.Name, separates) {
			list.Add(problem.Rule("tag.comma").At("/name"))
		}
		return list
	},
	Check: uniqueTag,
	Deleted: func(tx *kernel.Tx, t *Tag) error {
		n, err := wearers(tx, t.Name)
		if err == nil && n > 0 {
			return problem.Rule("tag.in_use", "name", t.Name, "count", n)
		}
		return err
	},
})

func separates(r rune) bool { return strings.ContainsRune(",，、;；\n\r\t", r) }

// tagsOf reads a text of tags as people write it: each once, in the order of the text.
func tagsOf(text string) []string {
	var out []string
	for _, word := range strings.FieldsFunc(text, separates) {
		if word = strings.TrimSpace(word); word != "" && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

// knownTags asks that every tag is there, so that one word is not written in three ways.
func knownTags(v *kernel.View, p *Party) (problem.List, error) {
	if p.Tags == "" {
		return nil, nil
	}
	words := tagsOf(p.Tags)
	p.Tags = strings.Join(words, ",")
	known, err := kernel.Memo(v, tagsKey{}, func() (map[string]bool, error) { return allTags(v) })
	if err != nil {
		return nil, err
	}
	var list problem.List
	for _, word := range words {
		if _, ok := known[word]; !ok {
			list.Add(problem.Rule("party.tag_unknown", "name", resource.Clip(word)).At("/tags"))
		}
	}
	return list, nil
}

type tagsKey struct{}

// activeTags refuses a tag that is switched off where the party did not carry it before.
func activeTags(tx *kernel.Tx, old, p *Party) error {
	if p.Tags == valueOf(old, func(o *Party) string { return o.Tags }) {
		return nil
	}
	active, err := allTags(tx.View)
	if err != nil {
		return err
	}
	before := tagsOf(valueOf(old, func(o *Party) string { return o.Tags }))
	var list problem.List
	for _, word := range tagsOf(p.Tags) {
		if !active[word] && !slices.Contains(before, word) {
			list.Add(problem.Rule("party.tag_off", "name", resource.Clip(word)).At("/tags"))
		}
	}
	return list.Err()
}
