package sites

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// rewriter goes through one file and notes what to insert where. Nothing but
// insertions and the replacement of an operator or a name is made, so that the
// lines stay where they are, and what stands inside what is changed can be
// changed, too.
type rewriter struct {
	file  string
	src   string
	set   *token.FileSet
	first int // the number of the file's first site, less one
	sites []Site
	edits []edit

	fn    string       // the function that is gone through
	bools bool         // its results are one bool
	count map[Kind]int // sites of that function
	loops int
	final ast.Stmt // its last statement
}

// edit replaces src[from:to]. Of several at one place the closing ones come
// first, from the innermost outwards, then the opening ones, from the outermost
// inwards.
type edit struct {
	from, to int
	text     string
	opens    bool
	order    int
}

// rewrite finds the sites of a file, numbered from first+1 on.
func rewrite(file, src string, first int) (*rewriter, error) {
	r := &rewriter{file: file, src: src, set: token.NewFileSet(), first: first}
	f, err := parser.ParseFile(r.set, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("sites: %w", err)
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil && !slices.Contains(skipped, fn.Name.Name) {
			r.function(fn)
		}
	}
	return r, nil
}

// text is the changed source.
func (r *rewriter) text() string {
	slices.SortStableFunc(r.edits, func(a, b edit) int {
		switch {
		case a.from != b.from:
			return a.from - b.from
		case a.opens != b.opens:
			if a.opens {
				return 1
			}
			return -1
		case a.opens:
			return a.order - b.order
		}
		return b.order - a.order
	})
	var out strings.Builder
	at := 0
	for _, e := range r.edits {
		out.WriteString(r.src[at:e.from])
		out.WriteString(e.text)
		at = e.to
	}
	out.WriteString(r.src[at:])
	return out.String()
}

func (r *rewriter) offset(p token.Pos) int { return r.set.Position(p).Offset }

func (r *rewriter) replace(from, to token.Pos, text string) {
	r.edits = append(r.edits, edit{r.offset(from), r.offset(to), text, true, len(r.edits)})
}

// wrap puts text before and behind a node.
func (r *rewriter) wrap(n ast.Node, before, behind string) {
	from, to := r.offset(n.Pos()), r.offset(n.End())
	r.edits = append(r.edits,
		edit{from, from, before, true, len(r.edits)},
		edit{to, to, behind, false, len(r.edits)})
}

// site notes a site and returns its number.
func (r *rewriter) site(kind Kind, n ast.Node) int {
	r.count[kind]++
	text := r.src[r.offset(n.Pos()):r.offset(n.End())]
	r.sites = append(r.sites, Site{
		File: r.file, Func: r.fn, Nth: r.count[kind], Kind: kind,
		Text: strings.Join(strings.Fields(text), " "), Line: r.set.Position(n.Pos()).Line,
	})
	return r.first + len(r.sites)
}

func (r *rewriter) function(fn *ast.FuncDecl) {
	r.fn, r.count, r.final = fn.Name.Name, map[Kind]int{}, nil
	results := fn.Type.Results
	r.bools = results != nil && len(results.List) == 1 && isIdent(results.List[0].Type, "bool")
	if n := len(fn.Body.List); n > 0 {
		r.final = fn.Body.List[n-1]
	}
	r.block(fn.Body.List)
}

func isIdent(e ast.Expr, name string) bool {
	i, ok := e.(*ast.Ident)
	return ok && i.Name == name
}
