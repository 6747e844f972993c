// Package gen holds rapid generators of faults, scripts and scenarios.
//
// What they draw is valid by construction: nothing is filtered, so rapid
// wastes no attempts and shrinks each choice by itself. They draw plain
// structure, a number for each thing that can be made smaller and a list for
// what can be left out, and no seed but that of the link's models: a seed
// hides from rapid what it stands for. The first alternative of each choice is
// the simplest.
//
// [Fair] scenarios are those in which TCP promises everything: losses are
// capped, delays are well under the maximum segment lifetime, applications
// read to the end. [Hostile] ones add crashes, injected segments, corruption
// that no checksum catches, and users who change their minds. [Written] ones
// are valid texts, and need make no sense.
package gen
