// Package speed measures the product over HTTP on loopback against raw SQL on the same machine. Its benchmarks print
// figures; they do not fail on a busy machine.
//
//	go test -run ^$ -bench . ./modules/demo/speed
package speed
