package table

import (
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	const section = "3.1  TITLE\n\n"
	for _, c := range []struct{ text, want string }{
		{"  a  CLOSED on SEND\n", "want a section first"},
		{"3.1 TITLE\n", "two spaces"},
		{"3.1  TITLE\n\n", "want a clause"},
		{section + "     -> same\n", "want a clause first"},
		{section + "  a  CLOSED on SEND\n", "want an arrow"},
		{section + "  b  CLOSED on SEND\n     -> same\n", "want 3.1a"},
		{section + "  a  CLOSED on CALL\n     -> same\n", `no event "CALL": want one of passive OPEN`},
		{section + "  a  CLOSED by SEND\n     -> same\n", `want "on"`},
		{section + "  a  SHUT on SEND\n     -> same\n", `no states "SHUT"`},
		{section + "  a  LISTEN .. CLOSED on SEND\n     -> same\n", "the first and the last"},
		{section + "  a  CLOSED on SEND\n     -> SHUT\n", `no state "SHUT"`},
		{section + "  a  CLOSED on SEND if tired\n     -> same\n", `no fact "tired"`},
		{section + "  a  CLOSED on SEND if SYN, not SYN\n     -> same\n", "true and false"},
		{section + "  a  CLOSED on SEND if FIN, SYN\n     -> same\n", `want "  a  CLOSED on SEND if SYN, FIN"`},
		{section + "  a  CLOSED, LISTEN, SYN-SENT on SEND\n     -> same\n", `CLOSED .. SYN-SENT`},
		{section + "  a  CLOSED on SEND\n     -> same; sends mail\n", `no segment "mail"`},
		{section + "  a  CLOSED on SEND\n     -> same; takes ACK\n", `want "sends"`},
		{section + "  a  CLOSED on SEND\n     -> same; sends SYN soon\n", "only an ACK may wait"},
		{section + "  a  CLOSED on SEND\n     -> same\n     # a\n     # b\n", "one note"},
		{section + "  a  CLOSED on any\n     -> same\n", "want an event"},
		{section + "  a  CLOSED never on SEND\n", "want a reason"},
		{section + "  a  CLOSED on SEND\n     -> same\n\n\n", "want"},
		{section + "  a  CLOSED on SEND\n     -> same", "want"},
	} {
		_, err := parse(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v; want %q", c.text, err, c.want)
		}
	}
}

// What the parser takes, the printer writes again, and every row of it can be
// built.
func FuzzParse(f *testing.F) {
	f.Add("3.1  TITLE\n\n  a  CLOSED .. LISTEN, ESTABLISHED may on SEND if SYN, not ACK\n     -> same\n")
	f.Add("3.1  TITLE\n\n  a  CLOSED also on any\n     -> same; sends ACK soon; may send text\n     # why\n")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := parse(text)
		if err != nil {
			return
		}
		printed := ""
		for i := range all {
			if i > 0 {
				printed += "\n"
			}
			printed += all[i].String()
		}
		if printed != text {
			t.Errorf("%q is printed as %q", text, printed)
		}
		build(all)
	})
}
