package spec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zhanggui/modules/kernel"
)

// shapes are the envelopes that are the same for every resource, by example. The types of the front end are generated
// from them, and the tests of this package's server hold every answer against them.
//
// Values: "s" text, "i" integer, "b" bool, "any" whatever JSON there is, "@name" a reference, "=a|b" one of these words,
// a list of one example; a "?" behind the value lets it be null. Keys: a "?" behind the name means that it may be absent,
// "*" stands for every other name, "..." takes over what another shape holds.
const shapes = `{
"nothing": {},
"health": {"status": "s"},
"place": {"pointer": "s", "code": "s", "detail": "s", "next?": "s", "level?": "=error|warning"},
"problem": {"type": "s", "title": "s", "status": "i", "code": "s", "detail": "s", "next?": "s", "request_id": "s", "retry_after?": "i", "errors": ["@place"]},
"record": {"id?": "i", "version?": "i", "state?": "s", "$labels?": {"*": "s"}, "$actions?": ["s"], "$can?": ["s"], "$gate?": "@gate", "*": "any"},
"gate": {"text": "s", "at": "s", "state": "s"},
"page": {"items": ["@record"], "next": "s?", "total?": "i", "more?": "b", "totals?": {"*": "s"}},
"try": {"id?": "i?", "record?": "@record", "changed?": "s?"},
"preview": {"record": "@record", "problems": ["@place"], "actions": ["s"], "facts": ["@fact"]},
"waiting": {"waiting": "b", "detail": "s", "record": "@record"},
"fact": {"pointer?": "s", "label": "s", "value": "s", "kind": "@kind", "to?": "s", "alert?": "b"},
"choice": {"id": "i", "label": "s", "code": "s", "facts": ["@fact"], "beside?": [{"field": "s", "id": "i", "label": "s"}]},
"lookup": {"items": ["@choice"]},
"change": {"field": "s", "label": "s", "line": "i", "before": "s", "after": "s"},
"event": {"at": "s", "actor": "s", "on_behalf": "s", "kind": "=audit|comment|told", "action": "s", "label": "s", "text": "s", "changes": ["@change"]},
"timeline": {"items": ["@event"]},
"hop": {"resource": "s", "id": "i", "label": "s", "kind": "s", "kind_label": "s", "date": "s", "state": "s", "state_label": "s", "amount": "s"},
"chain": {"items": ["@hop"]},
"relative": {"resource": "s", "kind_label": "s", "id": "i", "label": "s", "date": "s", "amount": "s", "state": "s", "state_label": "s", "tone": "s", "sub": "s"},
"related": {"items": ["@relative"], "next": "s?", "kinds": [{"resource": "s", "label": "s", "count": "i"}]},
"comment": {"id": "i", "at": "s", "actor": "s", "text": "s"},
"comment.write": {"text": "s", "mentions?": ["i"]},
"notice": {"id": "i", "at": "s", "text": "s", "to": "s", "read": "b"},
"notices": {"items": ["@notice"], "unread": "i"},
"notices.read": {"ids?": ["i"], "up_to?": "i"},
"attachment": {"id": "i", "name": "s", "size": "i", "type": "s", "at": "s", "by": "s"},
"files": {"items": ["@attachment"]},
"firm": {"name": "s"},
"user": {"id": "i", "name": "s", "login": "s", "lang": "s", "roles": ["s"], "permissions?": ["s"]},
"session": {"setup_needed": "b", "loopback": "b", "user": "@user?", "company": "@firm?", "version": "s", "need": "=|code|enrol", "second": "b"},
"login.code": {"code": "s", "trust?": "b"},
"proof": {"password": "s", "code?": "s"},
"second": {"on": "b", "since": "s", "left": "i", "demanded": "b"},
"second.offer": {"secret": "s", "url": "s", "picture": "s"},
"second.confirm": {"code": "s", "trust?": "b"},
"second.codes": {"codes": ["s"]},
"devices": {"items": [{"id": "i", "agent": "s", "address": "s", "first_at": "s", "seen_at": "s", "trusted_until": "s", "sessions": "i", "present": "b"}]},
"login": {"login": "s", "password": "s"},
"password": {"old": "s", "new": "s"},
"lang": {"lang": "=zh|en"},
"setup": {"company": "s", "trade?": "s", "profile?": "s", "books?": "b", "standard?": "s", "vat?": "s", "from?": "s", "name": "s", "login": "s", "password": "s",
  "lang?": "s", "sample?": "b"},
"option": {"value": "s", "label": "s"},
"field": {"name": "s", "label": "s", "kind": "@kind", "required?": "b", "readonly?": "b", "once?": "b", "computed?": "b", "list?": "b", "filter?": "b",
  "sort?": "b", "search?": "b", "enter?": "b", "total?": "b", "signed?": "b", "blank?": "b", "secret?": "b", "width?": "i", "align?": "=right", "ref?": "s", "options?": ["@option"],
  "help?": "s", "default?": "s", "section?": "s", "max?": "i", "scale?": "i"},
"lines": {"name": "s", "label": "s", "fields": ["@field"], "min": "i", "carried?": ["s"]},
"state": {"name": "s", "label": "s", "tone": "=draft|waiting|live|closed|dead"},
"action": {"name": "s", "label": "s", "from": ["s"], "to": "s", "input": ["@field"], "primary": "b", "danger": "b", "collection": "b", "confirm": "s", "key": "s"},
"print": {"name": "s", "label": "s"},
"print.count": {"times": "i"},
"print.place": {"x": "i", "y": "i"},
"print.field": {"name": "s", "on": "b", "label": "s", "text": "s", "span": "i", "always": "b", "bold": "b", "size": "i"},
"print.column": {"name": "s", "on": "b", "label": "s", "width": "i", "always": "b", "shrink": "b", "own": "b"},
"print.design": {"paper": "s", "top": "i", "right": "i", "bottom": "i", "left": "i", "shift": "@print.place", "size": "i", "heading": "i", "title": "s",
  "head": ["@print.field"], "columns": ["@print.column"], "foot": ["@print.field"], "subtotal": "b", "fill": "b", "lines": "b", "number": "b", "pages": "b",
  "logo": "b", "pay": "b", "pay_text": "s"},
"print.designed": {"design": "@print.design", "own": "b", "width": "i", "fields": ["@option"], "columns": ["@option"]},
"print.papers": {"items": [{"name": "s", "label": "s", "own": "b"}], "usual": "s", "design": "b"},
"print.kinds": {"items": ["@option"]},
"print.write": {"resource": "s", "paper": "s", "design": "@print.design"},
"print.try": {"resource": "s", "paper": "s", "design": "@print.design", "id?": "i", "plain?": "b"},
"print.tried": {"html": "s", "pages": "i", "label": "s", "width": "i"},
"print.usual": {"resource": "s", "paper": "s"},
"print.pictures": {"logo": "s", "pay": "s"},
"resource": {"name": "s", "path": "s", "label": "s", "plural": "s", "kind": "=document|master|setup", "fields": ["@field"], "lines": ["@lines"],
  "states": ["@state"], "actions": ["@action"], "can": ["s"], "empty": "s", "quick": ["s"], "preview": "b", "prints": ["@print"], "title": "s", "natural_key": "s",
  "board?": {"column": "s", "act": "s", "total": "s", "facts": ["s"], "open": ["s"]}},
"report_meta": {"name": "s", "path": "s", "label": "s", "params": ["@field"], "group": "s"},
"link": {"label": "s", "to": "s"},
"menu": {"key": "s", "label": "s", "items": ["@link"]},
"meta": {"company": {"name": "s", "today": "s", "zone": "s", "currency": "s", "books": "b"}, "user": "@user", "menu": ["@menu"], "create": ["@link"],
  "resources": {"*": "@resource"}, "reports": {"*": "@report_meta"}},
"hit": {"resource": "s", "resource_label": "s", "id": "i", "label": "s", "sub": "s", "to": "s"},
"search": {"items": ["@hit"], "functions": ["@link"]},
"row": {"$level": "i", "$kind": "=line|total|section", "$to?": "s", "$labels?": {"*": "s"}, "*": "any"},
"report": {"title": "s", "subtitle": ["s"], "params": {"*": "any"}, "columns": ["@field"], "rows": ["@row"], "totals": {"*": "any"}, "notes": ["s"], "next": "s?"},
"setting": {"...": "field", "value": "any", "given?": "b"},
"settings.group": {"key": "s", "label": "s", "items": ["@setting"]},
"settings": {"groups": ["@settings.group"]},
"settings.write": {"*": "any"},
"mail": {"waiting": "i", "failed": "i", "last": {"at": "s", "to": "s", "state": "=waiting|sent|failed|dropped", "error": "s"}},
"mail.test": {"to": "s"},
"mail.wish": {"offered": "b", "address": "s", "wanted": "b"},
"mail.wish.write": {"wanted": "b"},
"reach": {"items": [{"channel": "=dingtalk|feishu|wecom", "label": "s", "state": "=on|off|broken", "why": "s", "since": "s", "people": "i", "waiting": "i", "failed": "i", "error": "s"}]},
"reach.channel": {"channel": "=dingtalk|feishu|wecom"},
"reach.mine": {"items": [{"channel": "=dingtalk|feishu|wecom", "label": "s", "told": "b", "group": "b"}]},
"reach.code": {"code": "s"},
"backup": {"name": "s", "why": "=daily|quit|upgrade|demand|before-restore", "at": "s", "size": "i", "company": "s", "version": "s", "good": "b",
  "upload": "b", "here": "b", "second": "b", "locked": "b", "lost": "i"},
"backup.warning": {"code": "s", "text": "s"},
"backup.restored": {"at": "s", "archive": "s", "company": "s", "made": "s", "by": "s", "problem": "s"},
"backup.upgraded": {"at": "s", "from": "s", "to": "s", "archive": "s", "problem": "s"},
"backups": {"items": ["@backup"], "folder": "s", "second": "s", "locked": "b", "warnings": ["@backup.warning"], "restored": "@backup.restored?", "upgraded": "@backup.upgraded?"},
"backup.brought": {"name": "s"},
"operations.warning": {"code": "s", "level": "=look|wrong", "text": "s", "to": "s"},
"operations.named": {"name": "s", "value": "s"},
"operations.disk": {"what": "=data|second", "free": "i", "total": "i", "level": "=ok|look|wrong"},
"operations.unit": {"label": "s", "count": "i", "statements": "i", "most_statements": "i", "all_statements": "i", "held_us": "i", "most_held_us": "i", "all_held_us": "i"},
"operations.job": {"id": "i", "kind": "s", "label": "s", "state": "=failed|stuck", "at": "s", "tries": "i", "text": "s"},
"operations.kept": {"name": "s", "what": "s", "why": "s", "days": "i", "rows": "i", "size": "i", "gone": "i"},
"operations": {"at": "s", "verdict": "=ok|look|wrong", "warnings": ["@operations.warning"],
  "program": {"version": "s", "go": "s", "system": "s", "arch": "s", "cores": "i", "started": "s", "uptime": "i"},
  "clock": {"zone": "s", "today": "s", "ahead_ms": "i", "back_ms": "i"},
  "database": {"kind": "=sqlite|postgres", "version": "s", "settings": ["@operations.named"], "schema": ["@operations.named"], "size": "i", "wal": "i", "free": "i",
    "sync_us": "i", "queue": "i", "connections": "i"},
  "files": {"count": "i", "size": "i"},
  "backups": {"last": "s", "next": "s", "count": "i", "size": "i", "second": "=none|ok|missing|same_disk", "here": "b"},
  "disks": ["@operations.disk"], "memory": {"heap": "i", "taken": "i", "own": "i", "goroutines": "i"}, "units": ["@operations.unit"],
  "jobs": {"queued": "i", "running": "i", "failed": "i", "stuck": "i", "done": "i", "troubled": ["@operations.job"]},
  "mail": {"waiting": "i", "late": "i", "failed": "i"},
  "people": {"users": "i", "sessions": "i", "hour": "i", "day": "i", "week": "i", "keys": "i", "streams": "i"},
  "integrity": {"state": "=none|never|clean|faulty", "job": "i", "at": "s", "ms": "i", "kinds": "i", "rows": "i", "count": "i", "faults": ["s"], "next": "s"},
  "retention": {"at": "s", "items": ["@operations.kept"]}},
"backup.restore": {"name": "s", "password": "s", "passphrase?": "s"},
"backup.passphrase": {"passphrase": "s", "password": "s"},
"backup.locked": {"locked": "b"},
"network.way": {"url": "s", "interface": "s", "usual": "b", "other_port": "b", "problem": "s", "qr": "s", "qr_size": "i"},
"network.certificate": {"until": "s", "names": ["s"], "problem": "s", "authority": "s", "soon": "b", "url": "s", "qr": "s", "qr_size": "i"},
"network.seen": {"address": "s", "at": "s"},
"network": {"mode": "=local|lan|internet", "fixed": "s", "warning": "s", "home": "s", "ways": ["@network.way"], "connected": "b", "port": "i", "hosts": ["s"], "public": "s",
  "proxies": ["s"], "tls": "=none|own|given|acme", "cert_file": "s", "key_file": "s", "https_port": "i", "acme_directory": "s", "acme_default": "s",
  "acme_email": "s", "acme_agreed": "b", "certificate": "@network.certificate?", "seen": "@network.seen?"},
"network.write": {"password": "s", "mode?": "=local|lan|internet", "port?": "s", "hosts?": "s", "public?": "s", "proxies?": "s", "tls?": "=none|own|given|acme", "cert_file?": "s",
  "key_file?": "s", "cert?": "s", "key?": "s", "https_port?": "s", "acme_directory?": "s", "acme_email?": "s", "acme_agreed?": "b"},
"network.firewall": {"open": "b", "text": "s", "offer": "b", "command": "s"},
"network.trial": {"good": "b", "code": "s", "text": "s", "firewall": "@network.firewall"},
"network.trial.write": {"url": "s"},
"network.echo": {"echo": "s"},
"keys": {"items": [{"id": "i", "name": "s", "account": "i", "created_at": "s", "expires_at": "s", "revoked_at": "s", "used_at": "s"}]},
"key": {"id": "i", "key": "s"},
"key.write": {"name": "s", "account?": "i", "expires_at?": "s"},
"import.column": {"title": "s", "field": "s"},
"import.field": {"name": "s", "label": "s", "required": "b"},
"import.problem": {"row": "i", "column": "s", "field": "s", "detail": "s"},
"import": {"rows": "i", "good": "i", "bad": "i", "created": "i", "updated": "i", "same": "i", "waiting": "i", "count": "i", "columns": ["@import.column"],
  "fields": ["@import.field"], "problems": ["@import.problem"], "warnings": ["@import.problem"], "batch": "i?", "job": "i?", "marked": "s?"},
"job": {"id": "i", "label": "s", "state": "=queued|running|done|failed|cancelled", "done": "i", "total": "i", "problem": "s?", "result": "s?", "output?": "any", "at": "s"},
"jobs": {"items": ["@job"]},
"inbox.action": {"label": "s", "path": "s", "primary?": "b", "danger?": "b", "input?": ["@field"], "confirm?": "s", "version?": "i"},
"inbox.item": {"unread?": "b", "state?": "s", "state_label?": "s", "tone?": "s", "last?": "s", "id?": "i", "label": "s", "sub?": "s", "to?": "s", "at?": "s", "amount?": "s", "kind_label?": "s", "facts?": ["@fact"], "actions?": ["@inbox.action"]},
"inbox": {"items": ["@inbox.item"], "next?": "s?", "total?": "i"},
"view": {"id": "i", "version": "i", "name": "s", "mine": "b", "by": "s", "shared": "b", "everybody": "b", "roles": "s", "default": "b", "filters": ["s"], "q": "s", "sort": "s", "columns": ["s"], "look": "=list|board", "dropped": "i"},
"views": {"items": ["@view"]},
"views.default": {"list": "s", "view": "i?"},
"bulk": {"resource": "s", "act": "s", "input?": {"*": "any"}, "q?": "s", "filter?": ["s"], "count": "i"},
"bulk.job": {"job": "i"},
"print.direct": {"printer?": "i", "plain?": "b", "copies?": "i", "station?": "s"},
"print.job": {"id": "i", "printer": "i", "printer_name": "s", "title": "s", "resource": "s", "record": "i", "mine": "b", "copies": "i", "state": "=waiting|sending|done|failed|cancelled|unsure", "tries": "i", "at": "s", "why": "s", "again": "b"},
"print.queue": {"items": ["@print.job"], "open": "i"},
"print.station": {"name": "s", "printers": [{"id": "i", "name": "s", "paper": "s"}], "choices": {"*": "i"}},
"print.station.write": {"station": "s", "name?": "s", "resource?": "s", "printer?": "i", "everybody?": "b"},
"print.installed": {"items": ["s"]},
"object": {"*": "any"}
}`

