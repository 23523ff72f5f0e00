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
// Three patterns that make verdicts interesting occur beside random code: a store
// that encodes what it keeps, and a buffer that is flushed later, with ghosts that
// mirror what they should contain; and a judge whose wrong answer an update repairs.
// Some locals are readable and some protocols tracked, and what is read of them stands
// where that can be (readable.go).
// In one spec out of five there are optional values, sets or sequences (held.go).
// Shapes that judges have gone wrong with are drawn on purpose (shapes.go, crowd.go):
// random code would come upon them too seldom.
//
// Transfers write only variables of units that the update affects and data that
// these mention, and ask only about these units; what is affected is told from the
// text, so that some of it is left out.
//
// One spec in ten has ghosts that are attached to messages (hook.go). Where a message's
// form changes, a convert or, mostly, an adapt often goes with it (convert.go).
//
// About one spec in seven has more than 2000 states in one of its versions; a few
// have many more, so give the judges a limit.
//
// Symmetric is apart from all this (symmetric.go): it draws specs with `symmetric` arrays, for
// a test that looks at what the language then asserts. Not all of them are accepted.
//
// Start reading at gen.go, then update.go and difference.go, which prints it.
package gen
