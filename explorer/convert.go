package explorer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/explorer/formula"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// Messages that wait, as something that a synthesised transfer writes: all of one form
// become messages of another, by one `convert`.

// nowhere is the code of a place where no message of the family waits.
const nowhere = oldForm + 1

// convertible lists the families of messages.
func (y *synthesizer) convertible() (out []*family) {
	byName := map[string]*family{}
	for i, thing := range y.s.things {
		if thing.Var != nil {
			continue
		}
		forms := thing.Forms()
		for _, from := range forms {
			if from.Old == nil {
				continue
			}
			for _, to := range forms {
				if to.New == nil || to.New.Name != from.Old.Name && handles(forms, from.Old.Name) {
					continue
				}
				name := fmt.Sprintf("%s.%s -> %s", thing.Unit(), from.Old.Name, to.New.Name)
				f := byName[name]
				if f == nil {
					f = &family{name: thing.Unit() + ".waiting", owner: thing.Unit(), from: from, to: to}
					if !f.arguments() {
						continue
					}
					byName[name] = f
					out = append(out, f)
				}
				f.things = append(f.things, i)
				at := 1 // behind the form
				for _, t := range f.targets {
					t.elements = append(t.elements, element{thing: i, from: at})
					at += t.typ.Slots()
				}
			}
		}
	}
	return out
}

// handles says whether the new version has a handler of some name.
func handles(forms []model.Form, name string) bool {
	for _, f := range forms {
		if f.New != nil && f.New.Name == name {
			return true
		}
	}
	return false
}

// arguments makes a target of each part of the new arguments; false where one is neither a
// scalar nor a record of such, or nothing is left to choose.
func (f *family) arguments() bool {
	params := []dimension{} // not nil: that tells messages from variables
	for _, x := range f.from.Old.Params {
		list, ok := scalars(x.Name, x.Type)
		if !ok {
			return false
		}
		params = append(params, list...)
	}
	for _, x := range f.to.New.Params {
		list, ok := scalars(x.Name, x.Type)
		if !ok {
			return false
		}
		for _, d := range list {
			f.targets = append(f.targets, &target{path: d.name, typ: d.typ, params: params})
		}
	}
	return len(f.targets) > 0
}

// scalars lists the parts of an argument, with how they are written; false where one is
// no scalar.
func scalars(path string, t *lang.Type) (out []dimension, ok bool) {
	if t.IsScalar() {
		return []dimension{{t, path}}, true
	}
	if t.Kind != lang.Record || t.Sugar != lang.Plainly {
		return nil, false
	}
	for _, f := range t.Fields {
		list, ok := scalars(path+"."+f.Name, f.Type)
		if !ok {
			return nil, false
		}
		out = append(out, list...)
	}
	return out, true
}

// absent says whether no message of the family waits in a place.
func (f *family) absent(y *synthesizer, c *alikes, e element) bool {
	if f.from.Old == nil {
		return false
	}
	form, _ := y.s.things[e.thing].Waiting(c.old)
	return form != f.from.Number
}

// arrived tells in which places messages of a piece's family wait, and with which arguments.
func (y *synthesizer) arrived(c *alikes, p *piece) string {
	var b []byte
	for _, e := range p.target.elements {
		if p.family.absent(y, c, e) {
			b = append(b, 0)
			continue
		}
		b = append(append(b, 1), packed(y.at(c, p.target, e))...)
	}
	return string(b)
}

// at gives the indices of an element, or the old arguments of a message.
func (y *synthesizer) at(c *alikes, t *target, e element) []int64 {
	if t.params == nil {
		return e.at
	}
	_, args := y.s.things[e.thing].Waiting(c.old)
	at := make([]int64, len(t.params))
	copy(at, args)
	return at
}

// converts says whether a choice turns all messages of the written families into the form
// that they are to have.
func (y *synthesizer) converts(c *alikes, written []*family, ch choice) bool {
	for _, f := range written {
		if f.from.Old == nil {
			continue
		}
		for _, i := range f.things {
			if form, _ := y.s.things[i].Waiting(c.old); form != f.from.Number {
				others := slices.ContainsFunc(written, func(o *family) bool { return o.from.Number == form && slices.Contains(o.things, i) })
				if ch[i] != kept && !others {
					return false
				}
				continue
			}
			var val []int64
			if n := ch[i]; n != kept {
				val = y.s.list[i][n]
			} else {
				val, _ = y.s.things[i].Get(c.base)
			}
			if val == nil || val[0] != f.to.Number {
				return false
			}
		}
	}
	return true
}

// room is a value under construction.
func (y *synthesizer) room(f *family, thing int) []int64 {
	if f.from.Old == nil {
		return make([]int64, y.s.things[thing].Var.Type.Slots())
	}
	n := 1
	for _, x := range f.to.New.Params {
		n += x.Type.Slots()
	}
	val := make([]int64, n)
	val[0] = f.to.Number
	return val
}

// agree says whether values are those that are allowed, where there are any.
func agree(allowed, values []int64) bool {
	for i, w := range allowed {
		if w != nowhere && w != values[i] {
			return false
		}
	}
	return true
}

// conversion spells a family of messages.
func conversion(f *family, code []*piece) string {
	var old, new []string
	for _, x := range f.from.Old.Params {
		old = append(old, x.Name)
	}
	var parts []string
	for _, p := range code {
		if p.family == f {
			parts = append(parts, p.expression(p.tree))
		}
	}
	for _, x := range f.to.New.Params {
		new = append(new, built(x.Type, &parts))
	}
	to := ""
	if f.to.New.Name != f.from.Old.Name {
		to = f.to.New.Name
	}
	return fmt.Sprintf("convert %s.%s(%s) -> %s(%s)", f.owner, f.from.Old.Name, strings.Join(old, ", "), to, strings.Join(new, ", "))
}

// built makes a value of its parts, taking these from the front of a list.
func built(t *lang.Type, parts *[]string) string {
	if t.IsScalar() {
		first := (*parts)[0]
		*parts = (*parts)[1:]
		return first
	}
	var fields []string
	for _, f := range t.Fields {
		fields = append(fields, f.Name+": "+built(f.Type, parts))
	}
	return t.Name + "(" + strings.Join(fields, ", ") + ")"
}

// expression spells a tree as a value.
func (p *piece) expression(t *formula.Tree) string {
	if t.Cond == nil {
		return p.converted(t.Term)
	}
	return fmt.Sprintf("if %s then %s else %s", t.Cond.Text, p.expression(t.Then), p.expression(t.Else))
}

// plainType is the type of numbers without a range of their own.
var plainType = &lang.Type{Kind: lang.Int}
