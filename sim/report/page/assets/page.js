"use strict";
// Shows what is behind a line of the ladder: the TCB before and after, and the
// octets of the segment. Everything comes from the trace that is in the page.
(() => {
const lines = document.querySelector(".lines"), panel = document.getElementById("panel");
const trace = document.getElementById("trace"); // not in the page if it is very long
const hint = panel.innerHTML;
panel.hidden = false; // without a script it would have nothing to show
const rows = [["iss", "ISS"], ["irs", "IRS"], ["snd_una", "SND.UNA"], ["snd_nxt", "SND.NXT"], ["snd_max", "SND.MAX"],
  ["snd_wnd", "SND.WND"], ["rcv_nxt", "RCV.NXT"], ["rcv_wnd", "RCV.WND"], ["readable", "readable"], ["unsent", "unsent"],
  ["deadline", "deadline"], ["err", "error"], ["eof", "EOF"]];
let shown = 0, held = false, run = null;

// load reads the trace when it is first asked for: the page opens faster.
function load() {
  if (run) return run;
  if (!trace) return {byLine: new Map()};
  const all = trace.textContent.trim().split("\n").map((s) => JSON.parse(s));
  const events = all.slice(1), byLine = new Map(), segments = new Map();
  const last = {A: {deadline: -1}, B: {deadline: -1}};
  const at = (n) => byLine.get(n) || byLine.set(n, {events: [], segments: []}).get(n);
  for (const e of events) {
    e.before = last[e.end];
    e.after = last[e.end] = Object.assign({}, e.before, e.tcb);
    at(e.line).events.push(e);
    for (const s of e.emits || []) {
      s.event = e;
      s.end = s.from || e.end;
      segments.set(s.id, s);
      at(s.line).segments.push(s);
    }
  }
  run = {byLine, segments, octets: JSON.parse(document.getElementById("octets").textContent)};
  return run;
}

function make(parent, name, text, cls) {
  const e = parent.appendChild(document.createElement(name));
  if (text !== undefined) e.textContent = text;
  if (cls) e.className = cls;
  return e;
}

const seconds = (ns) => ns < 0 ? "none" : (ns / 1e9).toFixed(ns % 1e6 ? 6 : 3) + "s";

// value writes a variable; a sequence number also relative to where it began.
function value(tcb, key) {
  const v = tcb[key];
  if (key === "deadline") return seconds(v === undefined ? -1 : v);
  if (key === "eof") return v ? "yes" : "no";
  if (key === "err") return v || "none";
  if (v === undefined) return "0";
  const base = key.startsWith("snd_") && key !== "snd_wnd" ? tcb.iss : key === "rcv_nxt" ? tcb.irs : undefined;
  return base === undefined || v === 0 ? String(v) : v + " (" + ((v - base) | 0) + ")";
}

function why(e) {
  const c = e.cause;
  switch (c.kind) {
  case "call": return c.call + (c.n ? " " + c.n : "") + (c.err ? ": " + c.err : "");
  case "segment": return "segment #" + c.id + " arrives" + (c.deaf ? ", host down" : "");
  case "fault": return "fault " + c.fault + (c.id ? ", segment #" + c.id + " arrives" : "");
  }
  return "timeout";
}

function showTCB(e) {
  make(panel, "h3", e.end + ": " + why(e));
  make(panel, "p", e.state[0] === e.state[1] ? e.state[0] : e.state[0] + " \u2192 " + e.state[1]);
  const table = make(panel, "table"), head = make(make(table, "thead"), "tr"), body = make(table, "tbody");
  for (const s of ["TCB of " + e.end, "before", "after"]) make(head, "th", s).scope = "col";
  for (const [key, name] of rows) {
    const a = value(e.before, key), b = value(e.after, key), tr = make(body, "tr", undefined, a === b ? "" : "changed");
    for (const s of [name, a, b]) make(tr, "td", s);
  }
}

function bytesOf(base64) { return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)); }

// datagram is the headers and the text of a segment, null if they are not known.
function datagram(s) {
  const o = load().octets, head = bytesOf(o.heads[s.id - o.first] || "");
  if (!head.length) return null;
  const all = new Uint8Array(head.length + s.len);
  all.set(head);
  if (s.len && s.offset >= 0) {
    const stream = bytesOf(o.stream[s.end === "A" ? 0 : 1]);
    for (let i = 0; i < s.len; i++) all[head.length + i] = stream[(s.offset + i) % o.cycle];
  }
  return {all, head: head.length, ip: head[0] >> 4 === 4 ? 20 : 40};
}

