package scenarios

import (
	"fmt"
	"strings"
)

// Member is one generated spec of a family, with the numbers that the definitions
// give for it, found without exploring anything.
type Member struct {
	Name string // family and sizes, e.g. "philosophers-5"
	Text string // the spec, with one update
	Old  Count  // the old version alone (R1)
	New  Count  // the new version alone (R2)
	// Switched is the number of states outside R2 that are reachable after a
	// switch at level anytime without a transfer.
	Switched int
	// Points counts the update points at levels anytime and unit. At both, every
	// point is immediate or eventual: the cells are valid.
	Anytime, Unit int
}

// Count is a number of states and of steps.
type Count struct {
	States, Steps int
}

// Cyclers gives n clients that each count round modulo k, for ever, one step a
// time. A state is the n counters, and each client has one step in each of them:
// k^n states, n*k^n steps. The update adds a property, so no unit is affected and
// every state is a point of both levels. n and k are at least 1.
func Cyclers(n, k int) Member {
	all := Count{States: power(k, n), Steps: n * power(k, n)}
	return Member{
		Name: fmt.Sprintf("cyclers-%d-%d", n, k),
		Text: fmt.Sprintf(`system cyclers

param clients = %d
param round   = %d

shared touched: bool = false

client runner[0..clients-1] {
  var mark: 0..round-1 = 0
  loop { mark = (mark + 1) mod round }
}

update watched {
  always not touched, "no client touches the shared data"

  expect anytime immediate
  expect unit    immediate
}
`, n, k),
		Old: all, New: all, Anytime: all.States, Unit: all.States,
	}
}

// Philosophers gives the dining philosophers of the textbooks, n of them, the
// first left-handed, so that nothing deadlocks: each takes its first fork, its
// second one, puts the first down, then the second, one step a time. A state is
// told by who holds each fork, which is nobody, the philosopher left of it or the
// one right of it, and each of these 3^n states can be reached. A philosopher has a
// step in 6 of the 9 ways in which its two forks can be held by itself, by a
// neighbour or by nobody (in two it waits for its first fork, in one for its
// second), so there are n*6*3^(n-2) steps. The update adds a property; every state
// is a point of both levels. n is at least 2.
func Philosophers(n int) Member {
	all := Count{States: power(3, n), Steps: n * 6 * power(3, n-2)}
	return Member{
		Name: fmt.Sprintf("philosophers-%d", n),
		Text: fmt.Sprintf(`system philosophers

param seats = %d
type  seat  = 0..seats-1

shared taken: [seat] bool = false

def first(p: seat)  -> seat = if p == 0 then 1 else p
def second(p: seat) -> seat = if p == 0 then 0 else (p + 1) mod seats

client philosopher[seat] {
  loop {
    atomic { await not taken[first(self)];  taken[first(self)]  = true }
    atomic { await not taken[second(self)]; taken[second(self)] = true }
    taken[first(self)]  = false
    taken[second(self)] = false
  }
}

update watched {
  always count(f in seat: taken[f]) <= seats, "there are no more forks than seats"

  expect anytime immediate
  expect unit    immediate
}
`, n),
		Old: all, New: all, Anytime: all.States, Unit: all.States,
	}
}

// Independent gives n units, each with a client of its own that calls it for ever,
// and no other ties. The unit's handler has k assignments and a reply, one step
// each. A client with its unit goes round through k+4 states, one step in each:
// at rest, message waiting, before each of the k assignments, before the reply,
// reply waiting. So there are (k+4)^n states and n times as many steps. In the new
// version the handler has k+1 assignments, so k becomes k+1.
//
// A pair is a point of level unit in 3 of its states. After a switch at any time a
// pair is in one of the k+5 states of the new version, or still in one of the k+1
// states in which old code runs; the state is outside R2 while some pair is in one
// of the latter. n and k are at least 1.
func Independent(n, k int) Member {
	old, fresh := power(k+4, n), power(k+5, n)
	return Member{
		Name: fmt.Sprintf("independent-%d-%d", n, k),
		Text: fmt.Sprintf(`system independent

param pairs = %d
type  pair  = 0..pairs-1

client user[pair] { loop { call worker[self].work() } }

process worker[pair] {
  var last: bool = false
  on work() {
%s    reply
  }
}

update longer {
  process worker {
    on work() {
%s      reply
    }
  }

  expect anytime valid
  expect unit    immediate
}
`, n, strings.Repeat("    last = false\n", k), strings.Repeat("      last = false\n", k+1)),
		Old:      Count{States: old, Steps: n * old},
		New:      Count{States: fresh, Steps: n * fresh},
		Switched: power((k+1)+(k+5), n) - fresh,
		Anytime:  old,
		Unit:     power(3, n),
	}
}

// power is base to the exponent, for small natural numbers.
func power(base, exponent int) int {
	p := 1
	for range exponent {
		p *= base
	}
	return p
}
