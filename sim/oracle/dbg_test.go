package oracle
import ("testing";"example.org/halfopen/sim";"example.org/halfopen/endpoint")
func TestDbg(t *testing.T){
 s,err:=sim.Parse("x",`seed 505
        A tcp mss=100
        B tcp receive-buffer=300 mss=50
        link delay 10ms loss 5% cap 3 corrupt 10%
        A: open active; send 2000; wait 30s; close; receive all
        B: open passive nowait; wait 1s; close
        corrupt A ANY #2 bit 107 undetected
`)
 if err!=nil {t.Fatal(err)}
 w:=sim.NewWorld(sim.TCP())
 w.Reset(&s)
 var j Judge
 j.Reset(w.Scenario(), [2]endpoint.Profile{w.Profile(0),w.Profile(1)})
 for i:=0;i<12;i++{
  st,ok:=w.Step(); if !ok {break}
  t.Logf("%d %v %v %+v %v->%v", st.N, st.At, st.End, st.Cause, st.Before.State, st.After.State)
  if st.Arrived!=nil { t.Logf("   arrived %v seq %d ack %d len %d err %v", st.Arrived.Flags, st.Arrived.Seq, st.Arrived.Ack, len(st.Arrived.Text), st.ArrivedErr)}
  for _,e:=range st.Emits { t.Logf("   emit #%d %v seq %d ack %d len %d fate %+v", e.ID, e.Segment.Flags, e.Segment.Seq, e.Segment.Ack, len(e.Segment.Text), e.Fate.Copies[0])}
  if !j.Step(st) { t.Log(j.v); break }
 }
}
