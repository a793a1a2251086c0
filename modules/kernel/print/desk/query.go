package desk

import (
	"zhanggui/modules/kernel"
)

// designText gives the firm's own design of a paper for a resource, "" for none.
func designText(v *kernel.View, resource, paper string) (text string, err error) {
	_, err = v.Scan([]any{&text}, "SELECT design FROM print_design WHERE resource = ? AND paper = ?", resource, paper)
	return text, err
}

func putDesign(tx *kernel.Tx, resource, paper, text string) error {
	_, err := tx.Exec(`INSERT INTO print_design (resource, paper, design, updated_at, updated_by) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (resource, paper) DO UPDATE SET design = excluded.design, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		resource, paper, text, int64(tx.Now), tx.Behalf.UserID)
	return err
}

func dropDesign(tx *kernel.Tx, resource, paper string) (bool, error) {
	n, err := tx.Exec("DELETE FROM print_design WHERE resource = ? AND paper = ?", resource, paper)
	return n > 0, err
}

// usual gives the paper that the firm usually takes for a resource, "" where it never said.
func usual(v *kernel.View, resource string) (paper string, err error) {
	_, err = v.Scan([]any{&paper}, "SELECT paper FROM print_usual WHERE resource = ?", resource)
	return paper, err
}

func putUsual(tx *kernel.Tx, resource, paper string) error {
	_, err := tx.Exec("INSERT INTO print_usual (resource, paper) VALUES (?, ?) ON CONFLICT (resource) DO UPDATE SET paper = excluded.paper", resource, paper)
	return err
}

// pictureText gives a picture in base 64, "" for none.
func pictureText(v *kernel.View, name string) (text string, err error) {
	_, err = v.Scan([]any{&text}, "SELECT png FROM print_picture WHERE name = ?", name)
	return text, err
}

func putPicture(tx *kernel.Tx, name, text string) error {
	if text == "" {
		_, err := tx.Exec("DELETE FROM print_picture WHERE name = ?", name)
		return err
	}
	_, err := tx.Exec("INSERT INTO print_picture (name, png) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET png = excluded.png", name, text)
	return err
}
