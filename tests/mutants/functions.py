"""The functions of a module, and how another body is put into them while the process runs."""

import ast
import contextlib
import gc
import hashlib
import importlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType

from tests.mutants.core import ROOT
from tests.mutants.operators import Change, changes_of


class NotSwappable(Exception):
    """The changed body closes over other names than the original, so a running function cannot take it."""


@dataclass(frozen=True)
class Function:
    """A function or method as it stands in its file."""

    path: str
    name: str
    node: ast.FunctionDef
    module: ast.Module
    source: str

    @property
    def id(self) -> str:
        """Return what names it."""
        return f"{self.path}:{self.name}"

    @property
    def digest(self) -> str:
        """Return a digest of its text."""
        return hashlib.sha256(self.source.encode()).hexdigest()[:16]

    @property
    def first_line(self) -> int:
        """Return the line where its code begins: its first decorator's."""
        return min([self.node.lineno, *(one.lineno for one in self.node.decorator_list)])

    def changes(self) -> list[Change]:
        """Return every small change of it that Python can read."""
        return list(changes_of(self.node))


def functions_of(path: str) -> list[Function]:
    """Return the functions of a file and of its classes; what stands inside a function belongs to it."""
    text = (ROOT / path).read_text()
    module = ast.parse(text)

    def inside(owner: ast.AST, prefix: str) -> Iterator[Function]:
        for node in ast.iter_child_nodes(owner):
            if isinstance(node, ast.ClassDef):
                yield from inside(node, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef):
                source = ast.get_source_segment(text, node) or ""
                yield Function(path, prefix + node.name, node, module, source)

    return list(inside(module, ""))


def running(functions: list[Function]) -> dict[str, list[FunctionType]]:
    """Return by id the function objects of this process that run the functions, below whatever decorates them."""
    for path in {one.path for one in functions}:
        importlib.import_module(module_of(path))
    wanted = {(str(ROOT / one.path), one.name, one.first_line): one.id for one in functions}
    gc.unfreeze()  # what is frozen is not told
    found: dict[str, list[FunctionType]] = defaultdict(list)
    for one in gc.get_objects():
        if type(one) is FunctionType:  # asking a lazy object for its class would make it
            code = one.__code__
            if key := wanted.get((code.co_filename, code.co_qualname, code.co_firstlineno)):
                found[key].append(one)
    return found


def module_of(path: str) -> str:
    """Return the name of the module that a file holds."""
    return path.removesuffix(".py").replace("/", ".")


def codes_of(module: ast.Module, path: str) -> dict[tuple[str, int], CodeType]:
    """Compile a module as its tree stands now, and return its functions' code by name and first line."""

    def inside(code: CodeType) -> Iterator[CodeType]:
        for one in code.co_consts:
            if isinstance(one, CodeType):
                yield one
                yield from inside(one)

    compiled = compile(module, str(ROOT / path), "exec")
    return {(code.co_qualname, code.co_firstlineno): code for code in inside(compiled)}


def changed_code(function: Function, change: Change) -> CodeType:
    """Compile a function with a change, and leave its tree as it was."""
    change.apply(change.becomes)
    try:
        return codes_of(function.module, function.path)[function.name, function.first_line]
    except SyntaxError as error:
        raise NotSwappable(str(error)) from error
    finally:
        change.apply(change.was)


def noting_codes(functions: list[Function], name: str) -> dict[str, CodeType]:
    """Compile functions so that each first calls the global ``name`` with its own id."""
    for function in functions:
        note = ast.parse(f"{name}({function.id!r})").body[0]
        for node in ast.walk(note):
            ast.copy_location(node, function.node)
        function.node.body.insert(0, note)
    try:
        codes = {one.path: codes_of(one.module, one.path) for one in functions}
    finally:
        for function in functions:
            function.node.body.pop(0)
    return {one.id: codes[one.path][one.name, one.first_line] for one in functions}


def swap(functions: list[FunctionType], code: CodeType) -> None:
    """Let function objects run other code from now on."""
    for one in functions:
        with contextlib.suppress(ValueError):
            one.__code__ = code
            continue
        raise NotSwappable(code.co_qualname)
