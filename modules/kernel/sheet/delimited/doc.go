// Package delimited reads and writes separated values: comma, tab or
// semicolon; UTF-8, UTF-16 or GB18030. It keeps one record in memory and bounds
// it while it grows.
package delimited
