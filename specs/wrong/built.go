package wrong

// Built is the name of the known-wrong endpoint that this program was built
// with, and "" in every ordinary build. Nothing assigns to it: Build replaces
// this file by one with another constant, in the same overlay as the wrong
// code. A program that prints the name has therefore taken the whole overlay.
const Built = ""
