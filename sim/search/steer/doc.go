// Package steer searches where coverage grows: a scenario whose run reached
// something new is kept in a corpus, and later runs are changed copies of such
// scenarios, or fresh ones.
//
//	Corpus --Mutate--> Scenario --Runner--> cells, a Violation
//	new cells --> Corpus
//
// A search goes in generations. The runs of a generation see the corpus as the
// one before left it; when all are done, what they found is added in the order
// of their numbers. So the result depends on the options alone, not on how many
// goroutines there were. Run i of a seed depends on the runs before its
// generation too, though, unlike a sweep's: what it found is replayed from the
// scenario's text, not from a seed and a number.
//
// A corpus lives in a folder, one scenario's text a file, named by the hash of
// the text. So two corpora are merged by copying the files together.
//
// The runs that are drawn afresh are counted apart from the changed ones: only
// they are independent of each other, as coverage's estimates want them.
package steer
