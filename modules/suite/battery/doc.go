// Package battery tests what the whole product must withstand, over HTTP and as its users meet it: a server killed at any
// moment, a power cut, a full disk, crowds, people who go away, hostile requests, other people's rights, a clock that jumps.
// It holds tests only. Some of them take their time only with ZHANGGUI_BATTERY=long, and those that need Wine are built only
// with the tag battery: make battery does both.
package battery
