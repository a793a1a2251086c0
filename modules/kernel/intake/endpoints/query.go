package endpoints

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/guess"
)

// memory is what the columns of a table meant to the person who confirmed it last.
type memory struct {
	kind    string
	columns []string
}

// signature stands for the heads of a table.
func signature(titles []string) string {
	folded := make([]string, len(titles))
	for i, t := range titles {
		folded[i] = guess.Fold(t)
	}
	for len(folded) > 0 && folded[len(folded)-1] == "" {
		folded = folded[:len(folded)-1]
	}
	sum := sha256.Sum256([]byte(strings.Join(folded, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// recall gives what was confirmed for the heads: for a kind where one is given, else for whichever came last.
func recall(v *kernel.View, signature, kind string) (m memory, found bool, err error) {
	var columns string
	found, err = v.Scan([]any{&m.kind, &columns}, `SELECT kind, columns FROM intake_memory WHERE (signature = ? OR signature LIKE ?) AND (kind = ? OR ? = '')
		ORDER BY at DESC, signature LIMIT 1`, signature, signature+":%", kind, kind)
	if err == nil && found {
		err = json.Unmarshal([]byte(columns), &m.columns)
	}
	return m, found, err
}

// remember keeps the meanings; tables of two kinds with the same heads are remembered both.
func (m memory) remember(tx *kernel.Tx, signature string) error {
	columns, err := json.Marshal(m.columns)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO intake_memory (signature, kind, columns, at) VALUES (?, ?, ?, ?)
		ON CONFLICT (signature) DO UPDATE SET kind = excluded.kind, columns = excluded.columns, at = excluded.at`,
		signature+":"+m.kind, m.kind, string(columns), int64(tx.Now))
	return err
}

// apply gives the guess the meanings of before; fields that the kind does not know any more are passed over.
func (m memory) apply(g *guess.Guess, kind *intake.Kind) bool {
	g.Kind, g.Columns = kind, make([]string, len(g.Titles))
	copy(g.Columns, m.columns)
	for i, key := range g.Columns {
		if key != "" && kind.Field(key) == nil {
			g.Columns[i] = ""
		}
		g.Sure[i] = true
	}
	return slices.ContainsFunc(g.Columns, func(key string) bool { return key != "" })
}
