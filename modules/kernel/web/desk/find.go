package desk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/grave"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/web/meta"
	"zhanggui/modules/kernel/web/route"
)

type settingMeta struct {
	meta.FieldMeta
	Value  any  `json:"value"`
	Secret bool `json:"secret,omitempty"` // its value is never shown
	Given  bool `json:"given,omitempty"`  // a secret that there is
}

type settingGroup struct {
	Key   string        `json:"key"`
	Label string        `json:"label"`
	Items []settingMeta `json:"items"`
}

func (d *desk) settings(r *route.Request) error {
	return r.JSON(http.StatusOK, map[string]any{"groups": d.choices(r)})
}

// choices are the company's settings that the caller may see, in groups.
func (d *desk) choices(r *route.Request) []settingGroup {
	groups := []settingGroup{}
	for _, s := range d.c.Settings {
		if !r.Actor.Sees(s.Right) {
			continue
		}
		label := s.Group.In(r.Lang)
		i := slices.IndexFunc(groups, func(g settingGroup) bool { return g.Label == label })
		if i < 0 {
			key, _, _ := strings.Cut(s.Name, ".")
			if slices.ContainsFunc(groups, func(g settingGroup) bool { return g.Key == key }) {
				key = s.Name // a group of another room may begin with a setting of this one
			}
			i, groups = len(groups), append(groups, settingGroup{key, label, nil})
		}
		item := settingMeta{FieldMeta: meta.Field(&s.Field, r.Lang), Value: typed(&s.Field, d.c.Setting(s.Name))}
		if settings.SecretOf(d.c, s.Name) != nil {
			item.Value, item.Secret, item.Given = "", true, d.c.Setting(s.Name) != ""
		}
		groups[i].Items = append(groups[i].Items, item)
	}
	return groups
}

// typed is a canonical text as a form wants it: bools and numbers as such, an empty number as null.
func typed(f *kernel.Field, text string) any {
	switch f.Kind {
	case kernel.KindBool:
		return text == "true"
	case kernel.KindInt, kernel.KindRef:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
		return nil
	}
	return text
}

func (d *desk) putSettings(r *route.Request) error {
	in, err := r.Strings()
	if err != nil {
		return err
	}
	for name, value := range in {
		if s := settings.Find(d.c, name); s != nil && !r.Actor.Sees(s.Right) {
			return problem.BadShape("field.unknown").At("/" + name)
		}
		if grave.Setting(name) && value != d.c.Setting(name) {
			if err := r.Prove(); err != nil {
				return err
			}
		}
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "settings:update", func(tx *kernel.Tx) error { return settings.Put(tx, in) })
	if err != nil {
		return err
	}
	return d.settings(r)
}
