// Package joint says which states two TCPs can be in at the same time.
//
// RFC 9293 draws one end (figure 5). Of the 121 ordered pairs of its 11 states
// most are out of the question unless something went wrong, and which ones
// depends on what may go wrong: a [Class]. The matrix was computed, not argued:
// an explicit-state model of RFC 9293 section 3.10 for two ends, with its exact
// order of checks, was searched to the end for each class, and a pair belongs
// to the smallest class in which it was reached. It is data here, and no rule is
// derived from it: whoever searches another way has something to compare with.
//
// A pair is only ever told of two ends of one connection, with sequence numbers
// of different incarnations that do not overlap (section 3.4.3), and without
// note 3 of figure 5, by which an end that sent a RST may rest in TIME-WAIT.
package joint
