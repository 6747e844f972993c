module example.org/halfopen

go 1.26
