package suite

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// layer is a floor of the house. Imports go from a higher one to a lower one.
type layer int

const (
	pure    layer = iota // L0: money, problem, clock, state
	kernel               // L1
	base                 // L2
	module               // L3
	bridge               // L4
	product              // modules/modules.go: the list of modules
	top                  // main.go
	// Beside the floors, each with rules of its own:
	leaf    // assets: embedded files, imports nothing of ours
	rights  // rbac
	checker // modules/check
	demo    // modules/demo
	suite   // modules/suite
	tools   // .ci: modules of their own, which build the program and are no part of it
	unknown
)

var layerNames = [...]string{"L0 pure kernel", "L1 kernel", "L2 base", "L3 module", "L4 bridge", "module list", "main",
	"assets", "rbac", "check", "demo", "suite", "tools", "no layer"}

func (l layer) String() string { return layerNames[l] }

var pureFolders = []string{"modules/kernel/money", "modules/kernel/problem", "modules/kernel/clock", "modules/kernel/state"}

func under(folder, root string) bool { return folder == root || strings.HasPrefix(folder, root+"/") }

func isPure(folder string) bool {
	return slices.ContainsFunc(pureFolders, func(p string) bool { return under(folder, p) })
}

// layerOf says on which floor a folder of the repository stands.
func layerOf(folder string) layer {
	switch {
	case folder == ".":
		return top
	case under(folder, "assets"):
		return leaf
	case under(folder, "rbac"):
		return rights
	case folder == "modules":
		return product
	case isPure(folder):
		return pure
	case under(folder, "modules/kernel"):
		return kernel
	case under(folder, "modules/base"):
		return base
	case under(folder, "modules/bridges"):
		return bridge
	case under(folder, "modules/check"):
		return checker
	case under(folder, "modules/demo"):
		return demo
	case under(folder, "modules/suite"), under(folder, "modules/auditor"):
		return suite
	case under(folder, ".ci"):
		return tools
	case strings.HasPrefix(folder, "modules/"):
		return module
	}
	return unknown
}

// room is the folder whose packages belong together: one module, one bridge.
func room(folder string) string {
	parts := strings.Split(folder, "/")
	depth := 2
	if under(folder, "modules/bridges") || under(folder, "modules/base") || under(folder, "modules/kernel") {
		depth = 3
	}
	return strings.Join(parts[:min(depth, len(parts))], "/")
}

// checkMayUse is what modules/check shares with the product: words and the door to the database, no arithmetic of
// the things it recomputes.
var checkMayUse = []string{"modules/kernel", "modules/kernel/store", "modules/kernel/money", "modules/kernel/problem", "modules/kernel/clock"}

// rbacUsers are the places that wire rights in; everyone else asks through the kernel.
var rbacUsers = []string{"modules/kernel/boot", "modules/kernel/cli"}

// refuse says why a file in folder from may not import folder to, or "".
func refuse(from, to string, test bool) string {
	a, b := layerOf(from), layerOf(to)
	if a == unknown || b == unknown {
		return "the folder is on no floor of the plan; give it one in layerOf"
	}
	if from == to || a == suite || (a == module || a == bridge) && room(from) == room(to) {
		return ""
	}
	switch b {
	case leaf:
		if a == pure || a == rights {
			return "pure packages and rbac stand below assets"
		}
		return ""
	case top, suite:
		return "nobody imports main or the structural tests"
	case product:
		if a == top || a == demo || a == checker && test || a == bridge && test {
			return ""
		}
		return "only main, the demo and tests of bridges see the whole product"
	case checker, demo:
		if a == top || a == product || test && (a == checker || a == demo) {
			return ""
		}
		return fmt.Sprintf("%s stands beside the floors; main wires it in", b)
	case rights:
		if a == top || a == product || slices.Contains(rbacUsers, from) {
			return ""
		}
		return "rights are asked through the kernel, never of Casbin"
	}
	return refuseFloor(from, to, test)
}

// refuseFloor judges imports whose target stands on one of the floors L0 to L4.
func refuseFloor(from, to string, test bool) string {
	a, b := layerOf(from), layerOf(to)
	switch {
	case a == leaf:
		return "assets is a leaf: embedded files and nothing else"
	case a == pure:
		return "L0 imports the standard library only, not even its neighbours"
	case a == rights && b != pure:
		return "rbac imports L0 only; its rows come through an interface"
	case a == rights || a == top || a == product:
		return ""
	case a == checker:
		if test || slices.Contains(checkMayUse, to) {
			return ""
		}
		return "check shares no code with what it checks"
	case b == bridge:
		return "nobody imports a bridge: both sides ignore it, modules.go lists it"
	case a == demo:
		return ""
	case a == module && b == module:
		return "siblings do not know each other; what crosses is a bridge"
	case b > a:
		return fmt.Sprintf("imports go downwards only, this goes from %s up to %s", a, b)
	}
	return ""
}

// layering applies refuse to every import of ours.
func layering(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		for _, imp := range f.ast.Imports {
			target, ours := strings.CutPrefix(importPath(imp.Path.Value)+"/", modulePath+"/")
			if !ours {
				continue
			}
			to := strings.TrimSuffix(target, "/")
			if to == "" {
				to = "."
			}
			if why := refuse(f.folder(), to, f.isTest()); why != "" {
				found = append(found, finding{t.at(f, imp.Pos()), "imports " + to + ": " + why})
			}
		}
	}
	return found
}

