package sites

import (
	"fmt"
	"go/ast"
	"go/token"
)

// orders are the functions that take the place of an order comparison.
var orders = map[token.Token]string{token.LSS: "lt", token.LEQ: "le", token.GTR: "gt", token.GEQ: "ge"}

// orderings are the methods of Seq that compare, and the functions that take
// their place.
var orderings = map[string]string{"Less": "lessAt", "LessEq": "lessEqAt"}

// condition goes through an expression that is known to be a bool: the whole of
// it is negated, and each of its parts. Not what flipping negates already.
func (r *rewriter) condition(e ast.Expr) {
	switch x := e.(type) {
	case *ast.ParenExpr:
		r.condition(x.X)
		return
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			r.condition(x.X)
			return
		}
	case *ast.BinaryExpr:
		if x.Op == token.EQL || x.Op == token.NEQ {
			r.expression(e)
			return
		}
	}
	r.wrap(e, fmt.Sprintf("flip(%d, ", r.site(Negate, e)), ")")
	if x, ok := e.(*ast.BinaryExpr); ok && (x.Op == token.LAND || x.Op == token.LOR) {
		r.parts(x)
		return
	}
	r.expression(e)
}

// parts goes through the operands of && and ||.
func (r *rewriter) parts(x *ast.BinaryExpr) {
	for _, e := range []ast.Expr{x.X, x.Y} {
		if inner, ok := e.(*ast.BinaryExpr); ok && (inner.Op == token.LAND || inner.Op == token.LOR) {
			r.parts(inner)
		} else {
			r.condition(e)
		}
	}
}

// value goes through an expression that may be a bool.
func (r *rewriter) value(e ast.Expr) {
	if x, ok := e.(*ast.BinaryExpr); ok && (x.Op == token.LAND || x.Op == token.LOR) {
		r.condition(e)
		return
	}
	r.expression(e)
}

// expression goes through any other expression for the comparisons in it.
func (r *rewriter) expression(e ast.Expr) {
	switch x := e.(type) {
	case *ast.ParenExpr:
		r.expression(x.X)
	case *ast.UnaryExpr:
		r.expression(x.X)
	case *ast.StarExpr:
		r.expression(x.X)
	case *ast.SelectorExpr:
		r.expression(x.X)
	case *ast.IndexExpr:
		r.expression(x.X)
		r.expression(x.Index)
	case *ast.SliceExpr:
		for _, part := range []ast.Expr{x.X, x.Low, x.High} {
			if part != nil {
				r.expression(part)
			}
		}
	case *ast.CompositeLit:
		for _, part := range x.Elts {
			if kv, ok := part.(*ast.KeyValueExpr); ok {
				part = kv.Value
			}
			r.value(part)
		}
	case *ast.CallExpr:
		r.call(x)
	case *ast.BinaryExpr:
		r.binary(x)
	}
}

func (r *rewriter) binary(x *ast.BinaryExpr) {
	switch {
	case x.Op == token.LAND || x.Op == token.LOR:
		r.parts(x)
		return
	case x.Op == token.EQL || x.Op == token.NEQ:
		r.wrap(x, fmt.Sprintf("flip(%d, ", r.site(Flip, x)), ")")
	case orders[x.Op] != "":
		n := r.site(Flip, x)
		r.wrap(x, fmt.Sprintf("%s(%d, ", orders[x.Op], n), ")")
		r.replace(x.OpPos, x.OpPos+token.Pos(len(x.Op.String())), ",")
	}
	r.expression(x.X)
	r.expression(x.Y)
}

func (r *rewriter) call(x *ast.CallExpr) {
	if f, ok := x.Fun.(*ast.SelectorExpr); ok && orderings[f.Sel.Name] != "" {
		n := r.site(Flip, x)
		r.wrap(x, fmt.Sprintf("%s(%d, ", orderings[f.Sel.Name], n), "")
		r.replace(f.X.End(), x.Lparen+1, ", ")
	}
	if isIdent(x.Fun, "make") {
		r.wrap(x.Args[1], "bounded(", ")")
	}
	r.expression(x.Fun)
	for _, a := range x.Args {
		r.value(a)
	}
}
