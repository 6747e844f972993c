package link

import "time"

// Config is one direction of a link. The zero value delivers everything, in
// order, after MinHop. All rates are in parts per million (1 % is 10,000),
// all times in nanoseconds; nothing is decided by a float.
type Config struct {
	_ struct{} // no positional literals: fields will be added

	// Delay is how long a datagram travels.
	Delay Delay

	// Loss loses each datagram independently (Bernoulli), in ppm.
	Loss uint32
	// Gilbert loses datagrams in bursts (Gilbert-Elliott), besides Loss.
	Gilbert Gilbert
	// Cap is how often the same sequence range may be lost in a row, all
	// causes together; the next one lost to Loss, Gilbert or Corrupt gets
	// through all the same. 0 is no cap: then no liveness property is true.
	Cap int

	// Reorder sends a datagram ahead without its delay, in ppm, as netem does;
	// with Gap only every Gap-th datagram is a candidate. 0 is off; Gap 0 is 1.
	Reorder uint32
	Gap     int
	// FIFO lets no datagram overtake an earlier one of its direction: jitter
	// then stretches gaps but does not reorder.
	FIFO bool

	// Duplicate delivers a datagram twice, in ppm; the second copy draws a
	// delay of its own.
	Duplicate uint32
	// Corrupt flips one bit of the TCP segment, in ppm. The checksum catches
	// it, unless Undetected: then the checksum is made good again.
	Corrupt    uint32
	Undetected bool

	// Rate is in bits per second; 0 is infinite. A datagram that finds more
	// than QueuePackets datagrams or QueueOctets octets waiting to be sent is
	// dropped (drop-tail). 0 is no limit.
	Rate         int64
	QueuePackets int
	QueueOctets  int

	// MTU drops larger datagrams. 0 is no limit but that of the simulator.
	MTU int
	// Down drops everything.
	Down bool
}

// MinHop is the least time that a hop takes: with time standing still, real
// stacks have been seen to answer themselves without end at one instant.
const MinHop = time.Microsecond

// DelayModel is the distribution of a Delay.
type DelayModel uint8

// The delay models.
const (
	Constant    DelayModel = iota // always Min
	Uniform                       // between Min and Max, both included
	Exponential                   // Min, plus an exponential with mean Mean
	Bimodal                       // Min, but Max for Tail ppm of the datagrams
)

// Delay is a distribution of travel times. Times under MinHop count as MinHop.
type Delay struct {
	Model DelayModel
	Min   time.Duration // the floor of every model
	Max   time.Duration // Uniform, Bimodal
	Mean  time.Duration // Exponential: the mean of what comes on top of Min
	Tail  uint32        // Bimodal: ppm of datagrams that take Max
}

// Gilbert is the Gilbert-Elliott model in netem's parameters: a chain of two
// states, good and bad, that may change after each datagram. All in ppm; the
// zero value is off. Mean loss is (R*LossGood + P*LossBad) / (P + R), mean
// burst (LossGood 0, LossBad 1,000,000) is 1,000,000/R datagrams.
type Gilbert struct {
	P        uint32 // good to bad
	R        uint32 // bad to good
	LossGood uint32 // loss in good (netem's 1-k)
	LossBad  uint32 // loss in bad (netem's 1-h)
}
