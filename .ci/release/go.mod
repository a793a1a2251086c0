// The tool that makes a release: a module of its own, so that what it needs is no part of the product.
module zhanggui/release

go 1.26.0

require github.com/tc-hib/winres v0.2.1

require (
	github.com/nfnt/resize v0.0.0-20180221191011-83c6a9932646 // indirect
	golang.org/x/image v0.12.0 // indirect
)
