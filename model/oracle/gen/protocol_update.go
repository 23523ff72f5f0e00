package gen

import "slices"

// otherProtocols changes one protocol, or adds one over messages that are sent
// already.
func (ch *changer) otherProtocols() {
	if len(ch.v.protocols) == 0 || ch.chance(20) {
		ch.addProtocol()
		return
	}
	i := ch.number(0, len(ch.v.protocols)-1)
	p := &ch.v.protocols[i]
	free := !ch.taken[p.name]
	switch ch.number(0, 5) {
	case 0, 1, 2:
		ch.otherKey(p)
	case 3, 4:
		if free {
			ch.otherInitiator(p)
			return
		}
		ch.otherKey(p)
	default:
		if free && ch.chance(30) {
			ch.v.protocols = slices.Delete(ch.v.protocols, i, i+1)
			return
		}
		ch.otherForm(p)
	}
}

func (ch *changer) otherForm(p *protocol) {
	p.form = pick(ch.generator, append([]string{"derived"}, loose...))
}

// otherKey gives a protocol another key where its messages carry one.
func (ch *changer) otherKey(p *protocol) {
	was := *p
	switch {
	case p.key != "" && ch.chance(30):
		p.key = ""
		return
	case p.key != "" && ch.chance(60):
		ch.widen()
		return
	}
	p.key = pick(ch.generator, keys[1:])
	if p.key == was.key || ch.v.protocolText(*p) == "" {
		*p = was
		ch.otherForm(p)
	}
}

// otherInitiator lets another unit start a protocol. A structural one is written
// anew, so that it comes to send other messages than it did.
func (ch *changer) otherInitiator(p *protocol) {
	var others []string
	for _, u := range ch.v.units {
		if u.name != p.from && !pattern(u.name) && slices.ContainsFunc(u.handlers, func(h *handler) bool { return h.sends != "" }) {
			others = append(others, u.name)
		}
	}
	if len(others) == 0 {
		ch.otherForm(p)
		return
	}
	p.from = pick(ch.generator, others)
	if u := ch.v.unit(p.from); u.kind != "client" && ch.chance(60) {
		ch.again = append(ch.again, pick(ch.generator, u.handlers))
	}
}

// addProtocol adds a protocol over what a unit sends in both versions.
func (ch *changer) addProtocol() {
	u := pick(ch.generator, ch.v.units)
	p := protocol{name: "q_" + u.name, from: u.name, form: pick(ch.generator, append([]string{"derived"}, loose...)), key: pick(ch.generator, keys)}
	if ch.v.protocolText(p) == "" {
		p.key = ""
	}
	if ch.v.protocolText(p) == "" || slices.ContainsFunc(ch.v.protocols, func(q protocol) bool { return q.name == p.name }) {
		ch.otherCode()
		return
	}
	ch.v.protocols = append(ch.v.protocols, p)
}
