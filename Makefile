# Short names for the usual commands. Nothing here is needed to build: `go run .` is enough.
.PHONY: run test ci ui lint bench release battery

run:            ## serve the companies under data/ and open the browser
	go run -tags nomsgpack .

test:           ## everything that needs only Go; what needs Chromium or PostgreSQL is left out when absent
	go test ./...

ci:             ## what continuous integration runs, from an empty PostgreSQL cluster to six binaries
	CI=true bash .ci/run

ui:             ## build the front end into assets/web (commit the result)
	cd ui && npm ci && npm run build

lint:           ## formatting, vet, staticcheck, and the front end's own checks
	bash .ci/run lint

bench:          ## every hot path, with its ratio to raw SQL where there is one
	go test -run '^$$' -bench . -benchmem ./...

release:        ## one file for each system, their sums and what they are made of, under dist/; built twice and compared
	go -C .ci/release run . -version $${VERSION:-$$(git describe --tags --always --dirty)} -out $${OUT:-$$PWD/dist} -twice

battery:        ## what the product must withstand, the long form: crashes, power cuts, sleep, services, and Windows under Wine
	bash .ci/run battery security
