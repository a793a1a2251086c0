// Package battery tests what the whole product must withstand, over HTTP and as its users meet it: a server killed at any
// moment, a power cut, a full disk, crowds, people who go away, hostile requests, other people's rights, a clock that jumps.
// It holds tests only.
package battery
