// Package network decides who reaches the program: this computer only, the phones and computers of the same network, or
// the internet.
//
//	local ⇄ lan ⇄ internet        loopback is open in every mode
//
// It belongs to the installation, not to the company: it lies in network.json in the data folder and in no backup, so a
// company that is restored on another computer is on loopback again.
//
// Invariants
//  1. What cannot be read, or makes no sense, is loopback only, with a warning.
//  2. A change is in force at once: listeners, names, callers. What cannot be listened to is told, never passed over.
//  3. In the same network only callers with a private address are answered, even if a router lets others through.
//  4. The internet is reached with encryption or through a trusted proxy, never plain.
//  5. What the command line says wins over the file.
package network
