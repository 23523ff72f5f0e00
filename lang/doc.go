// Package lang turns the text of a spec into a checked program, or into a list of
// errors that its author understands.
//
// In goes the text of a file and of what it imports; out come either a *Program,
// in which every name is resolved and every expression typed, or an ErrorList.
// The passes, each in the files named after it:
//
//	scan      token.go, bracket.go     text to words and signs; line breaks that end
//	                                   a statement; brackets balanced; comments aside;
//	                                   all limits on size and nesting
//	parse     parse.go, parse_context.go  cuts the words at declarations and at the
//	                                   parts of units and updates, and reads each one
//	                                   by itself, so one run reports all errors
//	          ast*.go                  the tree; its struct tags are the grammar
//	          reader.go, expr.go, typexpr.go, stmt.go, stmt_block.go, protocol.go
//	                                   what is read by hand: precedence climbing, and
//	                                   going on behind a broken statement
//	          translate.go             the parser library's messages in our words
//	load      load.go                  a file with its imports
//	          partial.go               what is said of a spec of which some cannot be read
//	check     check*.go and others     names, types, what may be read where; the old
//	                                   and the new version of the program
//	format    print*.go                a tree in the canonical layout, with comments
//	report    errors.go, render.go, source.go, codes*.go
//	                                   diagnostics, their source lines, every code
//
// What holds between the passes:
//
//   - Parse never fails as a whole and never panics: it gives what it could read,
//     and errors for the rest. The tree is complete when there are no errors.
//   - Every node of the tree has a Span that ends right behind its last character.
//   - Behind the scanner brackets are balanced and nest at most 256 deep; what nests
//     without brackets is bounded as well. So every recursion over a tree is bounded.
//   - Format's text parses to the same tree, with the same comments.
//   - The tree is read-only after Parse, the program after the check.
//   - Nothing of the parser library appears in an exported signature.
//   - Nothing depends on the order of a map, the clock or the file system: files
//     come through an fs.FS.
//
// The package knows nothing of states, steps and exploration. Program, in
// program.go, is all that the packages behind it see.
//
// Start reading with Parse in parse.go and Load in load.go; ast.go shows what the
// language has.
package lang
