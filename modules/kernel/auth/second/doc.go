// Package second is the second factor of a login: a code that an app on the person's phone shows for thirty seconds
// (TOTP, RFC 6238), and recovery codes for the day the phone is gone.
//
//	none ──begin──▶ offered ──a right code──▶ on ──remove, reset──▶ none
//	                  ↺ begin again: another secret
//
// Invariants
//  1. A secret is shown while it is offered, and never again.
//  2. At rest it is sealed with a key that lies outside the database and outside of every backup: who gets hold of either
//     cannot compute codes. Where the key is gone, recovery codes and the command line still let people in.
//  3. A code opens once: its step, and every earlier one, is refused afterwards. A recovery code opens once, too.
//  4. Recovery codes are shown once, when they are made; the database holds their digests.
package second
