package search

// family is W(N,K), coded directly: N clients that open, write K chunks and close
// through one process (VFS) that calls another (FS).
//
// Component c < N: client c's program counter, what it waits for and its reply
// slot. Then VFS (activation and reply slot of FS), VFS's mailbox, FS with its
// mailbox, and for each client its data: opened, buffered, on disk.
type family struct {
	n, k int
	next []uint64
}

const (
	opOpen = iota
	opWrite
	opClose
)

// Words of the components, in order: client: pc, phase; VFS: phase, client, op,
// opened (bit set); mailbox: n words of 1 + client*3 + op; FS: mailbox, phase,
// client, op; data: buffered, disk.
func newFamily(n, k int) *family { return &family{n: n, k: k} }

func (f *family) Components() []int {
	var sizes []int
	for range f.n {
		sizes = append(sizes, 2)
	}
	sizes = append(sizes, 4, f.n, 4)
	for range f.n {
		sizes = append(sizes, 2)
	}
	return sizes
}

func (f *family) vfs() int  { return 2 * f.n }
func (f *family) box() int  { return f.vfs() + 4 }
func (f *family) fs() int   { return f.box() + f.n }
func (f *family) data() int { return f.fs() + 4 }

func (f *family) initial() []uint64 { return make([]uint64, f.data()+2*f.n) }

// Groups: the clients, VFS, FS.
func (f *family) Groups() int { return f.n + 2 }

func (f *family) Home(g int) int {
	if g == f.n+1 {
		return f.n + 2
	}
	return g
}

const (
	clientSends = iota
	clientWaits
	clientReplied // the reply is in its slot
	clientAdvances
)

const (
	vfsIdle = iota
	vfsWorks
	vfsWaits
	vfsReplied
	vfsAnswers
)

const (
	fsIdle = iota
	fsWorks
	fsAnswers
)

const assertOpened = 7

func (f *family) Footprint(g int, v []uint64) []int {
	switch {
	case g < f.n:
		switch v[2*g+1] {
		case clientWaits:
			return nil
		case clientSends:
			return []int{g, f.n + 1}
		}
		return []int{g}
	case g == f.n:
		vfs := v[f.vfs():]
		switch vfs[0] {
		case vfsIdle:
			return []int{f.n, f.n + 1}
		case vfsWaits:
			return nil
		case vfsAnswers:
			return []int{int(vfs[1]), f.n}
		case vfsWorks:
			if vfs[2] != opOpen {
				return []int{f.n, f.n + 2}
			}
		}
		return []int{f.n}
	default:
		fs := v[f.fs():]
		switch fs[1] {
		case fsWorks:
			return []int{f.n, f.n + 2, f.n + 3 + int(fs[2])}
		case fsAnswers:
			return []int{f.n, f.n + 2}
		}
		return []int{f.n + 2}
	}
}

func (f *family) Step(g int, v []uint64, emit func([]uint64, Info) bool) {
	f.next = append(f.next[:0], v...)
	if info, ok := f.step(g, f.next); ok {
		if info&Failed != 0 {
			emit(nil, info)
		} else {
			emit(f.next, info)
		}
	}
}

// step changes s by the only step of the group, if there is one.
func (f *family) step(g int, s []uint64) (Info, bool) {
	box := s[f.box():f.fs()]
	vfs, fs := s[f.vfs():f.box()], s[f.fs():f.data()]
	switch {
	case g < f.n:
		return f.client(g, s[2*g:2*g+2], box)
	case g == f.n:
		switch vfs[0] {
		case vfsIdle:
			if box[0] == 0 {
				return 0, false
			}
			vfs[0], vfs[1], vfs[2] = vfsWorks, (box[0]-1)/3, (box[0]-1)%3
			copy(box, box[1:])
			box[len(box)-1] = 0
		case vfsWorks:
			if vfs[2] == opOpen {
				vfs[3] |= 1 << vfs[1]
				vfs[0] = vfsAnswers
				break
			}
			if fs[0] != 0 {
				return 0, false
			}
			fs[0] = 1 + vfs[1]*3 + vfs[2]
			vfs[0] = vfsWaits
		case vfsReplied:
			if vfs[2] == opClose {
				vfs[3] &^= 1 << vfs[1]
			}
			vfs[0] = vfsAnswers
		case vfsAnswers:
			s[2*vfs[1]+1] = clientReplied
			vfs[0], vfs[1], vfs[2] = vfsIdle, 0, 0
		}
	default:
		switch fs[1] {
		case fsIdle:
			if fs[0] == 0 {
				return 0, false
			}
			fs[1], fs[2], fs[3], fs[0] = fsWorks, (fs[0]-1)/3, (fs[0]-1)%3, 0
		case fsWorks:
			if vfs[3]>>fs[2]&1 == 0 {
				return Failed | assertOpened, true
			}
			data := s[f.data()+2*int(fs[2]):]
			if fs[3] == opWrite {
				data[0]++
			} else {
				data[1], data[0] = (data[1]+data[0])%uint64(f.k+1), 0
			}
			fs[1] = fsAnswers
		case fsAnswers:
			vfs[0] = vfsReplied
			fs[1], fs[2], fs[3] = fsIdle, 0, 0
		}
	}
	return 0, true
}

func (f *family) client(g int, c, box []uint64) (Info, bool) {
	switch c[1] {
	case clientSends:
		op := uint64(opWrite)
		if c[0] == 0 {
			op = opOpen
		} else if int(c[0]) == f.k+1 {
			op = opClose
		}
		for i := range box {
			if box[i] == 0 {
				box[i] = 1 + uint64(g)*3 + op
				c[1] = clientWaits
				return 0, true
			}
		}
		return 0, false
	case clientReplied:
		c[1] = clientAdvances
	case clientAdvances:
		c[0], c[1] = (c[0]+1)%uint64(f.k+2), clientSends
	}
	return 0, true
}
