package check

var ledgerKinds []kind
