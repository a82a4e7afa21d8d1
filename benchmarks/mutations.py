"""Small changes of a module's text, each of which its tests should notice: `<` for `<=`, or a condition dropped.

What no test could notice is left alone: annotations, docstrings, messages, decorators, `__repr__`, type checking.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

COMPARISONS = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: (r"not\s+in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: (r"is\s+not", "is"),
}
ARITHMETIC = {
    ast.Add: (r"\+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: (r"\*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.BitOr: (r"\|", "&"),
    ast.BitAnd: ("&", "|"),
}
MESSAGE_KEYWORDS = {"help", "short_help", "metavar", "message", "fix", "description", "title", "annotations"}
"""Arguments whose texts are for people."""
MESSAGE_CALLS = {"echo", "Problem", "Finding", "refuse", "warn", "TypeVar", "NewType", "Column", "cast", "namedtuple"}
"""Functions whose texts are messages, or the names of types and of what is compared by them."""
TYPES = {"TypeAlias", "ClassVar", "Final"}
GENERIC_TYPES = {"tuple", "list", "dict", "set", "frozenset", "type", "Callable", "Iterator", "Literal", "Mapping"}
FIXED_KEYWORDS = {"strict", "repr"}
"""Arguments that say what cannot happen, or what only developers see."""
NOT_SWAPPED = {
    *("Column", "cast", "getattr", "hasattr", "isinstance", "issubclass", "max", "min", "next", "setattr"),
    *("setdefault", "zip"),
}
"""Functions of which arguments that change places are no arguments any more, or the same ones."""
DATA_TEXT = re.compile(r"[\w./#:-]+\Z", re.ASCII)
"""A text that programs read: a name, a key, a path, a format."""


@dataclass(frozen=True)
class Mutation:
    """One change of a text: from `start` to `end`, in bytes, it becomes `new`."""

    operator: str
    line: int
    start: int
    end: int
    new: str

    def apply(self, source: bytes) -> bytes:
        """Return the text with the change made."""
        return source[: self.start] + self.new.encode() + source[self.end :]

    def lines(self, source: bytes) -> tuple[str, str]:
        """Return the first line that changes, before and after."""
        first = source.rfind(b"\n", 0, self.start) + 1
        before = source[first:].partition(b"\n")[0]
        after = source[first : self.start] + self.new.encode() + source[self.end :].partition(b"\n")[0]
        return before.decode().strip(), after.partition(b"\n")[0].decode().strip()


def mutations(source: bytes) -> list[Mutation]:
    """Return the changes of a module's text, in their order; a few of them may not compile."""
    finder = _Finder(source)
    finder.visit(ast.parse(source))
    return sorted(set(finder.mutations), key=lambda mutation: (mutation.start, mutation.end, mutation.new))


def compiles(source: bytes) -> bool:
    """Tell whether a module's text can be compiled."""
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


