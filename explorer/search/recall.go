package search

import (
	"bytes"
	"encoding/binary"
)

// begin takes up what the log has of this exploration, and gives the record that it begins with.
func (x *explorer) begin() (head []byte, err error) {
	if l := x.opt.Log; l == nil || l.closed {
		return nil, nil
	}
	head = x.head()
	return head, x.recall(head)
}

// recall takes from the tape what it holds of this exploration, which begins with head.
func (x *explorer) recall(head []byte) error {
	l := x.opt.Log
	if l.closed = x.stopped != ""; l.closed {
		return nil // the run is over: it is neither as it was nor as it will be
	}
	x.recording = true
	record, err := l.tape.Peek()
	if err != nil {
		return err
	}
	if len(record) == 0 {
		l.append(head)
		return nil
	}
	if !bytes.Equal(record, head) {
		return x.diverge(head, record)
	}
	l.tape.Next()
	return x.load()
}

// diverge goes on where another exploration is on the tape than the one that begins: without the
// tape where that has come further, because it had wider limits; else in its place.
func (x *explorer) diverge(head, record []byte) error {
	d := decoder{rest: record[1:]}
	if record[0] != headRecord {
		d.fail("it is no beginning")
		return d.err
	}
	if other := d.ref(NoRef); d.err != nil || other >= x.rootsEnd {
		x.opt.Log.closed = true
		return d.err
	}
	x.opt.Log.append(head)
	return nil
}

// load reads the records of an exploration until the next one begins, and leaves the explorer at
// the last mark. It stops at a mark where context or memory say so.
func (x *explorer) load() error {
	l, between := x.opt.Log, false // between two marks
	for x.stopped == "" {
		record, err := l.tape.Peek()
		if err != nil {
			return err
		}
		if len(record) == 0 || record[0] == headRecord {
			d := decoder{}
			if between {
				d.fail("one is missing behind it")
			}
			return d.err
		}
		d := decoder{rest: record[1:]}
		between = record[0] != markRecord && record[0] != stopRecord
		switch record[0] {
		case freshRecord:
			x.account.names = make([][]uint64, len(x.comps))
		case valueRecord:
			x.loadValues(&d)
		case stateRecord:
			x.loadStates(&d)
		case rowRecord:
			x.loadRows(&d)
		case refsRecord:
			x.loadRefs(&d)
		case markRecord:
			x.loadMark(&d)
		case stopRecord:
			// The same limit stops it once more, right behind the mark. What was explored then is next.
			x.recording = d.uvarint(maxStates) != uint64(x.maxStates)
		default:
			d.fail("its kind is %q", record[0])
		}
		if err := d.end(); err != nil {
			return err
		}
		mark := record[0] == markRecord
		if l.tape.Next(); mark {
			x.look(0)
		}
	}
	l.closed = true // what is still on the tape is for a run with more time or memory
	return nil
}

// loadValues reads values of a component, and notes which numbers they have here.
func (x *explorer) loadValues(d *decoder) {
	c := int(d.uvarint(uint64(len(x.comps) - 1)))
	first, comp := d.uvarint(maxStates), &x.comps[c]
	n := d.count(8 * comp.size)
	if len(x.account.names) == 0 || first != uint64(len(x.account.names[c])) {
		d.fail("values of component %d from %d on", c, first)
	}
	words := d.words(n * comp.size)
	for ; d.err == nil && len(words) > 0; words = words[comp.size:] {
		x.account.names[c] = append(x.account.names[c], comp.intern(words[:comp.size]))
	}
}

