// Package gen makes random small specs, to compare two judges of them. Tests only.
//
// In: a source of random draws (rapid, which also shrinks). Out: the text of a spec
// with one system and one update, well-typed by construction: every name that is
// used is declared, every value has the type that its place wants. The text says
// nothing about what comes out: specs of every verdict occur, broken and vacuous
// ones too.
//
// A spec is first built as a small tree (version, unit, handler) with the code of
// the handlers as text. The update is a changed copy of that tree: handlers whose
// code mentions something that the change removes or retypes are written anew, and
// what differs between the two trees is printed as the update's text. Protocols
// are mostly derived from the code that sends their messages, so that most of them
// are kept.
//
// Two patterns that make verdicts interesting occur beside random code: a store
// that encodes what it keeps, and a buffer that is flushed later; a ghost mirrors
// what they should contain.
//
// Most specs have fewer than 3000 states in each version; a few have many more, so
// give the judges a limit.
//
// Start reading at gen.go, then update.go.
package gen
