package suite

import (
	"go/ast"
	"slices"
)

// doorsAllowed are the files that go out by themselves, and why they may.
var doorsAllowed = map[string]string{
	"modules/kernel/network/address/address.go": "connecting a datagram socket sends nothing; it asks the machine which of its addresses is the usual one",
	"modules/demo/northwind/client.go":          "the played year asks the server that is named to it",
}

// dialling are the ways to make a connection, by package.
var dialling = map[string][]string{
	"net":        {"Dial", "DialTimeout", "DialTCP", "DialUDP", "DialIP", "Dialer"},
	"crypto/tls": {"Dial", "DialWithDialer", "Dialer"},
	"net/http":   {"Get", "Head", "Post", "PostForm", "DefaultClient", "DefaultTransport"},
}

const outwardDoor = "modules/kernel/outward"

// ownDoors finds connections to other machines that are not made by package outward. Clients and transports may be built
// where that package is used for their connections.
func ownDoors(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		if f.isTest() || under(f.folder(), outwardDoor) || !under(f.folder(), "modules") && f.folder() != "." {
			continue
		}
		for name, ways := range dialling {
			if local := localName(f, name); local != "" {
				selectors(f, func(s *ast.SelectorExpr) {
					if x, ok := s.X.(*ast.Ident); ok && x.Name == local && slices.Contains(ways, s.Sel.Name) {
						found = append(found, finding{t.at(f, s.Pos()), "connects by " + name + "." + s.Sel.Name})
					}
				})
			}
		}
		if local := localName(f, "net/http"); local != "" && localName(f, "zhanggui/"+outwardDoor) == "" {
			ast.Inspect(f.ast, func(n ast.Node) bool {
				c, ok := n.(*ast.CompositeLit)
				if !ok {
					return true
				}
				if s, ok := c.Type.(*ast.SelectorExpr); ok && (s.Sel.Name == "Client" || s.Sel.Name == "Transport") {
					if x, ok := s.X.(*ast.Ident); ok && x.Name == local {
						found = append(found, finding{t.at(f, c.Pos()), "asks by a net/http." + s.Sel.Name + " of its own"})
					}
				}
				return true
			})
		}
	}
	return found
}

func doorRules() []rule {
	return []rule{{
		name: "one door out",
		why:  "an address that somebody types may lead inside of the machine or the cloud: package outward judges what it resolves to when the connection is made",
		run:  func(t *tree) []finding { return permitted(ownDoors(t), doorsAllowed) },
		bad: []sample{
			{"modules/kernel/mail/a.go": goFile("import \"net\"\nvar x, _ = net.Dial(\"tcp\", host)")},
			{"modules/kernel/mail/a.go": goFile("import n \"net\"\nvar x = &n.Dialer{}")},
			{"modules/kernel/mail/a.go": goFile("import \"crypto/tls\"\nvar x, _ = tls.Dial(\"tcp\", host, nil)")},
			{"modules/office/a.go": goFile("import \"net/http\"\nvar x, _ = http.Get(url)")},
			{"modules/office/a.go": goFile("import \"net/http\"\nvar x = http.Client{}")},
			{"modules/kernel/backup/a.go": goFile("import \"net/http\"\nvar x = &http.Transport{}")},
		},
		good: []sample{
			{"modules/kernel/outward/a.go": goFile("import \"net\"\nvar x = net.Dialer{}")},
			{"modules/kernel/mail/a_test.go": goFile("import \"net/http\"\nvar x, _ = http.Get(url)")},
			{"modules/kernel/backup/a.go": goFile("import (\n\t\"net/http\"\n\n\t\"zhanggui/modules/kernel/outward\"\n)\n\nvar x = &http.Transport{DialContext: outward.Dialer().DialContext}")},
			{"modules/kernel/web/a.go": goFile("import \"net/http\"\nvar x = http.Server{}\nvar y *http.Client")},
		},
	}}
}