// kinds are the kinds of fields, in the order of their declaration.
var kinds = []kernel.Kind{
	kernel.KindText, kernel.KindLongText, kernel.KindInt, kernel.KindAmount, kernel.KindPrice, kernel.KindQty, kernel.KindRate,
	kernel.KindDate, kernel.KindMonth, kernel.KindInstant, kernel.KindBool, kernel.KindEnum, kernel.KindRef, kernel.KindJSON,
}

// Envelopes is the document of the envelopes alone, without resources and addresses: what the front end's types are
// generated from (ui/src/api/envelopes.json).
func Envelopes() ([]byte, error) {
	schemas := map[string]*huma.Schema{}
	envelopes(schemas)
	text, err := json.MarshalIndent(map[string]any{
		"openapi": "3.1.0", "info": map[string]string{"title": "Zhanggui", "version": "1"}, "paths": map[string]any{},
		"components": map[string]any{"schemas": schemas},
	}, "", "  ")
	return append(text, '\n'), err
}

func envelopes(out map[string]*huma.Schema) {
	var all map[string]any
	if err := json.Unmarshal([]byte(shapes), &all); err != nil {
		panic(err) // a constant of this package
	}
	for name, example := range all {
		out[name] = shape(example, all)
	}
	words := make([]string, 0, len(kinds))
	for _, k := range kinds {
		words = append(words, string(k))
	}
	out["kind"] = word(words)
}

