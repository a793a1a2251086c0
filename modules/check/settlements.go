package check

var settlementKinds []kind
