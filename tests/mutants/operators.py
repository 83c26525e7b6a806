"""The small changes: each replaces one node of a function's syntax tree by another."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.mutants.core import UNSEEN

OPPOSITES: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
OTHER_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
WITH_CONDITIONS = {"filter", "exclude", "update", "Q"}  # whose keyword arguments are left out one by one
LEFT_OUT = {"filter", "exclude", "order_by", "astimezone", "distinct"}  # whose calls are left out of a chain
NOT_CODE = {"decorator_list", "annotation", "returns", "args", "type_comment", "type_params"}


@dataclass(frozen=True)
class Change:
    """One change: where in the tree, what stands there, and what would."""

    owner: ast.AST
    field: str
    index: int | None
    was: ast.AST
    becomes: ast.AST

    @property
    def line(self) -> int:
        """Return the line of the file."""
        return getattr(self.was, "lineno", 0)

    def __str__(self) -> str:
        """Return the change in words of Python, on one line; it names the change, too."""
        was, becomes = ast.unparse(self.was), ast.unparse(self.becomes)
        return " ".join(f"{was} → {becomes}".split())

    def apply(self, node: ast.AST) -> None:
        """Put a node where the change is: `becomes` to mutate, `was` to restore."""
        if self.index is None:
            setattr(self.owner, self.field, node)
        else:
            getattr(self.owner, self.field)[self.index] = node


def changes_of(function: ast.AST) -> Iterator[Change]:
    """Yield every change of a function, its nested functions included; each is read before the next is applied."""
    for owner, field, index, node in list(_places(function)):
        for becomes in _instead_of(node, owner, field):
            ast.copy_location(becomes, node)
            ast.fix_missing_locations(becomes)
            yield Change(owner, field, index, node, becomes)


def _places(owner: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(owner):
        if field in NOT_CODE and not isinstance(owner, ast.Call):
            continue
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(node, ast.AST) and not _is_docstring(node):
                yield owner, field, index, node
                yield from _places(node)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _with(node: Any, **values: Any) -> Any:
    """Return a copy of a node with other values."""
    other = copy.deepcopy(node)
    for name, value in values.items():
        setattr(other, name, value)
    return other


def _without_each(items: list[Any]) -> Iterator[list[Any]]:
    for index in range(len(items)):
        yield items[:index] + items[index + 1 :]


def _instead_of(node: ast.AST, owner: ast.AST, field: str) -> Iterator[ast.AST]:
    if isinstance(node, ast.stmt):
        yield from _instead_of_statement(node)
    else:
        yield from _instead_of_expression(node)
    if field == "test" and isinstance(owner, ast.If | ast.IfExp):
        yield from (ast.Constant(value) for value in (True, False))
    if field == "ifs":
        yield ast.Constant(value=True)


def _instead_of_statement(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.Return(value=ast.expr()) if not isinstance(node.value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise():
            if not ast.unparse(node).startswith(UNSEEN):
                yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()


def _instead_of_expression(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            yield _with(node, op=OPPOSITES[type(node.op)]())
            for left in _without_each(node.values):
                yield _with(node, values=left) if len(left) > 1 else left[0]
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BinOp() if type(node.op) in OPPOSITES:
            yield _with(node, op=OPPOSITES[type(node.op)]())
        case ast.Call():
            yield from _called(node)
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield from (ast.Constant(node.value + step) for step in ((1, -1) if node.value else (1,)))


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for index, one in enumerate(node.ops):
        if type(one) in OPPOSITES:
            yield _with(node, ops=[*node.ops[:index], OPPOSITES[type(one)](), *node.ops[index + 1 :]])
    last = node.comparators[-1]
    if isinstance(node.ops[-1], ast.In | ast.NotIn) and isinstance(last, ast.Set | ast.Tuple | ast.List):
        for left in _without_each(last.elts):
            if left:
                yield _with(node, comparators=[*node.comparators[:-1], _with(last, elts=left)])


def _called(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
    if isinstance(node.func, ast.Name) and name in OTHER_NAMES:
        yield _with(node, func=ast.Name(OTHER_NAMES[name], ast.Load()))
        if len(node.args) > 1:
            yield from node.args
    if name == "sorted":
        yield ast.Call(ast.Name("list", ast.Load()), node.args, [])
    if name in WITH_CONDITIONS and len(node.keywords) > 1:
        yield from (_with(node, keywords=left) for left in _without_each(node.keywords))
    if receiver and name in LEFT_OUT:
        yield receiver
    if receiver and name == "order_by":
        for index, one in enumerate(node.args):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                reversed_ = one.value[1:] if one.value.startswith("-") else f"-{one.value}"
                yield _with(node, args=[*node.args[:index], ast.Constant(reversed_), *node.args[index + 1 :]])
