// Package speed measures the product over HTTP on loopback against raw SQL on the same machine. Its benchmarks print
// figures; those that know a promise fail at four times of it, by their fastest run, and so not because a machine is busy.
//
//	go test -run ^$ -bench . ./modules/demo/speed
package speed
