package organisation

import (
	"database/sql"
	"maps"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/mail"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

// hierarchy is a table whose rows point at the row above them.
type hierarchy struct{ table, column string }

var (
	departmentTree = hierarchy{"base_department", "parent"}
	superiors      = hierarchy{"base_person", "superior"}
)

// noCycle walks up from a parent and refuses to meet the record again.
func (h hierarchy) noCycle(v *kernel.View, id, parent int64) error {
	for range 100 {
		if parent == 0 {
			return nil
		}
		if parent == id {
			break
		}
		var next sql.NullInt64
		if _, err := v.Scan([]any{&next}, "SELECT "+h.column+" FROM "+h.table+" WHERE id = ?", parent); err != nil {
			return err
		}
		parent = next.Int64
	}
	return problem.Rule("tree.cycle").At("/" + h.column)
}

// lastAdministrator refuses what would leave nobody who can set rights. It locks the others, so that of two who give up
// the role at the same time one stays.
func lastAdministrator(tx *kernel.Tx, u *User) error {
	if !isAdministrator(u) {
		return nil
	}
	lock := ""
	if tx.Dialect() == store.Postgres {
		lock = " FOR UPDATE"
	}
	others := 0
	err := tx.Each(func(rows *sql.Rows) error {
		var roles string
		err := rows.Scan(&roles)
		if slices.Contains(strings.Split(roles, ","), administrator) {
			others++
		}
		return err
	}, "SELECT roles FROM base_user WHERE id <> ? AND NOT disabled"+lock, u.ID)
	if err == nil && others == 0 {
		return problem.Rule("user.last_administrator", "name", u.Name)
	}
	return err
}

// tree is the departments by parent.
func tree(v *kernel.View) (map[int64][]int64, error) {
	out := map[int64][]int64{}
	err := v.Each(func(rows *sql.Rows) error {
		var id int64
		var parent sql.NullInt64
		err := rows.Scan(&id, &parent)
		out[parent.Int64] = append(out[parent.Int64], id)
		return err
	}, "SELECT id, parent FROM base_department")
	return out, err
}

// below gives a department and everything beneath it.
func below(children map[int64][]int64, id int64) []int64 {
	if id == 0 {
		return nil
	}
	out := []int64{id}
	for i := 0; i < len(out) && i < 10_000; i++ {
		out = append(out, children[out[i]]...)
	}
	return out
}

// listed gives the departments a user may see by their codes, with everything beneath them.
func listed(v *kernel.View, children map[int64][]int64, codes string) ([]int64, error) {
	if codes == "" {
		return nil, nil
	}
	found, err := resource.ByCode(v, v.Company.Def("base.department"), strings.FieldsFunc(codes, func(r rune) bool { return r == ',' || r == '，' || r == ' ' }))
	if err != nil {
		return nil, err
	}
	var out []int64
	for _, id := range found {
		out = append(out, below(children, id)...)
	}
	slices.Sort(out)
	return out, nil
}

// userID finds a user by login, 0 when there is none.
func userID(v *kernel.View, login string) (int64, error) {
	var id int64
	_, err := v.Scan([]any{&id}, "SELECT id FROM base_user WHERE login = ?", strings.TrimSpace(login))
	return id, err
}

// passwordHash gives a user's stored hash, "" for none.
func passwordHash(v *kernel.View, id int64) (string, error) {
	var hash string
	_, err := v.Scan([]any{&hash}, "SELECT hash FROM credentials WHERE account = ?", id)
	return hash, err
}

// storeHash writes a user's hash.
func storeHash(tx *kernel.Tx, id int64, hash string) error {
	_, err := tx.Exec(`INSERT INTO credentials (account, hash, changed_at) VALUES (?, ?, ?)
		ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at`, id, hash, int64(tx.Now))
	return err
}

// countUsers tells whether the company was set up.
func countUsers(v *kernel.View) (int64, error) {
	var n int64
	_, err := v.Scan([]any{&n}, "SELECT COUNT(*) FROM base_user")
	return n, err
}

func isAdministrator(u *User) bool { return slices.Contains(RolesOf(u), administrator) }

// usersWith names the users that have a role.
func usersWith(v *kernel.View, code string) ([]string, error) {
	var out []string
	err := v.Each(func(rows *sql.Rows) error {
		var name, roles string
		err := rows.Scan(&name, &roles)
		if slices.Contains(strings.Split(roles, ","), code) {
			out = append(out, name)
		}
		return err
	}, "SELECT name, roles FROM base_user ORDER BY id")
	return out, err
}

// roleNames gives the code of every role by its code and by its names; a name that two roles have leads nowhere.
func roleNames(v *kernel.View) (map[string]string, error) {
	codes, names := map[string]string{}, map[string]string{}
	err := v.Each(func(rows *sql.Rows) error {
		var code, name, english string
		err := rows.Scan(&code, &name, &english)
		codes[code] = code
		for _, n := range []string{name, english} {
			if other, taken := names[n]; taken && other != code {
				code = ""
			}
			names[n] = code
		}
		return err
	}, "SELECT code, name, name_en FROM base_role")
	maps.Copy(names, codes)
	return names, err
}

// rolesMade reads the roles of the company's own making, with their lines.
func rolesMade(v *kernel.View) ([]*Role, error) { return rolesOf(v.Company).Where(v, "NOT shipped") }

// rolesShipped reads the rows of the roles that the program keeps.
func rolesShipped(v *kernel.View) ([]*Role, error) { return rolesOf(v.Company).Where(v, "shipped") }

// roleIDs gives the ids of roles by code.
func roleIDs(v *kernel.View, codes []string) (map[string]int64, error) {
	out := map[string]int64{}
	if len(codes) == 0 {
		return out, nil
	}
	args := make([]any, len(codes))
	for i, code := range codes {
		args[i] = code
	}
	err := v.Each(func(rows *sql.Rows) error {
		var code string
		var id int64
		err := rows.Scan(&code, &id)
		out[code] = id
		return err
	}, "SELECT code, id FROM base_role WHERE code IN ("+store.Marks(len(codes))+")", args...)
	return out, err
}

// freeCode proposes the code of a new role.
func freeCode(v *kernel.View) (string, error) {
	known, err := roleNames(v)
	code := "role1"
	for n := 2; known[code] != ""; n++ {
		code = "role" + strconv.Itoa(n)
	}
	return code, err
}

// claimRoles makes the processes that open one database bring the shipped roles up to date one after the other, and tells
// those that are open already.
func claimRoles(tx *kernel.Tx) error {
	_, err := tx.Exec("UPDATE access SET version = version + 1 WHERE one = 1")
	return err
}

// usersOf gives the users of a person who may log in.
func usersOf(v *kernel.View, person int64) ([]int64, error) {
	return v.IDs("SELECT id FROM base_user WHERE person = ? AND NOT disabled ORDER BY id", person)
}

// owned asks for what a person owns: behind an id, and at most limit where that is not 0.
type owned struct{ person, after, limit int64 }

// ownedBy gives the records of a resource that are alive and have a person as their owner. It asks for no scope: who may
// hand over need not see what is handed over.
func ownedBy(v *kernel.View, d *kernel.Def, q owned) ([]int64, error) {
	query := "SELECT id FROM " + d.Table.Name + " WHERE " + d.Scope.Owner + " = ? AND id > ?"
	args := []any{q.person, q.after}
	if d.Only != nil {
		query += " AND " + d.Only.Field + " = ?"
		args = append(args, d.Only.Value)
	}
	if states := alive(d); states != nil {
		query += " AND state IN (" + store.Marks(len(states)) + ")"
		for _, s := range states {
			args = append(args, s)
		}
	}
	query += " ORDER BY id"
	if q.limit > 0 {
		query += " LIMIT ?"
		args = append(args, q.limit)
	}
	return v.IDs(query, args...)
}

// headedBy gives the departments that a person heads.
func headedBy(v *kernel.View, person int64) ([]int64, error) {
	return v.IDs("SELECT id FROM base_department WHERE head = ? ORDER BY id", person)
}

// ledBy gives whose superior a person is.
func ledBy(v *kernel.View, person int64) ([]int64, error) {
	return v.IDs("SELECT id FROM base_person WHERE superior = ? ORDER BY id", person)
}

// sharedWith gives the records still worked on which users see because they stand among those who share them.
func sharedWith(v *kernel.View, d *kernel.Def, users []int64) ([]int64, error) {
	m := d.Scope.Members
	query, args := "SELECT id FROM "+d.Table.Name+" WHERE id IN (SELECT "+m.Record+" FROM "+m.Table+" WHERE "+store.In(m.User, users)+")", []any{}
	if states := alive(d); len(states) > 0 {
		query += " AND state IN (" + store.Marks(len(states)) + ")"
		for _, s := range states {
			args = append(args, s)
		}
	}
	return v.IDs(query+" ORDER BY id", args...)
}

// accountsOf gives the oldest account that each person may log in with.
func accountsOf(v *kernel.View, persons []int64) (map[int64]int64, error) {
	out := map[int64]int64{}
	err := v.Each(func(rows *sql.Rows) error {
		var person, account int64
		err := rows.Scan(&person, &account)
		out[person] = account
		return err
	}, "SELECT person, MIN(id) FROM base_user WHERE "+store.In("person", persons)+" AND NOT disabled GROUP BY person")
	return out, err
}

// mailboxesOf gives where accounts that may log in read their mail: the address of their person.
func mailboxesOf(v *kernel.View, accounts []int64) (map[int64]mail.Mailbox, error) {
	out := map[int64]mail.Mailbox{}
	err := v.Each(func(rows *sql.Rows) error {
		var id int64
		var box mail.Mailbox
		err := rows.Scan(&id, &box.Name, &box.Lang, &box.Address)
		out[id] = box
		return err
	}, "SELECT u.id, u.name, u.lang, COALESCE(p.email, '') FROM base_user u LEFT JOIN base_person p ON p.id = u.person WHERE NOT u.disabled AND "+store.In("u.id", accounts))
	return out, err
}

// administrators gives the accounts that hold the role of the administrator.
func administrators(v *kernel.View) ([]int64, error) {
	var out []int64
	err := v.Each(func(rows *sql.Rows) error {
		var id int64
		var roles string
		err := rows.Scan(&id, &roles)
		if slices.Contains(strings.Split(roles, ","), administrator) {
			out = append(out, id)
		}
		return err
	}, "SELECT id, roles FROM base_user WHERE NOT disabled ORDER BY id")
	return out, err
}

// rightsDue reads the rights that roles are to be given once, role by role.
func rightsDue(v *kernel.View) (out []due, err error) {
	err = v.Each(func(rows *sql.Rows) error {
		var d due
		err := rows.Scan(&d.role, &d.object, &d.act)
		out = append(out, d)
		return err
	}, "SELECT role, object, act FROM base_role_due ORDER BY role, object, act")
	return out, err
}

// rightsGiven forgets them.
func rightsGiven(tx *kernel.Tx) error {
	_, err := tx.Exec("DELETE FROM base_role_due")
	return err
}
