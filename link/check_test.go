package link

import "testing"

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		c    Config
		want string
	}{
		{Config{Loss: 1_000_001}, "link: Loss of 1000001 ppm is more than all, 1000000"},
		{Config{Gilbert: Gilbert{LossBad: 1_000_001}}, "link: Gilbert.LossBad of 1000001 ppm is more than all, 1000000"},
		{Config{Cap: -1}, "link: Cap -1 is not from 0 to 2147483647"},
		{Config{Rate: 1 << 51}, "link: Rate 2251799813685248 is not from 0 to 1125899906842624"},
		{Config{MTU: 65536}, "link: MTU 65536 is not from 0 to 65535"},
		{Config{Gap: 2}, "link: Gap without Reorder"},
		{Config{Undetected: true}, "link: Undetected without Corrupt"},
		{Config{Delay: Delay{Min: -1}}, "link: delay -1ns is not from 0s to 1000h0m0s"},
		{Config{Delay: Delay{Max: 1}}, "link: a field of a constant delay is set that means nothing there"},
		{Config{Delay: Delay{Model: Uniform, Mean: 1}}, "link: a field of a uniform delay is set that means nothing there"},
		{Config{Delay: Delay{Model: Uniform, Min: 2, Max: 1}}, "link: uniform delay: Max 1ns is less than Min 2ns"},
		{Config{Delay: Delay{Model: Bimodal, Min: 2, Max: 1}}, "link: bimodal delay: Max 1ns is less than Min 2ns"},
		{Config{Delay: Delay{Model: 4}}, "link: no delay model 4"},
	} {
		if err := test.c.Check(); err == nil || err.Error() != test.want {
			t.Errorf("%+v: %v, want %s", test.c, err, test.want)
		}
	}
	for _, c := range []Config{
		{}, {Delay: Delay{Model: Exponential, Min: 1, Mean: 2}}, {Reorder: 1, Gap: 2}, {Corrupt: 1, Undetected: true},
		{QueuePackets: 5}, {Delay: Delay{Model: Bimodal, Min: 1, Max: 2, Tail: 3}},
	} {
		if err := c.Check(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
