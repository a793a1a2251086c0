// Package upgrade has no program code. Its tests upgrade the companies of earlier states of the program, which are kept under
// testdata, with the present one and with one that is to come.
package upgrade
