package door

import (
	"net/http"
	"strings"

	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// setup makes the company and its first user. It is for the person at this computer, once.
func setup(r *route.Request) error {
	run := auth.Setup.Of(r.Company)
	switch needed, err := auth.Needed(r.Context(), r.Company); {
	case err != nil:
		return err
	case !r.Loopback():
		return problem.New(problem.Forbidden, "setup.local")
	case !needed:
		return problem.Conflicted("setup.twice")
	case run == nil:
		return problem.New(problem.Unavailable, "setup.unavailable")
	}
	in, err := readSetup(r)
	if err != nil {
		return err
	}
	if err := run(r.Context(), r.Company, in); err != nil {
		return err
	}
	return enterBy(r, in.Login, in.Password, http.StatusCreated)
}

func readSetup(r *route.Request) (auth.SetupInput, error) {
	in, err := r.Strings("company", "trade", "books", "standard", "vat", "from", "name", "login", "password", "lang", "sample", "profile")
	if err != nil {
		return auth.SetupInput{}, err
	}
	var list problem.List
	for _, name := range []string{"company", "name", "login", "password"} {
		if strings.TrimSpace(in[name]) == "" {
			list.Add(problem.Rule("required").At("/" + name))
		}
	}
	one := func(name string, values ...string) string {
		for _, v := range values {
			if in[name] == v {
				return v
			}
		}
		if in[name] != "" {
			list.Add(problem.BadShape("field.option", "value", resource.Clip(in[name])).At("/" + name))
		}
		return values[0]
	}
	out := auth.SetupInput{
		Company: strings.TrimSpace(in["company"]), Name: strings.TrimSpace(in["name"]), Login: strings.TrimSpace(in["login"]),
		Password: in["password"], Trade: one("trade", auth.Trades...), Books: one("books", "false", "true") == "true",
		Standard: one("standard", "small", "general"), VAT: one("vat", "small", "general"), Lang: one("lang", r.Lang, "zh", "en"),
		Sample: one("sample", "false", "true") == "true", From: in["from"], Profile: one("profile", "sheets", "orders", "full"),
	}
	if out.From == "" {
		out.From = string(clock.Today(r.Company.Clock, r.Company.Zone()))[:7]
	}
	if _, err := clock.ParseMonth(out.From); err != nil {
		list.Add(problem.BadShape("field.month", "value", resource.Clip(out.From)).At("/from"))
	}
	if in["password"] != "" {
		list.AddAt("/password", auth.CheckPassword(in["password"]))
	}
	return out, list.Err()
}
