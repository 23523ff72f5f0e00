// Package reports renders what explorer decided: as text for people, as JSON for
// tools, and one run at a time as a table of steps with message lanes.
//
// # In and out
//
// In goes an [explorer.Report], which is complete, decoded and sorted, or a
// [Finding], which is one cell with its run. Out come bytes on an [io.Writer].
// Nothing here decides anything: a verdict, a cause or an exit code that is not
// in the report is not printed.
//
//   - [Text] prints the feasibility matrix and all that stands around it.
//   - [Trace] prints one cell's run: what each step changes, who sends what to
//     whom, where the switch is, and the clause that is violated.
//   - [Figures] prints what makes a model big; [FiguresJSON] and [FiguresSchema] are
//     the same as data, lucheck.stats/v1.
//   - [JSON] and [ReadJSON] write and read the data contract lucheck.report/v1;
//     [Schema] is its description as a JSON Schema.
//
// # Invariants
//
// Equal reports and styles give equal bytes. A report is only read, never
// changed. A report may come from a file of unknown origin, so its strings are
// made [Presentable] before they reach a terminal: control characters and
// characters that turn the direction of writing are spelled out. Every line of
// text fits the style's width unless a single word is longer, and no line ends
// in white space.
//
// The package refuses to know files, terminals and the environment: width,
// colour and character set come in as a [Style], source lines as a [Source].
//
// # Where to start
//
// text.go is the page from top to bottom; matrix.go and trace.go are its two
// large parts; style.go has the glyphs.
package reports
