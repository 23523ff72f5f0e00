package model

// machine executes compiled code on one state vector. A step runs on a copy of
// the state; what it does not resolve by itself (choose, either, the order of
// nothing else) is taken from choices, so that running it again and again with
// the next choices enumerates the successors in a fixed order.
type machine struct {
	v      []uint64 // the state being changed
	rested []uint64 // the state before the step, in which activations rest
	old    []uint64 // in a transfer: the state before the switch
	turn   *turn    // in a plan's step that replaces: what; last says that nothing is left old
	last   bool
	bound  []int64 // values bound inside an expression, locals of a transfer
	tmp    []int64 // stack of composite values

	choices []choice
	at      int // next choice to take

	failure uint32 // number of the failure + 1
	blocked bool
	// What blocked a send or call: the activation whose instance's mailbox is full,
	// or that of the function that still runs. nil where it was anything else.
	shut *frame

	barred uint32 // 1 + the number of the failure that the step is in the update's window

	running *frame // whose code it runs
	work    int    // elements of quantifiers visited since it was last asked

	follows  bool  // transactions are followed
	tookPart int64 // those in which an affected unit began an activation in this step

	silent int // operations since the last visible statement

	reply []int64 // the value of the reply received last

	rt  *Update
	rec *recorder // set when a step is explained
}

type choice struct{ taken, of int }

// maxSilent bounds the silent control of one step: beyond it the spec has a
// cycle without a step.
const maxSilent = 100_000

// fail notes the first failure; execution goes on with harmless values until the
// statement is over.
func (m *machine) fail(id uint32) {
	if m.failure == 0 {
		m.failure = id + 1
	}
}

func (m *machine) stopped() bool { return m.failure != 0 || m.blocked }

// choose resolves a choice among n possibilities; with none the step is blocked.
func (m *machine) choose(n int) int {
	if n == 0 {
		m.blocked = true
		return 0
	}
	if m.at == len(m.choices) {
		m.choices = append(m.choices, choice{0, n})
	}
	m.at++
	return m.choices[m.at-1].taken
}

// begin prepares a run from v.
func (m *machine) begin(v []uint64) {
	copy(m.v, v)
	m.rested = v
	m.at, m.failure, m.blocked, m.shut, m.silent, m.tookPart, m.tmp, m.barred = 0, 0, false, nil, 0, 0, m.tmp[:0], 0
}

// advance moves to the next resolution; false when all have been run.
func (m *machine) advance() bool {
	m.choices = m.choices[:m.at]
	for n := len(m.choices); n > 0; n-- {
		c := &m.choices[n-1]
		if c.taken+1 < c.of {
			c.taken++
			m.choices = m.choices[:n]
			return true
		}
	}
	m.choices = m.choices[:0]
	return false
}

// push reserves n numbers on the stack of composite values; pop gives back the
// n last ones.
func (m *machine) push(n int) []int64 {
	at := len(m.tmp)
	for len(m.tmp) < at+n {
		m.tmp = append(m.tmp, 0)
	}
	return m.tmp[at : at+n : at+n]
}

func (m *machine) pop(n int) { m.tmp = m.tmp[:len(m.tmp)-n] }
