package lang

// Inspect calls visit for a checked expression and everything in it, outer
// expressions first.
func Inspect(e Expr, visit func(Expr)) { (&visitor{expr: visit}).visitExpr(e) }
