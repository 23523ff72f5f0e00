# Every target works offline once the modules are there (go mod download).

GO      ?= go
GOTEST  ?= $(GO) test
TOOL    := $(GO) tool -modfile=.ci/tools.mod
FUZZTIME ?= 30s
COUNT   ?= 2
BENCHTIME ?= 1x
ROUNDS  ?= 3
OLD     ?= bench-old.txt
# Packages whose tests take -update.
GOLDEN  = $(sort $(dir $(shell grep -rlE --include='*_test.go' 'flag.Bool."update"|script\.Run.t,' .)))

.PHONY: build test race check lint golden fuzz bench bench-peers bench-compare cover docs install demo clean

build:
	$(GO) build -o bin/lucheck ./cmd/lucheck

# The tests, and the program on every scenario: an expectation that is not met fails.
test: build
	$(GOTEST) -timeout 30m ./...
	bin/lucheck check --quiet scenarios/

race:
	$(GO) test -race ./...

# What has to hold before a change goes out. The import table is one of the tests.
check: lint test docs
	git diff --exit-code -- docs
	@echo "check: all is well"

lint:
	@test -z "$$(gofmt -l .)" || { echo "not formatted:"; gofmt -l .; exit 1; }
	$(GO) vet ./... ./testdata/bench/peers
	$(TOOL) staticcheck ./... ./testdata/bench/peers

# Writes expected output anew. Read the difference before it goes in.
golden:
	$(GO) test $(GOLDEN) -update

# Each fuzz target in turn for FUZZTIME.
fuzz:
	@for p in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -rhoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' $$p | cut -d' ' -f2 | sort -u); do \
	    echo "$$p $$f"; $(GO) test $$p -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5x || exit 1; \
	  done; \
	done

# How to read the figures: docs/performance.md.
bench:
	$(GO) test ./... -run '^$$' -bench . -benchtime $(BENCHTIME) -count $(COUNT) -timeout 1h | tee bench.txt

# lucheck beside SPIN and rumur, Debian packages that are installed where they are missing.
# make bench-peers ROUNDS=5 PEERS="w-3-4 shared-6": other members of testdata/bench/counts.txt.
bench-peers:
	$(GO) run ./testdata/bench/peers -rounds $(ROUNDS) $(PEERS)

# make bench-compare OLD=file: against earlier figures, with benchstat where it is installed.
bench-compare:
	@if command -v benchstat >/dev/null; then benchstat $(OLD) bench.txt; \
	else diff $(OLD) bench.txt || true; echo "benchstat gives a better comparison: go install golang.org/x/perf/cmd/benchstat@latest"; fi

cover:
	$(GO) test ./... -coverpkg=./... -coverprofile=coverage.out
	$(GO) tool cover -func=coverage.out | tail -n 1

# The table of diagnostics and the grammar in docs are printed by the program.
docs: build
	bin/lucheck explain --markdown > docs/diagnostics.md
	bin/lucheck help grammar > docs/grammar.ebnf

install:
	$(GO) install ./cmd/lucheck

demo: build
	-bin/lucheck check scenarios/1d-buffered-writes.lu

clean:
	rm -rf bin coverage.out bench.txt
