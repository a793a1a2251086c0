package web

import (
	"net/http"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/keys"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// systemRoutes are those that watchmen and programs ask.
func (s *Server) systemRoutes() []route.Route {
	out := []route.Route{
		{Method: "GET", Path: "/healthz", Public: true, Doc: route.Doc{Summary: "The program runs", Tag: "system", Response: "health"},
			Handle: func(r *route.Request) error { return r.JSON(http.StatusOK, map[string]string{"status": "ok"}) }},
		{Method: "GET", Path: "/readyz", Public: true, Doc: route.Doc{Summary: "The program can serve: its database answers", Tag: "system", Response: "health"},
			Handle: s.ready},
		{Method: "GET", Path: "/api/openapi.json", Public: true, Doc: route.Doc{Summary: "This interface as OpenAPI 3.1", Tag: "system", Response: "object"},
			Handle: func(r *route.Request) error {
				body, err := s.doc.JSON()
				if err != nil {
					return err
				}
				return r.Bytes(http.StatusOK, body)
			}},
	}
	if s.options.Integrity != nil {
		out = append(out, route.Route{Method: "GET", Path: "/api/v1/system/integrity", Object: "system", Acts: []string{"integrity"},
			Doc: route.Doc{Summary: "Recompute every balance and compare", Tag: "system", Response: "object"},
			Handle: func(r *route.Request) error {
				found, err := s.options.Integrity(r.Context())
				if err != nil {
					return err
				}
				return r.JSON(http.StatusOK, found)
			}})
	}
	return out
}

func (s *Server) ready(r *route.Request) error {
	err := s.company.View(r.Context(), kernel.SystemActor(), func(v *kernel.View) error {
		_, err := v.Scan([]any{new(int64)}, "SELECT one FROM audit_head")
		return err
	})
	if err != nil {
		s.options.Log.Error("not ready", "error", err)
		return problem.New(problem.Unavailable, "store.unavailable")
	}
	return r.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

// keyRoutes manage the keys of programs.
func keyRoutes() []route.Route {
	add := func(method, path string, r route.Route) route.Route {
		r.Method, r.Path, r.Object, r.Acts = method, "/api/v1/api-keys"+path, "base.user", []string{"update"}
		if method != "GET" {
			r.StepUp = route.Always
		}
		r.Doc.Tag = "api-keys"
		return r
	}
	return []route.Route{
		add("GET", "", route.Route{Handle: listKeys, Doc: route.Doc{Summary: "Keys of programs", Response: "keys"}}),
		add("POST", "", route.Route{Body: route.JSON, Handle: makeKey,
			Doc: route.Doc{Summary: "Make a key; it is shown only now", Request: "key.write", Response: "key", Status: http.StatusCreated}}),
		add("DELETE", "/{id}", route.Route{Handle: revokeKey, Doc: route.Doc{Summary: "Revoke a key"}}),
	}
}

func listKeys(r *route.Request) error {
	items := []map[string]any{}
	err := r.View(func(v *kernel.View) error {
		list, err := keys.List(v)
		for _, k := range list {
			items = append(items, map[string]any{"id": k.ID, "name": k.Name, "account": k.Account, "created_at": k.CreatedAt,
				"expires_at": k.ExpiresAt, "revoked_at": k.RevokedAt, "used_at": k.UsedAt})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items})
}

func makeKey(r *route.Request) error {
	in, err := r.Strings("name", "account", "expires_at")
	if err != nil {
		return err
	}
	account := r.Actor.UserID
	if in["account"] != "" {
		id, ok := resource.ParseID(in["account"])
		if !ok {
			return problem.BadShape("field.number", "value", clip(in["account"])).At("/account")
		}
		account = id
	}
	var expires clock.Instant
	if in["expires_at"] != "" {
		if expires, err = clock.ParseInstant(in["expires_at"]); err != nil {
			return problem.BadShape("field.instant", "value", clip(in["expires_at"])).At("/expires_at")
		}
	}
	id, key, err := keys.Make(r.Context(), r.Company, r.Actor, keys.Key{Name: in["name"], Account: account, ExpiresAt: expires})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, map[string]any{"id": id, "key": key})
}

func revokeKey(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	if err := keys.Revoke(r.Context(), r.Company, r.Actor, id); err != nil {
		return err
	}
	return r.NoContent()
}
