// Package complaints tells service how many deliveries went out, so that complaints can be held against them. It counts
// posted deliveries that are not the reversal of another one, as far as the actor may see them: his rate is that of his own
// sheets. Who may not read deliveries has no rate.
package complaints
