package search

// memo maps masked packed states to words other than 0. It is flat: a power of
// two of cells, width key words and one value word each, value 0 in a free one.
type memo struct {
	cells []uint64
	width int
	count int
	shift uint // 64 - log2(number of cells)
}

// firstMemoCells must be a power of two.
const (
	firstMemoCells = 16
	firstMemoShift = 64 - 4
)

// init makes the memo empty for keys of the given width.
func (m *memo) init(width int) {
	*m = memo{cells: make([]uint64, firstMemoCells*(width+1)), width: width, shift: firstMemoShift}
}

// get1 is get for keys of one word.
func (m *memo) get1(key uint64) uint64 {
	cells := m.cells
	for i := mix(key) >> (m.shift & 63) * 2; ; i += 2 {
		if i >= uint64(len(cells)) {
			i = 0
		}
		if value := cells[i+1]; value == 0 || cells[i] == key {
			return value
		}
	}
}

// get gives the value of a key, 0 where there is none.
func (m *memo) get(key []uint64) uint64 { return m.cells[m.find(key)+m.width] }

// find gives the first word of the key's cell, or of the free one where it
// belongs.
func (m *memo) find(key []uint64) int {
	stride := m.width + 1
	for i := int(hashWords(key)>>(m.shift&63)) * stride; ; i += stride {
		if i >= len(m.cells) {
			i = 0
		}
		if m.cells[i+m.width] == 0 || same(m.cells[i:i+m.width], key) {
			return i
		}
	}
}

// full tells whether one more key makes the memo grow.
func (m *memo) full() bool { return 2*(m.count+1)*(m.width+1) > len(m.cells) }

// put stores a key that is not there with a value other than 0.
func (m *memo) put(key []uint64, value uint64) {
	if stride := m.width + 1; m.full() {
		old := m.cells
		m.cells = make([]uint64, 2*len(old))
		m.shift--
		for i := 0; i < len(old); i += stride {
			if old[i+m.width] != 0 {
				copy(m.cells[m.find(old[i:i+m.width]):], old[i:i+stride])
			}
		}
	}
	i := m.find(key)
	copy(m.cells[i:], key)
	m.cells[i+m.width] = value
	m.count++
}

// relayout packs all keys anew.
func (m *memo) relayout(from, to *layout) {
	old := *m
	stride := to.width + 1
	*m = memo{cells: make([]uint64, len(old.cells)/(old.width+1)*stride), width: to.width, count: old.count, shift: old.shift}
	key := make([]uint64, to.width)
	for i := 0; i < len(old.cells); i += old.width + 1 {
		if value := old.cells[i+old.width]; value != 0 {
			repack(key, old.cells[i:i+old.width], from, to)
			at := m.find(key)
			copy(m.cells[at:], key)
			m.cells[at+to.width] = value
		}
	}
}

// bytes is the memory held.
func (m *memo) bytes() int64 { return int64(len(m.cells)) * 8 }
