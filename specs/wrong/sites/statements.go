package sites

import (
	"fmt"
	"go/ast"
	"go/token"
)

func (r *rewriter) block(list []ast.Stmt) {
	for _, s := range list {
		if r.removable(s) {
			n := r.site(Remove, s)
			r.wrap(s, fmt.Sprintf("if Altered != %d { ", n), " }")
		}
		r.statement(s)
	}
}

// removable reports whether a statement can be left out, and is not left out in
// effect when a statement inside it is.
func (r *rewriter) removable(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.ExprStmt, *ast.IncDecStmt:
		return true
	case *ast.AssignStmt:
		return s.Tok != token.DEFINE
	case *ast.ReturnStmt:
		return s != r.final
	case *ast.IfStmt:
		return s != r.final && (s.Else != nil || len(s.Body.List) > 1 || !r.removable(s.Body.List[0]))
	}
	return false
}

func (r *rewriter) statement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.BlockStmt:
		r.block(s.List)
	case *ast.IfStmt:
		if s.Init != nil {
			r.statement(s.Init)
		}
		r.condition(s.Cond)
		r.block(s.Body.List)
		if s.Else != nil {
			r.statement(s.Else)
		}
	case *ast.ForStmt:
		r.guard(s, s.Body)
		if s.Cond != nil {
			r.condition(s.Cond)
		}
		r.block(s.Body.List)
	case *ast.RangeStmt:
		r.guard(s, s.Body)
		r.expression(s.X)
		r.block(s.Body.List)
	case *ast.SwitchStmt:
		r.choice(s)
	case *ast.AssignStmt:
		for _, e := range s.Rhs {
			r.value(e)
		}
	case *ast.ExprStmt:
		r.expression(s.X)
	case *ast.ReturnStmt:
		for _, e := range s.Results {
			if r.bools {
				r.condition(e)
			} else {
				r.value(e)
			}
		}
	}
}

// choice goes through a switch: its cases are conditions, or values of its tag.
func (r *rewriter) choice(s *ast.SwitchStmt) {
	if s.Init != nil {
		r.statement(s.Init)
	}
	if s.Tag != nil {
		r.expression(s.Tag)
	}
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		for _, e := range c.List {
			switch {
			case s.Tag == nil:
				r.condition(e)
			case r.isState(s.Tag):
				r.wrap(e, fmt.Sprintf("drop(%d, ", r.site(Drop, e)), ")")
			}
		}
		r.block(c.Body)
	}
}

// isState reports whether a switch is over t.state.
func (r *rewriter) isState(tag ast.Expr) bool {
	x, ok := tag.(*ast.SelectorExpr)
	return ok && x.Sel.Name == "state"
}

// guard bounds a loop.
func (r *rewriter) guard(loop ast.Stmt, body *ast.BlockStmt) {
	r.loops++
	name := fmt.Sprintf("turns%d", r.loops)
	r.edits = append(r.edits, edit{r.offset(loop.Pos()), r.offset(loop.Pos()),
		fmt.Sprintf("%s := 0; ", name), true, len(r.edits)})
	r.replace(body.Lbrace, body.Lbrace+1, fmt.Sprintf("{ turn(&%s); ", name))
}
