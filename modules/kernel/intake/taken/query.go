package taken

import (
	"database/sql"
	"encoding/json"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/problem"
)

// Begin writes the file down, or finds the one that came with the same key before.
func (f *File) Begin(tx *kernel.Tx) error {
	was, err := ByKey(tx.View, f.Key)
	if err != nil {
		return err
	}
	if was != nil {
		*f = *was
		return nil
	}
	id, err := tx.Company.Store.NextID()
	if err != nil {
		return err
	}
	f.ID, f.Account, f.By, f.At, f.State = id, tx.Behalf.UserID, tx.Behalf.Name, tx.Now, Taken
	_, err = tx.Exec("INSERT INTO intake_file (id, account, account_name, name, kind, file, at, job, mended, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '[]', ?)",
		f.ID, f.Account, f.By, f.Key, f.Kind, f.Name, int64(f.At), f.Job, f.State)
	return err
}

// TakenBy notes the job that takes the file.
func (f *File) TakenBy(tx *kernel.Tx, job int64) error {
	f.Job = job
	_, err := tx.Exec("UPDATE intake_file SET job = ? WHERE id = ?", job, f.ID)
	return err
}

// Mend notes rows that were mended and taken.
func (f *File) Mend(tx *kernel.Tx, rows []int) error {
	now, err := Find(tx.View, f.ID)
	if err != nil {
		return err
	}
	f.Mended = append(now.Mended, rows...)
	text, err := json.Marshal(f.Mended)
	if err == nil {
		_, err = tx.Exec("UPDATE intake_file SET mended = ?, state = ? WHERE id = ?", string(text), Taken, f.ID)
	}
	return err
}

func (f *File) become(tx *kernel.Tx) error {
	_, err := tx.Exec("UPDATE intake_file SET state = ? WHERE id = ?", f.State, f.ID)
	return err
}

// mine limits files to the actor's own; who may import as the company ("system:import") sees all.
func mine(a *kernel.Actor) (string, []any) {
	if a.Can("system", "import") {
		return "1 = 1", nil
	}
	return "account = ?", []any{a.UserID}
}

// ByKey gives the file that the actor sent with a key, nil when there is none.
func ByKey(v *kernel.View, key string) (*File, error) {
	if key == "" {
		return nil, nil
	}
	found, err := read(v, "WHERE account = ? AND name = ?", v.Actor.UserID, key)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// List lists files, newest first.
func List(v *kernel.View, limit int) ([]*File, error) {
	where, args := mine(v.Actor)
	return read(v, "WHERE "+where+" ORDER BY id DESC LIMIT ?", append(args, limit)...)
}

// Find gives a file that the actor may see; problem.Missing otherwise.
func Find(v *kernel.View, id int64) (*File, error) {
	where, args := mine(v.Actor)
	found, err := read(v, "WHERE id = ? AND "+where, append([]any{id}, args...)...)
	if err == nil && len(found) == 0 {
		err = problem.Missing("import", id)
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func read(v *kernel.View, where string, args ...any) (out []*File, err error) {
	err = v.Each(func(rows *sql.Rows) error {
		f, at, mended := &File{}, int64(0), ""
		if err := rows.Scan(&f.ID, &f.Account, &f.By, &f.Key, &f.Kind, &f.Name, &at, &f.Job, &mended, &f.State); err != nil {
			return err
		}
		f.At, out = clock.Instant(at), append(out, f)
		return json.Unmarshal([]byte(mended), &f.Mended)
	}, "SELECT id, account, account_name, name, kind, file, at, job, mended, state FROM intake_file "+where, args...)
	return out, err
}

// Outcome gives what came of the file as it stands now, without the rows that were mended since: nil while its job runs,
// for anybody else than who sent it, and when the answer is no longer kept.
func (f *File) Outcome(v *kernel.View) (*intake.Outcome, error) {
	if f.Account != v.Actor.UserID {
		return nil, nil
	}
	text := ""
	if f.Job != 0 {
		j, err := jobs.Get(v, f.Job)
		if list, ok := problem.From(err); ok && list[0].Kind == problem.NotFound || err == nil && j.State != jobs.Done {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		text = string(j.Output)
	} else if _, err := v.Scan([]any{&text}, "SELECT outcome FROM intake_run WHERE account = ? AND name = ? AND name <> ''", f.Account, f.Key); err != nil {
		return nil, err
	}
	if text == "" {
		return nil, nil
	}
	out := &intake.Outcome{}
	if err := json.Unmarshal([]byte(text), out); err != nil {
		return nil, err
	}
	before := len(out.Bad)
	out.Bad = slices.DeleteFunc(out.Bad, func(b intake.Bad) bool { return slices.Contains(f.Mended, b.Row) })
	out.BadCount -= before - len(out.Bad)
	return out, nil
}
