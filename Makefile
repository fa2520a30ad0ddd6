# SPDX-License-Identifier: AGPL-3.0-or-later
#
# `make` alone lists the targets. Two matter on the first day: `make demo` and `make test`.

export CGO_ENABLED := 0
GO ?= go
FUZZTIME ?= 5m
PACKAGES ?= ./...

.DEFAULT_GOAL := help
.PHONY: help build demo check static test bench bench-country nightly fuzz race fmt clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build ./ecot, one static binary
	$(GO) build -trimpath -ldflags "-s -w" -o ecot ./cmd/ecot

demo: build ## play a year of a believable fund and serve it (needs nothing but Go)
	./ecot demo

check: static ## the fast half: formatting, vet, staticcheck, go.mod, house rules, short tests
	$(GO) test -short -timeout 5m $(PACKAGES)

static: # what can be said without running the program
	@unformatted=$$(find . -name node_modules -prune -o -name '*.go' -print | xargs gofmt -l); \
	if [ -n "$$unformatted" ]; then echo "not gofmt'ed (make fmt):"; echo "$$unformatted"; exit 1; fi
	$(GO) mod tidy -diff
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

test: ## everything, on both engines and in a browser; installs what is missing when root on Debian
	.ci/install
	$(MAKE) --no-print-directory static
	.ci/postgres $(GO) test -count=1 -timeout 35m $(PACKAGES)

bench: ## measure the whole on both engines (BENCH=-short: under three minutes), then each part
	.ci/install
	.ci/postgres $(GO) run ./bench $(BENCH)
	.ci/postgres $(GO) test -run '^$$' -bench . -skip Country -benchmem -timeout 60m $(PACKAGES)

bench-country: ## the benchmarks at the scale of a country: 40 million voters, minutes, gigabytes
	ECOT_COUNTRY=1 $(GO) test -run '^$$' -bench Country -benchtime 1x -benchmem -timeout 120m $(PACKAGES)

nightly: ## fuzz every decoder, tear the writer down a thousand times, run what takes hours
	.ci/install
	.ci/fuzz $(FUZZTIME)
	ECOT_NIGHTLY=1 .ci/postgres $(GO) test -count=1 -timeout 12h $(PACKAGES)

fuzz: ## fuzz every decoder, each for FUZZTIME (5m)
	.ci/fuzz $(FUZZTIME)

race: ## the short tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race -short -timeout 20m $(PACKAGES)

fmt: ## format the Go files
	@find . -name node_modules -prune -o -name '*.go' -print | xargs gofmt -l -w

clean: ## remove what the other targets leave
	rm -f ecot
