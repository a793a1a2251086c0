package resource

import (
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/extra"
	"zhanggui/modules/kernel/state"
)

// Base is what every record carries. Version counts its changes, from 1.
type Base struct {
	ID        int64         `zg:"readonly" zh:"编号" en:"ID"`
	Version   int64         `zg:"readonly" zh:"版本" en:"Version"`
	CreatedAt clock.Instant `zg:"readonly" zh:"制单时间" en:"Created at"`
	CreatedBy int64         `zg:"readonly,ref=base.user" zh:"制单人" en:"Created by"`
	UpdatedAt clock.Instant `zg:"readonly" zh:"修改时间" en:"Changed at"`
	UpdatedBy int64         `zg:"readonly,ref=base.user" zh:"修改人" en:"Changed by"`
	Extra     extra.Slots   `zg:"-"` // what the company's own fields hold
}

// Doc is what every document carries beside Base. Owner and Department anchor the data scope.
type Doc struct {
	Base
	Number     string      `zg:"once,list,filter,sort,search,max=40,width=130" zh:"单号" en:"Number"`
	Date       clock.Date  `zg:"required,list,filter,sort,width=100" zh:"日期" en:"Date"`
	State      state.State `zg:"readonly,list,filter,width=90,kind=enum" zh:"状态" en:"State"`
	Owner      int64       `zg:"ref=base.person,filter,width=90" zh:"业务员" en:"Salesperson"`
	Department int64       `zg:"ref=base.department,filter" zh:"部门" en:"Department"`
	Note       string      `zg:"max=500" zh:"备注" en:"Note"`
	Revision   int64       `zg:"readonly" zh:"修订" en:"Revision"`
}

// Line is what every line carries. Parent is the document, Pos its place, from 1.
type Line struct {
	ID     int64 `zg:"readonly" zh:"编号" en:"ID"`
	Parent int64 `zg:"readonly" zh:"单据" en:"Document"`
	Pos    int64 `zg:"readonly" zh:"行号" en:"No."`
}

// Base and line columns that the program keeps by itself, by name.
const (
	colID      = "id"
	colVersion = "version"
	colParent  = "parent"
	colPos     = "pos"
)