// loadStates reads states and stores them.
func (x *explorer) loadStates(d *decoder) {
	from, n := d.ref(NoRef), Ref(d.count(1))
	l := x.loadLayout(d)
	if from != x.Len() || int(from)+int(n) > maxStates || len(x.account.names) == 0 {
		d.fail("%d states from %d on", n, from)
	}
	words := d.words(int(n) * l.width)
	if d.err != nil {
		return
	}
	if x.fit() != nil || !x.onDisk() && !x.states.reserve(int(n)) {
		x.stop(MaxDisk)
		return
	}
	x.batch.init(x.states.width) // all may have been packed anew
	last := Ref(0)
	if x.onDisk() {
		x.loadOnDisk(d, words, &l)
		return
	}
	for ; n > 0 && d.err == nil; n -= min(n, batchSize) {
		some := int(min(n, batchSize))
		x.loadBatch(d, words[:some*l.width], &l, &last)
		words = words[some*l.width:]
	}
}

// loadBatch stores states that are packed by another layout, with other numbers of values. last is the
// parent of the state before them.
func (x *explorer) loadBatch(d *decoder, words []uint64, from *layout, last *Ref) {
	b, n, width := &x.batch, len(words)/from.width, x.states.width
	if x.rename(d, b.words[:n*width], words, from); d.err != nil {
		return
	}
	x.states.hash(b.hashes[:n], b.words)
	x.states.near(b.hashes[:n], b.first[:])
	for i, hash := range b.hashes[:n] {
		packed, ref := b.words[i*width:(i+1)*width], x.Len()
		*last += Ref(d.change())
		found, cell := x.states.lookup(packed, hash)
		if found != NoRef || *last >= ref {
			d.fail("state %d is there as %d, or not yet its parent %d", ref, found, *last)
			return
		}
		x.states.storeAt(cell, x.states.tag(hash), packed, *last)
	}
}

// rename packs states as they are packed here.
func (x *explorer) rename(d *decoder, to, words []uint64, from *layout) {
	clear(to)
	for width := x.states.width; len(words) > 0; words, to = words[from.width:], to[width:] {
		for c, names := range x.account.names {
			id := from.fields[c].get(words)
			if id >= uint64(len(names)) {
				d.fail("value %d of component %d", id, c)
				return
			}
			x.layout.fields[c].put(to[:width], names[id])
		}
	}
}

// loadOnDisk is loadBatch, for any number of states, where the index is on disk.
func (x *explorer) loadOnDisk(d *decoder, words []uint64, from *layout) {
	w, n, width, first, last := &x.sweep, len(words)/from.width, x.states.width, x.Len(), Ref(0)
	w.words.grow(n * width)
	if x.rename(d, w.words.s[:n*width], words, from); d.err != nil {
		return
	}
	if w.find(&x.states, n); !w.reserve(&x.states) {
		x.stop(MaxDisk)
		return
	}
	defer w.enter(&x.states, first)
	for i := range n {
		ref := w.at(i)
		if last += Ref(d.change()); *ref != NoRef || last >= x.Len() {
			d.fail("state %d is there as %d, or not yet its parent %d", x.Len(), *ref, last)
			return
		}
		*ref = x.states.append(w.words.s[i*width:(i+1)*width], last)
	}
}

// loadLayout reads how states are packed.
func (x *explorer) loadLayout(d *decoder) layout {
	l := layout{width: int(d.uvarint(uint64(len(x.comps)) + 64)), fields: make([]field, len(x.comps))}
	if l.width == 0 {
		d.fail("states of no word")
	}
	for c := range l.fields {
		word := d.uvarint(uint64(max(1, l.width) - 1))
		if len(d.rest) < 2 || d.rest[0] > 63 || d.rest[1] > 32 {
			d.fail("the place of component %d", c)
			break
		}
		l.fields[c] = field{word: int(word), shift: d.rest[0], bits: d.rest[1], mask: 1<<d.rest[1] - 1}
		d.rest = d.rest[2:]
	}
	return l
}

