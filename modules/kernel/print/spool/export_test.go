package spool

// Claimed is what renews the claim to a sheet while it is being sent.
var Claimed = claimed
