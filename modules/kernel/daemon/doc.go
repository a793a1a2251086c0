// Package daemon lets the program run without anybody logged in, under what the system has for that: the services of
// Windows, systemd, launchd. Nothing is installed unasked.
//
// Invariants
//  1. The service never runs with more rights than it needs: as an ordinary user, on Windows as LocalService.
//  2. It serves one data folder, which must be there, belong to that user and be fit for a database.
//  3. No password stands among its arguments, which everybody on the machine can read.
package daemon
