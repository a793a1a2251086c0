package office

import (
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Folder is a place for shared files. Path is its name behind those of all folders above, such as 制度/人事: by it folders
// are sorted, found and told apart.
type Folder struct {
	resource.Base
	Name   string `zg:"required,list,search,max=60,width=180" zh:"名称" en:"Name"`
	Parent int64  `zg:"list,filter,ref=office.folder,width=180" zh:"上级文件夹" en:"Parent folder"`
	Path   string `zg:"computed,list,search,sort,max=400,width=260" zh:"位置" en:"Path"`
	Note   string `zg:"list,max=200" zh:"说明" en:"Note"`
}

const (
	folderName = "office.folder"
	slash      = "/"
	longestWay = 400 // characters of a path
	deepest    = 40  // folders in each other
)

// Folders is the resource.
var Folders = resource.Declare[Folder](resource.Spec[Folder]{
	Name: folderName, Label: kernel.T("文件夹", "Folder"), Title: "path", Code: "path", Key: []string{"name", "parent"},
	Empty: kernel.T("共享文件放在哪些文件夹里，例如 公司制度、合同模板。", "The folders that shared files lie in, such as policies or contract forms."),
	Quick: []string{"name", "parent"},
	Compute: func(v *kernel.View, f *Folder, _ string) (problem.List, error) {
		above, err := resource.Named[Folder](v.Company, folderName).FindMany(v, []int64{f.Parent})
		f.under(above[f.Parent])
		return nil, err
	},
	Validate: func(f *Folder) problem.List {
		var list problem.List
		if strings.Contains(f.Name, slash) {
			list.Add(problem.Rule("office.folder_slash").At("/name"))
		}
		if len([]rune(f.Path)) > longestWay {
			list.Add(problem.Rule("office.folder_deep").At("/parent"))
		}
		return list
	},
	Check: checkFolder,
	Saved: func(tx *kernel.Tx, old, f *Folder) error {
		if old == nil || old.Path == f.Path {
			return nil
		}
		return carry(tx, f)
	},
})

// under places a folder below another, nil for none.
func (f *Folder) under(above *Folder) {
	f.Path = f.Name
	if above != nil {
		f.Path = above.Path + slash + f.Name
	}
}

// checkFolder keeps the tree a tree and its paths different. The folders above are locked, so that of two who move folders
// into each other one sees what the other did.
func checkFolder(tx *kernel.Tx, _, f *Folder) error {
	all := resource.Named[Folder](tx.Company, folderName)
	var nearest *Folder
	for at, depth := f.Parent, 0; at != 0; depth++ {
		if at == f.ID || depth == deepest {
			return problem.Rule("tree.cycle").At("/parent")
		}
		above, err := all.Lock(tx, at)
		if err != nil {
			return err
		}
		if nearest == nil {
			nearest = above
		}
		at = above.Parent
	}
	f.under(nearest)
	taken, err := folderAt(tx, f)
	if err == nil && taken {
		return problem.Conflicted("office.folder_twice", "path", f.Path).At("/name")
	}
	return err
}

// carry takes everything below a folder along when its path has changed.
func carry(tx *kernel.Tx, f *Folder) error {
	all := resource.Named[Folder](tx.Company, folderName)
	ids, err := foldersIn(tx.View, f.ID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		inner, err := all.Lock(tx, id)
		if err != nil {
			return err
		}
		inner.under(f)
		if err := all.Save(tx, inner); err != nil {
			return err
		}
		if err := carry(tx, inner); err != nil {
			return err
		}
	}
	return nil
}
