// Package suite holds the tests that look at the whole house instead of one room: they read every source file and
// refuse what the plan forbids. Each rule says why it is there, and each is tried on a small bad example, because a
// check that cannot fail is no check.
//
//	tree_test.go    reads the sources once
//	house_test.go   runs every rule over the repository, and every rule over its own bad and good examples
//	layers_test.go  who may import whom
//	guards_test.go  which library is used where, and which calls and words are forbidden
//	sizes_test.go   how long files, functions, parameter lists and packages may be
//	logs_test.go    what may be said in the log
//	entries_test.go what stands at the top of the repository
//
// An exception goes into the allow-list of its rule together with its reason; it is never made by weakening the rule.
package suite
