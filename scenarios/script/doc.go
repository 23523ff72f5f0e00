// Package script runs test scripts for every package of the module; it is for
// tests only.
//
// A script is a text file of cases. In comes a directory entry and a function
// that answers a case; what comes out is a failing test wherever the answer is
// not what the script says. A case looks like this:
//
//	# a comment; comments and blank lines between cases are kept
//	command arg key=value
//	input, any number of lines
//	----
//	expected output
//	                      <- a blank line (or the end of the file) ends the case
//
// An expected output with blank lines of its own is written between two double
// separators:
//
//	command
//	----
//	----
//	first paragraph
//
//	second paragraph
//	----
//	----
//
// The input cannot contain a line that is exactly "----".
//
// Invariants: with -update every file whose answers differ is written anew, and
// then a second run passes and writes nothing; all that stands outside expected
// outputs is kept byte for byte. A pattern that matches no file fails, so that a
// moved directory cannot make a test pass by doing nothing.
//
// Start with Run. The package knows nothing of specs or of any other package.
package script
