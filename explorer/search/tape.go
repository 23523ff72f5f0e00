package search

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
)

// Tape keeps records, one behind the other, beyond the life of a process. There is one place on
// it, where the next record is read or written; at first it is the beginning. What the records
// mean is known to this package only.
type Tape interface {
	// Peek gives the record at the place, nil at the end of the tape. It is valid until
	// the next call. An error ends the exploration.
	Peek() ([]byte, error)
	// Next goes behind the record at the place.
	Next()
	// Append puts a record at the place, of which it keeps no reference, drops what was there and
	// behind, and goes behind the record. False means that nothing more is wanted.
	Append(record []byte) bool
	// Whole says that the records before the place can be made use of. Of later ones that is
	// not sure until the next call.
	Whole()
	// Due says whether an exploration under way is to append how far it is. It is asked some
	// thousand times a second at most.
	Due() bool
}

// ErrTape is what errors wrap where a tape holds records that cannot be.
var ErrTape = errors.New("search: a record that cannot be")

// Log records the explorations of a run on a tape, and gives them back to a later run that makes
// the same ones in the same order, in which they cost O(states + edges) and no System.Step. A nil
// Log does nothing. All spaces of a run have the same; it is for one goroutine at a time.
//
// Whoever runs is to be deterministic; then the later run comes to each exploration with the same
// states. That is tested: a digest of all that an exploration depends on stands before
// it on the tape. Where a run takes another way, because its limits are others, it goes on without
// what does not fit.
type Log struct {
	tape   Tape
	closed bool // nothing is read or appended any more
	// history is a digest of all explorations before, in all spaces.
	history []byte
}

// NewLog makes a log that begins at the tape's place.
func NewLog(t Tape) *Log { return &Log{tape: t} }

// append appends a record.
func (l *Log) append(record []byte) { l.closed = l.closed || !l.tape.Append(record) }

// whole says that what was appended is whole, if all of it was.
func (l *Log) whole() {
	if !l.closed {
		l.tape.Whole()
	}
}

// Covering is a System that notes what the steps that it computes come to. What is on a tape is not
// computed again, so a log keeps that too.
type Covering interface {
	System
	// Coverage gives what steps have come to so far.
	Coverage() []byte
	// Cover adds to that what Coverage of an equal system gave; anything else must do no harm.
	Cover(seen []byte)
}

// Records begin with their kind. Numbers are varints, words and edges little-endian.
const (
	headRecord   = 'H' // an exploration begins: number of roots' end, digest
	freshRecord  = 'N' // the values of the space are numbered anew from here on
	valueRecord  = 'V' // values of one component
	stateRecord  = 'S' // states with their parents, and the layout
	rowRecord    = 'E' // rows of the graph
	refsRecord   = 'R' // members of one of the lists of a region
	markRecord   = 'M' // an exploration was here
	stopRecord   = 'Z' // the limit of states has stopped it
	recordStates = 1 << 15
	recordEdges  = 1 << 17
	recordWords  = 1 << 17
)

// account is what a space keeps for its log.
type account struct {
	begun    bool       // this process has written values
	written  []int      // by component: values that are on the tape
	names    [][]uint64 // by component: its number of the tape's value number
	digested Ref        // states before it are part of the log's history
}

// head is the record that an exploration begins with: what it finds is a function of what
// is digested there.
func (x *explorer) head() []byte {
	a, h := &x.account, sha256.New()
	digestNumber(h, len(x.run.Title))
	h.Write([]byte(x.run.Title))
	for _, n := range []int{int(x.run.From), int(x.run.StopBelow), int(x.rootsEnd), flag(x.passing != nil), flag(x.orbits != nil), flag(x.run.Edges), x.run.MaxEdges,
		flag(x.run.Barred), flag(x.run.Stuck != nil), len(x.run.Invariants), len(x.steps.groups), len(x.comps)} {
		digestNumber(h, n)
	}
	for c := range x.comps {
		digestNumber(h, x.comps[c].size)
	}
	h.Write(x.opt.Log.history)
	buf := make([]byte, 0, 8*len(x.comps))
	for ref := min(a.digested, x.rootsEnd); ref < x.rootsEnd; ref++ {
		buf = buf[:0]
		packed := x.states.at(ref)
		for c := range x.comps {
			buf = binary.LittleEndian.AppendUint64(buf, hashWords(x.comps[c].value(x.layout.fields[c].get(packed))))
		}
		h.Write(buf)
	}
	record := binary.AppendUvarint([]byte{headRecord}, uint64(x.rootsEnd))
	return h.Sum(record)
}

// chronicle notes for the next head what this exploration was.
func (x *explorer) chronicle(head []byte) {
	h := sha256.New()
	h.Write(head)
	digestNumber(h, int(x.Len()))
	digestNumber(h, int(x.next))
	h.Write([]byte(x.stopped))
	x.opt.Log.history, x.account.digested = h.Sum(nil), x.Len()
}

func digestNumber(h hash.Hash, n int) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(n))
	h.Write(b[:])
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// decoder reads a record. After an error everything is 0.
type decoder struct {
	rest []byte
	err  error
}

// fail notes what is wrong with a record.
func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err, d.rest = fmt.Errorf("%w: %s", ErrTape, fmt.Sprintf(format, args...)), nil
	}
}

// uvarint reads a number of at most max.
func (d *decoder) uvarint(max uint64) uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 || v > max {
		d.fail("a number is missing or too large")
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// change reads a difference.
func (d *decoder) change() int64 {
	v, n := binary.Varint(d.rest)
	if n <= 0 {
		d.fail("a difference is missing")
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// count reads a number of things of which each takes at least size bytes of the record.
func (d *decoder) count(size int) int {
	n := d.uvarint(1 << 40)
	if n > uint64(len(d.rest)/size) {
		d.fail("%d things of %d bytes are more than it holds", n, size)
		return 0
	}
	return int(n)
}

// ref reads the number of a state of at most end.
func (d *decoder) ref(end Ref) Ref { return Ref(d.uvarint(uint64(end))) }

// words reads that many words.
func (d *decoder) words(n int) []uint64 {
	if n > len(d.rest)/8 {
		d.fail("words are missing")
		n = 0
	}
	out := make([]uint64, n)
	for i := range out {
		out[i] = binary.LittleEndian.Uint64(d.rest[8*i:])
	}
	d.rest = d.rest[8*n:]
	return out
}

// end makes sure that nothing is left.
func (d *decoder) end() error {
	if len(d.rest) > 0 {
		d.fail("%d bytes are left over", len(d.rest))
	}
	return d.err
}
