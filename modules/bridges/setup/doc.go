// Package setup turns an empty database into a company that can work at once: the first administrator, the masters
// everybody needs, money accounts, and the books when they are wanted. It crosses base, settlement and ledger.
package setup
