package item

import "strings"

// Called is what people are told of an item in a sentence: its name with its specification, for many differ in nothing else.
func (it *Item) Called() string {
	if strings.Contains(it.Name, it.Spec) {
		return it.Name
	}
	return it.Name + " " + it.Spec
}
