// Package sealed locks archives with a passphrase, so that a copy which leaves the data folder can be read by nobody who
// finds it.
//
//	zhanggui-sealed-1 ⏎ {header} ⏎ age( sha256(header) archive.zip )      to the key's recipient
//	                     └ the key's identity, age( scrypt, passphrase )
//
// Invariants
//  1. The passphrase is kept nowhere. The company keeps the public half of a key and the secret half locked with the
//     passphrase: enough to lock archives unattended, not to open them. Every archive carries the locked half, so that the
//     passphrase alone opens it.
//  2. What was locked is opened again before it counts, with a second key that exists only while it is made.
//  3. The header is bound to the contents; what was changed or cut anywhere does not open.
package sealed
