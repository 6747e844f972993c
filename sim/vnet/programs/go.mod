module example.org/halfopen/sim/vnet/programs

go 1.26.0

require example.org/halfopen v0.0.0

require golang.org/x/net v0.62.0

replace example.org/halfopen => ../../..
