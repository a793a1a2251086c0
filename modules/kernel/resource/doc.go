// Package resource turns one declaration of a record (a Go struct with tags and a Spec) into everything the kernel
// does with it: statements, strict binding, lists, labels, JSON with field rights, Excel columns.
//
// Tags: `zg:"ref=base.party,required,list,filter" zh:"客户" en:"Customer" opt:"a|甲|A;b|乙|B"`. The column and the JSON
// name are the field's name in snake case. Flags: required readonly computed once list filter sort search total enter
// unique signed nostore hidden longtext; values: ref= right= max= width= default= kind= section=.
package resource
