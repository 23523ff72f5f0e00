package explorer

import (
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

// cancelCheck is the number of points switched between two looks at the context.
const cancelCheck = 1 << 14

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
	img := &image{transfer: t, to: make([]search.Ref, r.End-r.First), fails: map[uint32]uint32{}}
	m := a.space.NewMap(parts(t), a.r2.invariants...)
	for p := range img.to {
		img.to[p] = search.NoRef
		if p%cancelCheck == 0 && a.stopSwitching(p) {
			a.cut = true
		}
		if a.cut || a.r1.excluded.Has(r.First+search.Ref(p)) {
			continue
		}
		to, fail, isNew, err := m.Image(r.First + search.Ref(p))
		if err != nil {
			return nil, err
		}
		if isNew && a.opt.MaxStates > 0 && int(a.space.Len()) > a.opt.MaxStates {
			a.cut = true
		}
		img.to[p] = to
		if fail != 0 {
			img.fails[uint32(p)] = uint32(fail)
		}
	}
	return img, nil
}

// stopSwitching says whether a limit is reached while points are switched.
func (a *Analysis) stopSwitching(point int) bool {
	if a.opt.Progress != nil {
		a.opt.Progress(Progress{Phase: "switch", States: int64(a.space.Len()), Steps: int64(point), Bytes: a.space.Bytes()})
	}
	return a.ctx.Err() != nil || a.opt.MaxStates > 0 && int(a.space.Len()) >= a.opt.MaxStates ||
		a.opt.MaxBytes > 0 && a.space.Bytes() >= a.opt.MaxBytes
}
