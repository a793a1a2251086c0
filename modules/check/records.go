package check

var recordKinds []kind
