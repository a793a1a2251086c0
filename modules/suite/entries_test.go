package suite

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// fixedEntries is everything that stands at the top of the repository, besides dot files.
var fixedEntries = []string{"main.go", "modules/", "ui/", "rbac/", "assets/", "data/", "go.mod", "go.sum",
	"README.md", "LICENSE", "CHANGELOG.md", "Makefile"}

// topEntries lists the root without dot files and without what .gitignore names there (a built program, say).
func topEntries(root string) ([]string, error) {
	list, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	ignore, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	var patterns, names []string
	for line := range strings.Lines(string(ignore)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "!") {
			patterns = append(patterns, line)
		}
	}
	for _, e := range list {
		name := e.Name()
		if strings.HasPrefix(name, ".") || ignored(name, patterns) {
			continue
		}
		if e.IsDir() {
			name += "/"
		}
		names = append(names, name)
	}
	return names, nil
}

// ignored reports whether a .gitignore pattern without inner slashes covers a name at the root.
func ignored(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(strings.Trim(p, "/"), name)
		return ok && err == nil
	})
}

func fixedTop(t *tree) (found []finding) {
	for _, name := range t.entries {
		if !strings.HasPrefix(name, ".") && !slices.Contains(fixedEntries, name) {
			found = append(found, finding{name, "does not belong at the top of the repository"})
		}
	}
	for _, name := range fixedEntries {
		if !slices.Contains(t.entries, name) {
			found = append(found, finding{name, "is missing at the top of the repository"})
		}
	}
	return found
}

func entryRules() []rule {
	whole := sample{".ci/run": "", "main.go": goFile(""), "modules/a.md": "", "ui/a.md": "", "rbac/a.md": "", "assets/a.md": "",
		"data/README.md": "", "go.mod": "", "go.sum": "", "README.md": "", "LICENSE": "", "CHANGELOG.md": "", "Makefile": ""}
	with := func(name string) sample {
		s := sample{name: ""}
		for k, v := range whole {
			s[k] = v
		}
		return s
	}
	without := with("x.md")
	delete(without, "x.md")
	delete(without, "LICENSE")
	return []rule{{
		name: "top entries",
		why:  "who opens the repository sees the house plan at once; a new thing at the top is a new room and needs a decision",
		run:  fixedTop,
		bad:  []sample{with("docs/a.md"), with("docker-compose.yml"), without},
		good: []sample{whole, with(".golangci.yml")},
	}}
}