function showSegment(s, copy) {
  make(panel, "h3", "segment #" + s.id + " from " + s.end + (s.from ? ", injected" : ""));
  make(panel, "p", "[" + s.flags + "] seq " + s.seq + (s.flags.includes("ACK") ? " ack " + s.ack : "") +
    " len " + s.len + " wnd " + s.wnd + (s.of ? ", repeats #" + s.of : ""));
  const fate = s.fate.map((c) => seconds(c.at) + (c.bits ? " with bits " + c.bits.join(", ") + " flipped" + (c.undetected ? " and the checksum made good" : "") : "") + (c.aside ? ", set aside" : ""));
  make(panel, "p", fate.length ? "arrives " + fate.join("; ") : "lost: " + s.lost);
  if (s.by && s.by.length) make(panel, "p", "edited by fault " + s.by.join(", "));
  const d = datagram(s);
  if (!d) { make(panel, "p", "Its octets are not known: it did not decode."); return; }
  showOctets(d, copy !== undefined && s.fate[copy] && s.fate[copy].bits || []);
}

function showOctets(d, bits) {
  const size = (d.all.length - d.ip) * 8, flipped = new Set();
  for (const b of bits) {
    const at = d.ip + ((b % size) >> 3);
    d.all[at] ^= 0x80 >> (b % size & 7);
    flipped.add(at);
  }
  const pre = make(panel, "pre"), most = 512;
  const part = (i) => i < d.ip ? "ip" : i < d.ip + 20 ? "tcp" : i < d.head ? "opt" : "txt";
  for (let row = 0; row < Math.min(d.all.length, most); row += 16) {
    make(pre, "span", row.toString(16).padStart(4, "0") + " ", "ip");
    let text = "";
    for (let i = row; i < row + 16; i++) {
      const b = d.all[i];
      if (b === undefined) { pre.append("   "); continue; }
      make(pre, "span", (i % 8 ? " " : "  ").slice(i === row) + b.toString(16).padStart(2, "0"), flipped.has(i) ? "flip" : part(i));
      text += b > 31 && b < 127 ? String.fromCharCode(b) : ".";
    }
    pre.append("\n");
  }
  if (d.all.length > most) make(panel, "p", d.all.length - most + " more octets", "sub");
}

function show(n) {
  if (n === shown) return;
  for (const e of document.querySelectorAll(".on")) {
    e.classList.remove("on");
    e.removeAttribute("aria-selected");
  }
  shown = n;
  panel.textContent = "";
  const line = document.getElementById("l" + n), what = load().byLine.get(n);
  if (!line || !what) { panel.innerHTML = hint; lines.removeAttribute("aria-activedescendant"); return; }
  line.classList.add("on");
  line.setAttribute("aria-selected", "true");
  lines.setAttribute("aria-activedescendant", line.id);
  const events = new Set(what.segments.map((s) => s.event));
  for (const e of what.events) events.add(e);
  const segments = new Map(what.segments.map((s) => [s, undefined]));
  for (const e of what.events) if (e.cause.id) segments.set(run.segments.get(e.cause.id), e.cause.copy || 0);
  for (const e of events) showTCB(e);
  for (const [s, copy] of segments) if (s) {
    showSegment(s, copy);
    for (const p of document.querySelectorAll('[data-s="' + s.id + '"]')) p.classList.add("on");
  }
  make(panel, "p", "line " + n, "sub");
}

function go(n) {
  const line = document.getElementById("l" + n);
  if (!line) return;
  held = true;
  show(n);
  line.scrollIntoView({block: "nearest"});
}

const numberOf = (target) => {
  const line = target.closest && target.closest(".ln");
  return line ? Number(line.id.slice(1)) : 0;
};

// One listener for all lines, however many.
lines.addEventListener("pointerover", (ev) => {
  const n = numberOf(ev.target);
  if (n && !held && ev.pointerType === "mouse") show(n);
});
lines.addEventListener("click", (ev) => {
  const n = numberOf(ev.target);
  if (!n) return;
  held = !(held && n === shown);
  show(n);
});
lines.addEventListener("focus", () => { if (!shown && lines.matches(":focus-visible")) show(1); });
lines.addEventListener("keydown", (ev) => {
  const step = {ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20}[ev.key];
  if (step) {
    ev.preventDefault();
    go(Math.max(1, shown + step));
  }
});
function jump() {
  const v = document.getElementById("violation");
  if (!v) return;
  v.scrollIntoView({block: "center"});
  const head = trace ? JSON.parse(trace.textContent.trim().split("\n", 1)[0]) : {};
  if (head.violation && head.violation.line) { held = true; show(head.violation.line); }
}
document.addEventListener("keydown", (ev) => {
  if (ev.ctrlKey || ev.metaKey || ev.altKey) return;
  if (ev.key === "v") jump();
  if (ev.key === "Escape") { held = false; show(0); }
});
// trace.html#l12 opens the page at line 12.
function visit() {
  const m = /^#l(\d+)$/.exec(location.hash);
  if (m) go(Number(m[1]));
}
addEventListener("hashchange", visit);
visit();
const link = document.querySelector(".jump");
if (link) link.addEventListener("click", (ev) => { ev.preventDefault(); jump(); });
})();