class _Finder(ast.NodeVisitor):
    """Walks a module and notes the changes that each operator can make."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.mutations: list[Mutation] = []
        self.texts_are_messages = False

    # -- places ------------------------------------------------------------------------------

    def start(self, node: ast.expr | ast.stmt) -> int:
        return self.starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.expr) -> str:
        return self.source[self.start(node) : self.end(node)].decode()

    def change(self, operator: str, start: int, end: int, new: str) -> None:
        line = self.source.count(b"\n", 0, start) + 1
        self.mutations.append(Mutation(operator, line, start, end, new))

    def replace(self, operator: str, node: ast.expr | ast.stmt, new: str) -> None:
        self.change(operator, self.start(node), self.end(node), new)

    def replace_between(self, operator: str, left: ast.expr, right: ast.expr, old: str, new: str) -> None:
        """Change the operator that stands between two operands."""
        gap = self.source[self.end(left) : self.start(right)].decode()
        if (match := re.search(old, gap)) and "#" not in gap:
            first = self.end(left) + len(gap[: match.start()].encode())
            self.change(operator, first, first + len(match[0].encode()), new)

    # -- what is left alone ------------------------------------------------------------------

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Pass over f-strings, whose parts have no places of their own."""

    def visit_Assert(self, node: ast.Assert) -> None:
        """Pass over assertions."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        names = {part.id for part in ast.walk(node.annotation) if isinstance(part, ast.Name)}
        if node.value and not names & TYPES:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        if not names & {"__all__", "__slots__"}:
            self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        before, self.texts_are_messages = self.texts_are_messages, True
        self.generic_visit(node)
        self.texts_are_messages = before

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            self.visit(statement)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._visit_function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._visit_function(node)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if node.name == "__repr__" or _is_overload(node):
            return
        defaults = (*node.args.defaults, *(default for default in node.args.kw_defaults if default))
        for default in defaults:
            self.visit(default)
        for statement in node.body:
            self.visit(statement)

    # -- operators ---------------------------------------------------------------------------

    def visit_If(self, node: ast.If) -> None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return
        self.replace("condition dropped", node.test, "True")
        for statement in node.body:
            if isinstance(statement, ast.Return | ast.Continue) and not node.orelse:
                self.replace("branch without its return", statement, "pass")
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for condition in node.ifs:
            self.replace("condition dropped", condition, "True")
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        for branch in (node.body, node.orelse):
            self.replace("one branch for both", node, f"({self.text(branch)})")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
            old, new = COMPARISONS[type(operator)]
            old = rf"\b{old}\b" if old[0].isalpha() else old
            self.replace_between("comparison", left, right, old, new)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            self.replace_between("and for or", left, right, rf"\b{old}\b", new)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self.change("not removed", self.start(node), self.start(node) + len("not"), "")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if type(node.op) in ARITHMETIC and not any(_is_text_or_list(side) for side in (node.left, node.right)):
            self.replace_between("arithmetic", node.left, node.right, *ARITHMETIC[type(node.op)])
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if self.text(node.slice) in ("0", "-1"):
            self.replace("first for last", node.slice, "-1" if self.text(node.slice) == "0" else "0")
            self.visit(node.value)
        elif _name_of(node.value) not in GENERIC_TYPES:
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self.replace("constant", node, str(not value))
        elif isinstance(value, int | float):
            for step in (1, -1):
                self.replace("constant", node, f"({self.text(node)} + {step})" if step > 0 else f"({value} - 1)")
        elif isinstance(value, str) and DATA_TEXT.match(value) and not self.texts_are_messages:
            self.replace("text of data", node, f"({self.text(node)} + 'x')")

    def visit_Dict(self, node: ast.Dict) -> None:
        for part in (*node.keys, *node.values):
            if part is not None:
                self.visit(part)

    def visit_Call(self, node: ast.Call) -> None:
        name = _name_of(node.func)
        if name in ("min", "max"):
            self.replace("min for max", node.func, "max" if name == "min" else "min")
        if name == "sorted" and all(keyword.arg != "reverse" for keyword in node.keywords):
            self._reverse(node)
        if name not in NOT_SWAPPED:
            self._swap(node)
        before = self.texts_are_messages
        self.texts_are_messages = before or name in MESSAGE_CALLS
        self.visit(node.func)
        for argument in node.args:
            self.visit(argument)
        for keyword in node.keywords:
            self.texts_are_messages = before or name in MESSAGE_CALLS or keyword.arg in MESSAGE_KEYWORDS
            if keyword.arg not in FIXED_KEYWORDS:
                self.visit(keyword.value)
        self.texts_are_messages = before

    def _reverse(self, node: ast.Call) -> None:
        first = node.args[0]
        if isinstance(first, ast.GeneratorExp) and len(node.args) + len(node.keywords) == 1:
            self.replace("sorted the other way", node, f"sorted([{self.text(first)[1:-1]}], reverse=True)")
        else:
            arguments = self.source[self.start(first) : self.end(node) - 1].decode().rstrip().rstrip(",")
            self.replace("sorted the other way", node, f"sorted({arguments}, reverse=True)")

    def _swap(self, node: ast.Call) -> None:
        for left, right in zip(node.args, node.args[1:], strict=False):
            if not isinstance(left, ast.Starred) and not isinstance(right, ast.Starred):
                new = (self.text(right), self.text(left))
                gap = self.source[self.end(left) : self.start(right)].decode()
                if new[0] != new[1] and "\n" not in gap and "(" not in gap and ")" not in gap:
                    self.change("arguments swapped", self.start(left), self.end(right), gap.join(new))


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(_name_of(decorator) == "overload" for decorator in node.decorator_list)


def _is_text_or_list(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    return isinstance(node, ast.JoinedStr | ast.List | ast.Tuple | ast.ListComp)
