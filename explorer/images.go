package explorer

import (
	"errors"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/model"
)

// image holds where one transfer takes each point.
type image struct {
	transfer *model.Transfer
	to       []search.Ref      // by point, from r1.region.First; NoRef: the switch fails or was not computed
	fails    map[uint32]uint32 // by point: 1 + the number of the failure of the switch
}

// at gives the image of a point, or the failure of its switch.
func (i *image) at(point int) (to search.Ref, fail uint32) {
	if to = i.to[point]; to == search.NoRef {
		fail = i.fails[uint32(point)]
	}
	return to, fail
}

// together is the number of points switched between two looks at the context. Where there is a disk it is more,
// since it takes as long to look up few as many, with so many bytes for each, and at most so many.
const (
	together       = 1 << 9
	togetherBytes  = 64
	togetherOnDisk = 1 << 22
)

// switchPoints computes the state right after the switch, for every point and
// transfer.
func (a *Analysis) switchPoints() error {
	if a.r2.broken() {
		return nil
	}
	for _, t := range a.model.Transfers {
		img, err := a.switchAll(t)
		if err != nil {
			return err
		}
		a.images = append(a.images, *img)
	}
	return nil
}

// switchAll applies one transfer to every point. A deadlocked state of the old
// version is no point.
func (a *Analysis) switchAll(t *model.Transfer) (*image, error) {
	r := a.r1.region
	img := &image{transfer: t, to: perState[search.Ref](a.space, int(r.End-r.First)), fails: map[uint32]uint32{}}
	for p := range img.to {
		img.to[p] = search.NoRef
	}
	m := a.space.NewMap(parts(t), a.behind()...)
	var points []search.Ref
	var images []search.Image
	next := r.First
	if a.r1.initial != 0 {
		next = r.End // nothing is reachable: no point
	}
	for next < r.End && !a.cut {
		if a.cut = a.stopSwitching("switch", t, int(next-r.First), int(r.End-r.First)); a.cut {
			break
		}
		points = points[:0]
		for most := a.room(); next < r.End && len(points) < most; next++ {
			if !a.r1.excluded.Has(next) {
				points = append(points, next)
			}
		}
		var err error
		if images, err = m.Images(points, images[:0]); err != nil && !errors.Is(err, search.ErrDisk) {
			return nil, err
		}
		for i, made := range images {
			p := int(points[i] - r.First)
			if img.to[p] = made.To; made.Fail != 0 {
				img.fails[uint32(p)] = uint32(made.Fail)
			}
		}
		a.cut = err != nil || a.opt.MaxStates > 0 && int(a.space.Len()) > a.opt.MaxStates
	}
	return img, nil
}

// room is the number of points to be switched together, so that not more than one
// state is stored beyond the limit.
func (a *Analysis) room() int {
	most := together
	if a.onDisk() {
		most = int(min(max(a.opt.MaxBytes/8/togetherBytes, together), togetherOnDisk))
	}
	if a.opt.MaxStates == 0 {
		return most
	}
	return max(1, min(most, a.opt.MaxStates-int(a.space.Len())))
}

// stopSwitching says whether a limit is reached while points are switched, of which so many
// are done.
func (a *Analysis) stopSwitching(phase string, t *model.Transfer, done, of int) bool {
	if a.opt.Progress != nil {
		if t.Name != "" && t.Name != model.NoTransfer {
			phase += " with " + t.Name
		}
		a.opt.Progress(Progress{Phase: phase, States: int64(a.space.Len()), Bytes: a.space.Bytes() + a.beside(), Done: int64(done), Of: int64(of)})
	}
	return a.limited()
}

// limited says whether a limit is reached.
func (a *Analysis) limited() bool {
	return a.ctx.Err() != nil || a.opt.MaxStates > 0 && int(a.space.Len()) > a.opt.MaxStates ||
		a.opt.MaxBytes > 0 && !a.space.Within(a.opt.MaxBytes-1, a.beside())
}
