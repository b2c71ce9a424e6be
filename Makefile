# Everything here needs Go, make and git; the opt-in targets say so when what
# they need is missing.
GO ?= go
BIN := bin/ircontain
# The pinned linter is fetched by the Go command and never enters go.mod.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.DEFAULT_GOAL := help
.PHONY: help build test race lint fmt fuzz bench rehearse check test-moto test-aws-cli oracle cross

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

build: ## build bin/ircontain (static, no cgo)
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN) ./cmd/ircontain

rehearse: build ## practise on the embedded account
	./$(BIN) rehearse

test: ## run the tests (no network, no account)
	$(GO) test ./...

race: ## run the tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race ./...

lint: ## gofmt, go vet, staticcheck; golangci-lint too where it is installed
	@test -z "$$(gofmt -l cmd internal playbooks tools)" || { gofmt -l cmd internal playbooks tools; echo "run: make fmt"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	@if command -v golangci-lint >/dev/null 2>&1; then golangci-lint run ./...; else echo "lint: golangci-lint is not installed, skipped"; fi

fmt: ## format the code
	gofmt -w cmd internal playbooks tools

fuzz: ## fuzz every parser for a short while each (FUZZTIME=20s)
	@for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "fuzz $$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $${FUZZTIME:-20s} $$pkg || exit 1; \
	  done; \
	done

bench: build ## run the benchmarks of docs/benchmarks.md
	$(GO) test -run '^$$' -bench . -benchtime 20x ./cmd/ircontain ./internal/journal ./internal/simaws
	$(GO) test -run '^$$' -bench . -benchtime 3x ./internal/policy ./internal/forecast ./internal/catalogue ./internal/permission
	$(GO) test -run TestRoundTrips -v ./internal/cli

check: lint test ## what a change has to pass

test-moto: build ## contain a user in moto_server, an account we did not write
	./scripts/test-moto.sh

test-aws-cli: build ## the stock aws CLI against `ircontain sandbox`
	./scripts/test-aws-cli.sh

oracle: ## compare the policy engine with another one on random cases (needs node, npm)
	GO=$(GO) ./scripts/oracle/run.sh

cross: ## build for every supported platform
	@for t in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64; do \
	  echo "build $$t"; GOOS=$${t%/*} GOARCH=$${t#*/} CGO_ENABLED=0 $(GO) build -trimpath -o /dev/null ./cmd/ircontain || exit 1; done
