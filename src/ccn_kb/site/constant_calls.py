"""Templates in which what is the same on all pages is made once: messages, links and separators without variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer


class ConstantCallEnvironment(Environment):
    """An environment of templates that replaces calls of some functions with constants by what they return.

    A function must always return the same for the same arguments, and no template may give its name to anything else.
    Jinja then joins what is returned with the text around it, so that a page does not have to.
    """

    constant_functions: Mapping[str, Callable[..., str]] = {}
    """The functions by the names that templates call them by; to be set before the first template is loaded."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template: those of the environment, in no map of maps, which each page would copy."""
        return super().make_globals(d) if d else self.globals

    def _generate(self, source: nodes.Template, *arguments: Any, **options: Any) -> str:
        """Return the Python code of a template: Jinja's hook for other ways to generate it."""
        return super()._generate(_ConstantCalls(self.constant_functions).visit(source), *arguments, **options)


class _ConstantCalls(NodeTransformer):
    def __init__(self, functions: Mapping[str, Callable[..., str]]) -> None:
        self._functions = functions

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802
        self.generic_visit(call)
        function = self._functions.get(call.node.name) if isinstance(call.node, nodes.Name) else None
        if function and not call.kwargs and call.dyn_args is None and call.dyn_kwargs is None:
            with suppress(nodes.Impossible):
                return nodes.Const(function(*(argument.as_const() for argument in call.args)), lineno=call.lineno)
        return call
