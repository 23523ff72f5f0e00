package lang

// protocolBody reads `{ palt }` of the grammar; line breaks mean nothing in it.
func protocolBody(r *reader) (ProtocolExpr, error) {
	if err := r.expect("{", "before the messages of this protocol"); err != nil {
		return nil, err
	}
	x, err := r.alternatives()
	if err != nil {
		return nil, err
	}
	return x, r.expect("}", "behind the messages of this protocol")
}

// alternatives reads sequences with `|` between them.
func (r *reader) alternatives() (*ProtocolNode, error) {
	r.skipEnds()
	start := r.start()
	var choices []*ProtocolNode
	for {
		x, err := r.sequence()
		if err != nil {
			return nil, err
		}
		choices = append(choices, x)
		if !r.accept("|") {
			return r.combine(start, RxAlt, choices), nil
		}
	}
}

// sequence reads one message or group after the other.
func (r *reader) sequence() (*ProtocolNode, error) {
	r.skipEnds()
	start := r.start()
	var items []*ProtocolNode
	for {
		x, err := r.repeated()
		if err != nil {
			return nil, err
		}
		items = append(items, x)
		r.skipEnds()
		if !r.startsMessage() {
			return r.combine(start, RxSeq, items), nil
		}
	}
}

// startsMessage says whether a message or a group comes next. Any word may be a
// message here.
func (r *reader) startsMessage() bool {
	return r.atKind(nameToken) || r.atKind(keywordToken) || r.at("(")
}

func (r *reader) combine(start Pos, op RegexOp, sub []*ProtocolNode) *ProtocolNode {
	if len(sub) == 1 {
		return sub[0]
	}
	return &ProtocolNode{Node: Node{Pos: start, EndPos: sub[len(sub)-1].EndPos}, Op: op, Sub: sub}
}

// repeated reads a message or a group, with `*`, `+` or `?` behind it.
func (r *reader) repeated() (*ProtocolNode, error) {
	start := r.start()
	x, err := r.single(start)
	if err != nil {
		return nil, err
	}
	for _, repeat := range []struct {
		sign string
		op   RegexOp
	}{{"*", RxStar}, {"+", RxPlus}, {"?", RxOpt}} {
		if r.accept(repeat.sign) {
			return &ProtocolNode{Node: r.from(start), Op: repeat.op, Sub: []*ProtocolNode{x}}, nil
		}
	}
	return x, nil
}

// single reads one message, with or without its recipient, or a group.
func (r *reader) single(start Pos) (*ProtocolNode, error) {
	if r.accept("(") {
		x, err := r.alternatives()
		if err != nil {
			return nil, err
		}
		err = r.expect(")", "behind this group of messages")
		x.Parens, x.Node = true, r.from(start)
		return x, err
	}
	if !r.startsMessage() {
		return nil, r.fail(codeSyntax, "a message is missing: found "+nameOf(r.peek()),
			"a protocol is written like `{ begin chunk* end }`")
	}
	first := r.lex.Next()
	x := &ProtocolNode{Op: RxMessage, Message: &Ident{Node: r.from(start), Name: first.Value}}
	if r.accept(".") {
		message, err := r.name("the message behind the dot")
		if err != nil {
			return nil, err
		}
		x.Unit, x.Message = x.Message, message
	}
	x.Node = r.from(start)
	return x, nil
}
