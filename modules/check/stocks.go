package check

var stockKinds []kind