func shape(example any, all map[string]any) *huma.Schema {
	switch x := example.(type) {
	case map[string]any:
		s := object("", "")
		s.Required = []string{}
		properties(s, x, all)
		return s
	case []any:
		return &huma.Schema{Type: "array", Items: shape(x[0], all)}
	case string:
		name, nullable := strings.CutSuffix(x, "?")
		s := named(name)
		if nullable && s.Ref != "" {
			return &huma.Schema{AnyOf: []*huma.Schema{s, {Type: "null"}}}
		}
		s.Nullable = nullable
		return s
	}
	panic(fmt.Sprintf("the shape %v is not understood", example))
}

// properties fills an object from its example.
func properties(s *huma.Schema, example, all map[string]any) {
	for key, value := range example {
		name, optional := strings.CutSuffix(key, "?")
		switch {
		case key == "*":
			s.AdditionalProperties = shape(value, all)
			continue
		case key == "...":
			properties(s, all[value.(string)].(map[string]any), all)
			continue
		case !optional:
			s.Required = append(s.Required, name)
		}
		s.Properties[name] = shape(value, all)
	}
	slices.Sort(s.Required)
}

func named(name string) *huma.Schema {
	if target, ok := strings.CutPrefix(name, "@"); ok {
		return ref(target)
	}
	if words, ok := strings.CutPrefix(name, "="); ok {
		return word(strings.Split(words, "|"))
	}
	switch name {
	case "s":
		return text()
	case "i":
		return integer()
	case "b":
		return &huma.Schema{Type: "boolean"}
	case "any":
		return &huma.Schema{}
	}
	panic("the shape " + name + " is not understood")
}

func word(words []string) *huma.Schema {
	s := text()
	for _, w := range words {
		s.Enum = append(s.Enum, w)
	}
	return s
}