// placing refuses Go files in folders that are on no floor.
func placing(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		if layerOf(f.folder()) == unknown {
			found = append(found, finding{f.path, "this folder is on no floor of the plan"})
		}
	}
	return found
}

// standardOnly keeps foreign code out of L0. Its tests may use what they like.
func standardOnly(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		if f.isTest() || !isPure(f.folder()) {
			continue
		}
		for _, imp := range f.ast.Imports {
			name := importPath(imp.Path.Value)
			first, _, _ := strings.Cut(name, "/")
			if strings.Contains(first, ".") && name != "github.com/govalues/decimal" {
				found = append(found, finding{t.at(f, imp.Pos()), "imports " + name})
			}
		}
	}
	return found
}

func importPath(quoted string) string {
	name, err := strconv.Unquote(quoted)
	if err != nil {
		return quoted
	}
	return name
}

func layerRules() []rule {
	return []rule{{
		name: "layers",
		why:  "imports go downwards only and siblings never meet, so that any module can be read, tested, replaced or left out alone",
		run:  layering,
		bad: []sample{
			{"modules/sales/a.go": importing("zhanggui/modules/purchasing")},
			{"modules/sales/calc/a.go": importing("zhanggui/modules/stock/valuation")},
			{"modules/sales/a_test.go": importing("zhanggui/modules/purchasing")},
			{"modules/sales/a.go": importing("zhanggui/modules/bridges/trading")},
			{"modules/sales/a.go": importing("zhanggui/modules")},
			{"modules/sales/a.go": importing("zhanggui/rbac")},
			{"modules/bridges/trading/a.go": importing("zhanggui/modules/bridges/posting")},
			{"modules/base/party/a.go": importing("zhanggui/modules/sales")},
			{"modules/kernel/store/a.go": importing("zhanggui/modules/base/party")},
			{"modules/kernel/store/a.go": importing("zhanggui/modules/sales")},
			{"modules/kernel/boot/a.go": importing("zhanggui/modules")},
			{"modules/kernel/money/a.go": importing("zhanggui/modules/kernel/problem")},
			{"modules/kernel/money/a.go": importing("zhanggui/modules/kernel/store")},
			{"modules/kernel/money/a.go": importing("zhanggui/assets")},
			{"assets/a.go": importing("zhanggui/modules/kernel/money")},
			{"rbac/a.go": importing("zhanggui/modules/kernel/store")},
			{"modules/check/a.go": importing("zhanggui/modules/ledger")},
			{"modules/check/a.go": importing("zhanggui/modules/kernel/links")},
			{"modules/demo/a.go": importing("zhanggui/modules/bridges/trading")},
			{"modules/kernel/cli/a.go": importing("zhanggui/modules/demo")},
			{"modules/sales/a.go": importing("zhanggui/modules/suite")},
			{"modules/sales/a.go": importing("zhanggui")},
			{"modules/sales/a.go": importing("zhanggui/tools/helper")},
		},
		good: []sample{
			{"main.go": importing("zhanggui/modules", "zhanggui/modules/kernel/boot", "zhanggui/modules/check", "zhanggui/modules/demo", "zhanggui/rbac", "zhanggui/assets")},
			{"modules/modules.go": importing("zhanggui/modules/sales", "zhanggui/modules/bridges/trading", "zhanggui/modules/kernel")},
			{"modules/bridges/trading/a.go": importing("zhanggui/modules/sales", "zhanggui/modules/stock", "zhanggui/modules/kernel", "zhanggui/modules/base/party")},
			{"modules/bridges/trading/a_test.go": importing("zhanggui/modules")},
			{"modules/sales/a.go": importing("zhanggui/modules/sales/calc", "zhanggui/modules/base/item", "zhanggui/modules/kernel/money", "zhanggui/assets", "fmt")},
			{"modules/base/party/a.go": importing("zhanggui/modules/base/organisation", "zhanggui/modules/kernel")},
			{"modules/kernel/pipeline/a.go": importing("zhanggui/modules/kernel/store", "zhanggui/modules/kernel/money")},
			{"modules/kernel/boot/a.go": importing("zhanggui/rbac")},
			{"rbac/a.go": importing("zhanggui/modules/kernel/problem")},
			{"modules/check/a.go": importing("zhanggui/modules/kernel/store", "zhanggui/modules/kernel/money")},
			{"modules/demo/a.go": importing("zhanggui/modules", "zhanggui/modules/sales")},
			{"modules/suite/a_test.go": importing("zhanggui/modules/bridges/trading", "zhanggui/modules/check")},
		},
	}, {
		name: "places",
		why:  "every folder stands on a floor of the plan; one that does not escapes the other rules",
		run:  placing,
		bad:  []sample{{"tools/a.go": goFile("")}, {"ui/a.go": goFile("")}},
		good: []sample{{"main.go": goFile(""), "rbac/a.go": goFile(""), "modules/sales/a.go": goFile(""), "assets/books/a.go": goFile("")}},
	}, {
		name: "pure packages",
		why:  "money, problem, clock and state are the ground everything stands on: no foreign code, no I/O, nothing to upgrade",
		run:  standardOnly,
		bad:  []sample{{"modules/kernel/money/a.go": importing("github.com/shopspring/decimal")}, {"modules/kernel/state/a.go": importing("gorm.io/gorm")}},
		good: []sample{{"modules/kernel/money/a.go": importing("math/bits", "github.com/govalues/decimal"), "modules/kernel/money/a_test.go": importing("pgregory.net/rapid")}},
	}}
}
