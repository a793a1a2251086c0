package check

var documentKinds []kind
