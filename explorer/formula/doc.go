// Package formula finds short expressions from examples: expressions over named values which
// give, in each of finitely many rows, a value that is allowed there. It knows nothing of
// updates; the explorer asks it for transfers and stable states.
//
// Expressions are enumerated by size, each represented by its value in every row, and of
// those with the same values only the first is kept (observational equivalence, Albarghouthi,
// Gulwani, Kincaid 2013; Udupa et al. 2013). Where no expression is good for all rows,
// several are combined by conditions, as in a decision tree (Alur, Radhakrishna, Udupa 2017).
package formula
