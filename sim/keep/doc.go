// Package keep writes what a search has found so that nobody ever sees half of it:
// a file ([File]) or a folder ([Folder]) appears whole or not at all, in the place of
// an earlier one. It is written under a name that begins with a dot, beside where it
// goes, and renamed.
//
// This room knows files and nothing of runs, and needs the standard library only.
package keep
