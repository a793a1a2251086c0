package main

import (
	"debug/buildinfo"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// component is a part of a bill of materials as CycloneDX 1.6 has it.
type component struct {
	Type     string    `json:"type"`
	Name     string    `json:"name"`
	Version  string    `json:"version"`
	PURL     string    `json:"purl,omitempty"`
	Licenses []license `json:"licenses,omitempty"`
}

type license struct {
	Expression string `json:"expression"`
}

// materials writes what the programs are made of: the Go modules that the compiler put into any of them, and the packages
// that the front end is built from.
func (r release) materials(path string) error {
	parts := map[string]component{}
	for _, t := range targets {
		file := filepath.Join(r.out, "zhanggui-"+t.name)
		info, err := buildinfo.ReadFile(file)
		if err != nil {
			return err
		}
		parts["go"] = component{Type: "library", Name: "std", Version: info.GoVersion, PURL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go")}
		for _, m := range info.Deps {
			if m.Replace != nil && strings.HasPrefix(m.Replace.Path, ".") { // a folder of this repository
				continue
			}
			if m.Replace != nil {
				m = m.Replace
			}
			parts[m.Path] = component{Type: "library", Name: m.Path, Version: m.Version, PURL: "pkg:golang/" + m.Path + "@" + m.Version}
		}
	}
	if err := r.frontEnd(parts); err != nil {
		return err
	}
	list := make([]component, 0, len(parts))
	for _, c := range parts {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b component) int { return strings.Compare(a.PURL, b.PURL) })
	text, err := json.MarshalIndent(map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
		"metadata":   map[string]any{"component": component{Type: "application", Name: "zhanggui", Version: r.version}},
		"components": list,
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// frontEnd adds the packages that ui/ is built from, with their licences.
func (r release) frontEnd(parts map[string]component) error {
	data, err := os.ReadFile(filepath.Join(r.root, "ui", "package-lock.json"))
	if err != nil {
		return err
	}
	var lock struct {
		Packages map[string]struct {
			Version, License string
			Dev, DevOptional bool
		} `json:"packages"`
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		return err
	}
	for place, p := range lock.Packages {
		i := strings.LastIndex(place, "node_modules/")
		if i < 0 || p.Dev || p.DevOptional {
			continue
		}
		name := place[i+len("node_modules/"):]
		c := component{Type: "library", Name: name, Version: p.Version, PURL: "pkg:npm/" + strings.Replace(name, "@", "%40", 1) + "@" + p.Version}
		if p.License != "" {
			c.Licenses = []license{{p.License}}
		}
		parts["npm "+name+" "+p.Version] = c
	}
	return nil
}
