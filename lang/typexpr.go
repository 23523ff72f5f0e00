package lang

// typeExpression reads texpr of the grammar. The bounds of a range are sums.
func typeExpression(r *reader) (TypeNode, error) {
	if err := r.deeper(); err != nil {
		return nil, err
	}
	defer func() { r.depth-- }()
	start := r.start()
	switch {
	case r.accept("["):
		index, err := typeExpression(r)
		if err != nil {
			return nil, err
		}
		if err := r.expect("]", "behind this index type"); err != nil {
			return nil, err
		}
		elem, err := typeExpression(r)
		return &ArrayTypeNode{Node: r.from(start), Index: index, Elem: elem}, err
	case r.accept("set"):
		elem, err := r.elements("behind `set`")
		return &SetTypeNode{Node: r.from(start), Elem: elem}, err
	case r.accept("seq"):
		bound, err := r.climb(sumLevel)
		if err != nil {
			return nil, err
		}
		elem, err := r.elements("behind the length of this `seq`")
		return &SeqTypeNode{Node: r.from(start), Bound: bound, Elem: elem}, err
	}
	t, err := r.simpleType(start)
	if err == nil && r.accept("?") {
		t = &OptionalTypeNode{Node: r.from(start), Elem: t}
	}
	return t, err
}

// elements reads `of T`.
func (r *reader) elements(what string) (TypeNode, error) {
	if err := r.expect("of", what); err != nil {
		return nil, err
	}
	return typeExpression(r)
}

func (r *reader) simpleType(start Pos) (TypeNode, error) {
	switch {
	case r.accept("record"):
		if err := r.expect("{", "behind `record`"); err != nil {
			return nil, err
		}
		fields, err := r.fields()
		return &RecordTypeNode{Node: r.from(start), Fields: fields}, err
	case r.accept("{"):
		members, err := r.members()
		return &EnumTypeNode{Node: r.from(start), Members: members}, err
	case r.atKind(keywordToken) && !r.at("self") && !r.at("old"):
		return nil, r.fail(codeReserved, "`"+r.peek().Value+"` is a word of the language and no type", "")
	case !r.atKind(nameToken) && !r.atKind(numberToken) && !r.at("(") && !r.at("-"):
		return nil, r.fail(codeType, "a type is missing: found "+nameOf(r.peek()), "")
	}
	first := r.peek()
	lo, err := r.climb(sumLevel)
	if err != nil {
		return nil, err
	}
	if r.accept("..") {
		hi, err := r.climb(sumLevel)
		return &RangeTypeNode{Node: r.from(start), Lo: lo, Hi: hi}, err
	}
	if name, ok := lo.(*NameNode); ok {
		return &NamedTypeNode{Node: name.Node, Name: name.Name}, nil
	}
	return nil, failAt(first, codeType, "this is no type", "a type is a name, a range like `0..3`, `{a, b}`, `record {…}` or `[index] type`")
}

// fields reads `name: type, …` up to and with the closing brace.
func (r *reader) fields() ([]*ParamNode, error) {
	var fields []*ParamNode
	for {
		r.skipEnds()
		start := r.start()
		name, err := r.name("the name of a field")
		if err != nil {
			return nil, err
		}
		if err := r.expect(":", "behind the field's name"); err != nil {
			return nil, err
		}
		t, err := typeExpression(r)
		if err != nil {
			return nil, err
		}
		fields = append(fields, &ParamNode{Node: r.from(start), Name: name, Type: t})
		r.skipEnds()
		if !r.accept(",") {
			return fields, r.expect("}", "behind the fields")
		}
	}
}

// members reads `name, …` up to and with the closing brace.
func (r *reader) members() ([]*Ident, error) {
	var members []*Ident
	for {
		r.skipEnds()
		name, err := r.name("the name of a value")
		if err != nil {
			return nil, err
		}
		members = append(members, name)
		r.skipEnds()
		if !r.accept(",") {
			return members, r.expect("}", "behind the values")
		}
	}
}
