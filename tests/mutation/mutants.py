"""Mutants of a module: the same text with one small fault in it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

__all__ = ["Mutant", "mutants_of"]

_COMPARED: Final[dict[type[ast.cmpop], tuple[str, str]]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}
_ARITHMETIC: Final[dict[type[ast.operator], tuple[str, str]]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "+"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "|"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
}
_CLEANING: Final = ("strip", "lstrip", "rstrip", "lower", "upper", "casefold", "copy", "sort")
"""Methods without arguments that a mutant leaves out."""

_UNCHECKED_KEYWORDS: Final = ("strict", "dtype")
"""Keywords whose loss a mutant does not try: `strict` guards what cannot happen, and the type of an
array is what the type check looks at."""


class _Edit(NamedTuple):
    """One replacement: where the old text is, the new text, and the kind of the change."""

    node: ast.AST
    start: int
    end: int
    new: str
    operator: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one fault.

    Parameters
    ----------
    file : str
        Path of the module from the root of the repository.
    line : int
        Line of the change, from 1.
    lines : tuple of (int, int)
        First and last line of the statement that is changed, of its header if it has a body.
    operator : str
        Kind of the change, as ``comparison``.
    old, new : str
        Text that is replaced, and what replaces it.
    text : str
        The line before the change, stripped.
    source : str
        The whole module after the change.
    in_function : bool
        Whether the change is in the body of a function, and not in what an import runs.
    names : tuple of str
        Names that the statement of a module or class assigns or defines.
    """

    file: str
    line: int
    lines: tuple[int, int]
    operator: str
    old: str
    new: str
    text: str
    source: str
    in_function: bool
    names: tuple[str, ...]

    @property
    def change(self) -> str:
        """The change as one line."""
        old, new = (" ".join(text.split()) for text in (self.old, self.new))
        return f"{old} -> {new or 'nothing'}"


def mutants_of(file: str, source: str, lines: Collection[str] | None = None) -> Iterator[Mutant]:
    """Give the mutants of a module that can be compiled, from top to bottom.

    Parameters
    ----------
    file : str
        Path of the module, as mutants name it.
    source : str
        Its text.
    lines : collection of str, optional
        Lines to change, without indentation; by default all of them.
    """
    module = _Module(source)
    edits = sorted(module.edits(), key=lambda edit: (edit.start, edit.end, edit.new))
    texts = source.splitlines()
    for edit in edits:
        line = source.count("\n", 0, edit.start) + 1
        if lines is not None and texts[line - 1].strip() not in lines:
            continue
        mutated = source[: edit.start] + edit.new + source[edit.end :]
        if not _compiles(mutated):
            continue
        place = module.place(edit.node)
        yield Mutant(
            file=file,
            line=line,
            lines=place.lines,
            operator=edit.operator,
            old=source[edit.start : edit.end],
            new=edit.new,
            text=texts[line - 1].strip(),
            source=mutated,
            in_function=place.in_function,
            names=place.names,
        )


