module counterexample

go 1.26.0

require example.org/halfopen v0.0.0
