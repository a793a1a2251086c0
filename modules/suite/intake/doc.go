// Package intake tests what happens to tables that people drop on the whole product: what they are taken for, what is
// written, and what comes back to be mended. Everything is in its tests.
package intake
