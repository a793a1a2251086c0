package office

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// SharedFile is a document that people keep in one place. Its contents are attachments: each one that is uploaded is the
// next version, and none is taken away. Open follows Audience. ReadOnly is for whom it merely stands open.
type SharedFile struct {
	resource.Base
	Title      string        `zg:"required,list,search,sort,max=120,width=240" zh:"名称" en:"Title"`
	Folder     int64         `zg:"required,list,filter,ref=office.folder,width=180" zh:"文件夹" en:"Folder"`
	Audience   string        `zg:"required,list,filter,default=everybody,width=110" zh:"谁能看" en:"Who sees it" opt:"everybody|所有人|Everybody;department|部门及下级|A department;own|仅自己|Only me"`
	Department int64         `zg:"list,filter,ref=base.department,width=120" zh:"部门" en:"Department"`
	Owner      int64         `zg:"list,filter,ref=base.person,width=90" zh:"负责人" en:"Owner"`
	Note       string        `zg:"longtext,max=2000" zh:"说明" en:"Note"`
	Open       bool          `zg:"readonly,hidden" zh:"对所有人公开" en:"Open to everybody"`
	ReadOnly   bool          `zg:"computed,nostore,hidden" zh:"只能查看" en:"Only to read"`
	Latest     int64         `zg:"readonly,list,width=70" zh:"版本数" en:"Versions"`
	FileName   string        `zg:"readonly,list,search,width=200" zh:"文件名" en:"File name"`
	UploadedAt clock.Instant `zg:"readonly,list,sort,width=150" zh:"上传时间" en:"Uploaded"`

	Versions []SharedVersion `lines:"office_shared_file_version" zh:"版本" en:"Versions"`
}

// SharedVersion is one content of a shared file, kept as the attachment File.
type SharedVersion struct {
	resource.Line
	Revision int64         `zg:"readonly,width=70" zh:"版本" en:"Version"`
	Name     string        `zg:"readonly,width=240" zh:"文件名" en:"File name"`
	Size     int64         `zg:"readonly,width=100" zh:"字节数" en:"Bytes"`
	ByUser   int64         `zg:"readonly,ref=base.user,width=110" zh:"上传人" en:"Uploaded by"`
	At       clock.Instant `zg:"readonly,width=150" zh:"上传时间" en:"Uploaded"`
	File     int64         `zg:"readonly,hidden" zh:"附件" en:"Attachment"`
	Note     string        `zg:"enter,max=200,width=220" zh:"修改说明" en:"What changed"`
}

const sharedName = "office.shared_file"

// SharedFiles is the resource.
var SharedFiles = resource.Declare[SharedFile](resource.Spec[SharedFile]{
	Name: sharedName, Label: kernel.T("共享文件", "Shared file"), Title: "title", Code: "id", Key: []string{"folder", "title", "owner"}, Sub: []string{"folder", "file_name"},
	Empty: kernel.T("制度、模板、资料放在这里，上传新的一份就是新版本，旧的还能下载。", "Policies, forms and papers for all lie here; a new upload is the next version, and old ones can still be fetched."),
	Scope: &kernel.Anchor{Owner: "owner", Open: "open", Members: colleagues},
	Quick: []string{"title", "folder"},
	Compute: func(v *kernel.View, f *SharedFile, changed string) (problem.List, error) {
		f.Open = f.Audience == "everybody"
		switch {
		case f.Audience != "department":
			f.Department = 0
		case changed == "/audience" && f.Department == 0:
			f.Department = v.Actor.Department
		}
		if f.ID == 0 {
			return nil, nil
		}
		held, err := mayChange(v, f.ID)
		f.ReadOnly = !held
		return nil, err
	},
	Frozen: func(f *SharedFile) bool { return f.ReadOnly },
	Validate: func(f *SharedFile) problem.List {
		var list problem.List
		if f.Audience == "department" && f.Department == 0 {
			list.Add(problem.Rule("office.shared_department").At("/department"))
		}
		return list
	},
	Check: checkShared,
	Deleted: func(tx *kernel.Tx, f *SharedFile) error {
		return ownedBy(tx, f)
	},
})

// checkShared lets those change a file who do not merely see it because it is open to all; who sees it and whose it is,
// only those decide whose it is. Versions come by upload.
func checkShared(tx *kernel.Tx, old, f *SharedFile) error {
	if old == nil {
		if len(f.Versions) > 0 {
			return problem.Rule("office.version_upload").At("/versions")
		}
		return sharedTaken(tx, f)
	}
	held, err := mayChange(tx.View, f.ID)
	if err != nil {
		return err
	}
	if !held {
		return notYours(old)
	}
	if f.Audience != old.Audience || f.Department != old.Department || f.Owner != old.Owner {
		if err := ownedBy(tx, old); err != nil {
			return err
		}
	}
	same := func(a, b SharedVersion) bool { return a.ID == b.ID }
	if !slices.EqualFunc(f.Versions, old.Versions, same) {
		return problem.Rule("office.version_upload").At("/versions")
	}
	return sharedTaken(tx, f)
}

// mayChange tells whether the actor does not merely see a file because it is open to all.
func mayChange(v *kernel.View, id int64) (bool, error) {
	err := resource.Hold(v, v.Company.Def(sharedName), id)
	if list, ok := problem.From(err); err != nil && ok && list[0].Kind == problem.NotFound {
		return false, nil
	}
	return err == nil, err
}

func ownedBy(tx *kernel.Tx, f *SharedFile) error {
	if tx.Actor.Holds(sharedName, f.Owner, 0) {
		return nil
	}
	return notYours(f)
}

func notYours(f *SharedFile) error {
	return problem.New(problem.Forbidden, "office.shared_not_yours", "title", f.Title)
}

// addVersion makes what was just attached to a shared file its newest version.
func addVersion(tx *kernel.Tx, a files.File) error {
	if a.Resource != sharedName {
		return nil
	}
	all := resource.Named[SharedFile](tx.Company, sharedName)
	f, err := all.Lock(tx, a.Record)
	if err != nil {
		return err
	}
	f.Latest++
	f.FileName, f.UploadedAt = a.Name, a.At
	f.Versions = append(f.Versions, SharedVersion{Revision: f.Latest, Name: a.Name, Size: a.Size, ByUser: tx.Behalf.UserID, At: a.At, File: a.ID})
	return all.Save(tx, f)
}

// keepVersion refuses to take a version away from a shared file.
func keepVersion(_ *kernel.Tx, a files.File) error {
	if a.Resource != sharedName {
		return nil
	}
	return problem.Conflicted("office.version_kept", "name", a.Name)
}