def _compiles(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


class _Place(NamedTuple):
    lines: tuple[int, int]
    in_function: bool
    names: tuple[str, ...]


class _Module:
    """A parsed module: its nodes with their parents, and the offset of each position."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tree = ast.parse(source)
        self.parents = {
            child: parent
            for parent in ast.walk(self.tree)
            for child in ast.iter_child_nodes(parent)
        }

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.source.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        return starts

    @cached_property
    def _lines(self) -> list[bytes]:
        return [line.encode() for line in self.source.splitlines(keepends=True)]

    def offset(self, line: int, column: int) -> int:
        """Return the place in the text of a line from 1 and a column in bytes."""
        return self._starts[line - 1] + len(self._lines[line - 1][:column].decode())

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        """Return where the text of a node starts and ends."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column)

    def text(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """Return the text of a node."""
        start, end = self.span(node)
        return self.source[start:end]

    def place(self, node: ast.AST) -> _Place:
        """Tell which lines run when a node does, and whether an import runs them."""
        statement: ast.AST = node
        while not isinstance(statement, ast.stmt):
            statement = self.parents[statement]
        inner: ast.AST = node
        in_function = False
        while (parent := self.parents.get(inner)) is not None:
            if isinstance(parent, ast.FunctionDef) and inner in parent.body:
                in_function = True
            inner = parent
        last = statement.end_lineno or statement.lineno
        body = getattr(statement, "body", None)
        if body and isinstance(statement, ast.FunctionDef):
            # A default value or a decorator: all of the function depends on it.
            return _Place((statement.lineno, last), in_function, (statement.name,))
        if body:
            last = body[0].lineno - 1 if body[0].lineno > statement.lineno else statement.lineno
        return _Place((statement.lineno, last), in_function, tuple(_assigned(statement)))

    def edits(self) -> Iterator[_Edit]:
        """Give every change, also those after which the text is no Python."""
        for node in ast.walk(self.tree):
            if not self._is_skipped(node):
                yield from self._edits(node)

    def _is_skipped(self, node: ast.AST) -> bool:
        """Tell whether a node is in an annotation, a docstring, or what no run looks at."""
        inner = node
        while (parent := self.parents.get(inner)) is not None:
            match parent:
                case ast.AnnAssign(annotation=part) | ast.arg(annotation=part) if part is inner:
                    return True
                case ast.FunctionDef(returns=part) if part is inner:
                    return True
                case ast.FunctionDef(decorator_list=parts) | ast.ClassDef(decorator_list=parts) if (
                    inner in parts
                ):
                    return True
                case ast.Assign(targets=[ast.Name("__all__")]) | ast.JoinedStr():
                    return True
                case ast.Assign(value=value) if value is inner and _is_type(parent):
                    return True
                case ast.If(test=ast.Name("TYPE_CHECKING")):
                    return True
                case ast.Expr(value=ast.Constant(value=str())):
                    return True
                case ast.keyword(arg=name) if name in _UNCHECKED_KEYWORDS:
                    return True
                case ast.Call(func=ast.Name("cast" | "Literal" | "assert_never" | "TypeVar")):
                    return True
            inner = parent
        return False

    def _edits(self, node: ast.AST) -> Iterator[_Edit]:
        match node:
            case ast.Compare(left, operators, comparators):
                operands = [left, *comparators]
                for place, operator in enumerate(operators):
                    yield from self._between(
                        node,
                        operands[place],
                        operands[place + 1],
                        _COMPARED[type(operator)],
                        "comparison",
                    )
            case ast.BoolOp(operator, values):
                swap = ("and", "or") if isinstance(operator, ast.And) else ("or", "and")
                for left, right in pairwise(values):
                    yield from self._between(node, left, right, swap, "boolean")
            case ast.BinOp(left, operator, right) if type(operator) in _ARITHMETIC:
                yield from self._between(
                    node, left, right, _ARITHMETIC[type(operator)], "arithmetic"
                )
            case ast.UnaryOp(_, operand) if not isinstance(operand, ast.Constant):
                text = self.text(operand)
                simple = isinstance(operand, ast.Name | ast.Call | ast.Attribute | ast.Subscript)
                yield self._replaced(node, text if simple else f"({text})", "sign or not")
            case ast.Constant(value):
                yield from self._constants(node, value)
            case ast.Tuple(elements) | ast.List(elements) | ast.Set(elements) if self._is_data(
                node
            ):
                yield from self._elements(node, elements)
            case ast.Dict(keys, values) if len(keys) > 1 and None not in keys:
                for key, value in zip(keys, values, strict=True):
                    if key is not None:
                        start, end = self.span(key)[0], self.span(value)[1]
                        yield self._without(node, start, end)
            case ast.Return(value) if value is not None and not _is_none(value):
                yield _Edit(node, *self.span(value), "None", "returned value")
            case ast.Expr(ast.Call(ast.Name("assert_never"))):
                pass
            case ast.Expr(ast.Call()) | ast.Raise() | ast.AugAssign():
                yield _Edit(node, *self.span(node), "pass", "statement")
            case ast.Break() | ast.Continue():
                other = "continue" if isinstance(node, ast.Break) else "break"
                yield _Edit(node, *self.span(node), other, "loop")
            case ast.Call(ast.Attribute(receiver, name), [], []) if name in _CLEANING:
                yield self._replaced(node, self.text(receiver), "method")
            case ast.If(ast.Name("TYPE_CHECKING")):
                pass
            case ast.If(test) | ast.IfExp(test):
                yield _Edit(node, *self.span(test), "True", "condition")
                yield _Edit(node, *self.span(test), "False", "condition")
            case ast.comprehension(ifs=tests):
                for test in tests:
                    yield _Edit(test, *self.span(test), "True", "condition")
            case _:
                pass
        if isinstance(node, ast.Call):
            yield from self._keywords(node)

    def _keywords(self, call: ast.Call) -> Iterator[_Edit]:
        for keyword in call.keywords:
            if keyword.arg is not None and keyword.arg not in _UNCHECKED_KEYWORDS:
                yield self._without(keyword, *self.span(keyword), "keyword")

    def _constants(self, node: ast.Constant, value: object) -> Iterator[_Edit]:
        match value:
            case bool():
                yield self._replaced(node, str(not value), "constant")
            case int():
                yield self._replaced(node, str(value + 1), "constant")
                if value > 1:
                    yield self._replaced(node, str(value - 1), "constant")
            case float():
                yield self._replaced(node, str(value + 1.0), "constant")
            case str() if value:
                yield self._replaced(node, repr(f"{value}XX"), "constant")

    def _is_data(self, node: ast.AST) -> bool:
        """Tell whether a tuple, list or set is written out, and no target or index."""
        if isinstance(getattr(node, "ctx", None), ast.Store):
            return False
        return not isinstance(self.parents[node], ast.Subscript)

    def _elements(self, node: ast.expr, elements: list[ast.expr]) -> Iterator[_Edit]:
        if len(elements) > 1 and all(
            isinstance(part, ast.Constant | ast.Tuple) for part in elements
        ):
            for element in elements:
                yield self._without(node, *self.span(element))

    def _without(self, node: ast.AST, start: int, end: int, operator: str = "element") -> _Edit:
        """Leave out a part of a list with the comma behind it, or before it."""
        rest = self.source[end:]
        after = len(rest) - len(rest.lstrip())
        if rest[after : after + 1] == ",":
            return _Edit(node, start, end + after + 1, "", operator)
        before = self.source[:start].rstrip()
        if before.endswith(","):
            return _Edit(node, len(before) - 1, end, "", operator)
        return _Edit(node, start, end, "", operator)

    def _replaced(self, node: ast.expr, text: str, operator: str) -> _Edit:
        return _Edit(node, *self.span(node), text, operator)

    def _between(
        self, node: ast.AST, left: ast.expr, right: ast.expr, swap: tuple[str, str], operator: str
    ) -> Iterator[_Edit]:
        """Replace an operator, which is the only text between two operands but for brackets."""
        start, end = self.span(left)[1], self.span(right)[0]
        words = self.source[start:end]
        place = words.find(swap[0])
        if place >= 0 and "#" not in words:
            at = start + place
            yield _Edit(node, at, at + len(swap[0]), swap[1], operator)


def _assigned(statement: ast.AST) -> Iterator[str]:
    match statement:
        case ast.Assign(targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(ast.Name(name)) | ast.ClassDef(name) | ast.FunctionDef(name):
            yield name


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_type(statement: ast.Assign) -> bool:
    """Tell whether an assignment names a type: ``Law = Literal[...]``, ``Need = A | B``."""
    match statement.value:
        case ast.Subscript(ast.Name("Literal" | "NDArray" | "Callable" | "tuple" | "Mapping")):
            return True
        case ast.BinOp(_, ast.BitOr(), right):
            name = right.value if isinstance(right, ast.Subscript) else right
            return isinstance(name, ast.Name) and (
                name.id in ("str", "int") or name.id[0].isupper()
            )
        case _:
            return False