// loadRows reads rows of the graph; where that was given up they are passed over.
func (x *explorer) loadRows(d *decoder) {
	row, n := d.ref(x.Len()), d.count(1)
	g := x.region.Graph
	if g == nil {
		d.rest = nil
		return
	}
	if row != x.loaded || n > int(x.Len()-row) || uint64(g.edges)+uint64(len(d.rest)) >= 1<<32-batchSize {
		d.fail("%d rows from %d on", n, row)
		return
	}
	total := 0
	for range n {
		total += int(d.uvarint(maxStates))
		if x.loaded++; total > len(d.rest)/6 || !g.row(x.loaded, uint64(g.edges+total)) {
			d.fail("the row of state %d", x.loaded-1)
			return
		}
	}
	if len(d.rest) != 6*total {
		d.fail("%d bytes for %d edges", len(d.rest), total)
		return
	}
	g.reserve(total)
	for ; len(d.rest) > 0; d.rest = d.rest[6:] {
		to, label := Ref(binary.LittleEndian.Uint32(d.rest)), Label(binary.LittleEndian.Uint16(d.rest[4:]))
		if label.Group() >= g.Groups || to != NoRef && to >= x.Len() || label.Fails() != (to == NoRef) {
			d.fail("an edge to %d by group %d", to, label.Group())
			return
		}
		g.add(to, label)
	}
}

// loadRefs reads members of a list.
func (x *explorer) loadRefs(d *decoder) {
	r := x.region
	list := d.uvarint(lists - 1)
	r.Failing.extend(x.Len())
	last := Ref(0)
	for range d.count(1) {
		before := last
		last += d.ref(x.Len())
		if d.err == nil && (last < before || last < r.First || last > x.Len() || last == x.Len() && list != levelList) {
			d.fail("state %d in list %d", last, list)
		}
		if d.err != nil {
			return
		}
		switch list {
		case levelList:
			r.Levels = append(r.Levels, last)
		case deadList:
			r.Dead = append(r.Dead, last)
		case stuckList:
			r.Stuck = append(r.Stuck, last)
		case failingList:
			r.Failing.Add(last)
		}
	}
}

// loadMark reads a mark, and goes there.
func (x *explorer) loadMark(d *decoder) {
	r := x.region
	m := mark{next: d.ref(x.Len()), levelEnd: d.ref(x.Len()), states: d.ref(NoRef), before: d.uvarint(1 << 62),
		steps: int64(d.uvarint(1 << 62)), between: int64(d.uvarint(1 << 62))}
	graph := d.uvarint(1)
	for range d.count(5) {
		f := Failure{From: d.ref(x.Len()), Group: int(d.uvarint(uint64(len(x.steps.groups)))), Info: Info(d.uvarint(1<<32 - 1)), Payload: uint32(d.uvarint(1<<32 - 1)), Invariant: d.uvarint(1) == 1}
		x.seen[f.kind()] = true
		r.Failures = append(r.Failures, f)
	}
	switch g := r.Graph; {
	case d.err != nil:
		return
	case m.states != x.Len() || m.next < x.written.next || m.levelEnd < m.next || len(r.Levels) == 0 || m.next < r.Levels[len(r.Levels)-1]:
		d.fail("a mark at state %d of %d", m.next, m.states)
		return
	case g != nil && graph == 0 && x.run.MaxEdges == 0:
		d.fail("the graph is missing")
		return
	case g != nil && graph == 0:
		x.dropGraph()
	case g != nil && graph == 1 && (x.loaded != m.next || uint64(g.edges) != m.before):
		d.fail("%d edges of %d", g.edges, m.before)
		return
	}
	m.levels, m.dead, m.stuck, m.failures = len(r.Levels), len(r.Dead), len(r.Stuck), len(r.Failures)
	x.mark, x.written, x.recording = m, m, true
	x.next, x.levelEnd, x.before = m.next, m.levelEnd, m.before
	r.Steps, r.Between = m.steps, m.between
	r.Failing.extend(x.levelEnd)
	if sys, is := x.sys.(Covering); is {
		sys.Cover(d.rest)
		d.rest = nil
	}
}
