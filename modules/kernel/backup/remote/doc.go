// Package remote keeps copies of archives on a server: WebDAV, or storage that speaks S3.
//
// Invariants
//  1. Nothing is sent before the administrator names a server, and then only archives, locked when there is a passphrase.
//  2. Only https; plain http is for this machine alone. No redirect is followed, and addresses that belong to no server of
//     the firm (link-local, the metadata services of clouds) are refused when the connection is made, whatever the name
//     resolves to.
//  3. A copy counts when it was read back and has the hash of what was sent.
package remote
