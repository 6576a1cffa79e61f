# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How a model's nested arguments and results flatten to the tensors of `@forward`; JSON in and out, no torch.

A structure is a tree of tuples, lists, dicts and namedtuples over numbered leaves. A leaf is a tensor (an argument or
result of `@forward`), a scalar result, or a Python constant that the model takes or returns.
"""

from __future__ import annotations

import collections
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from lexon.errors import LexonError

Constant = bool | int | float | str | None


@dataclass(frozen=True)
class TensorLeaf:
    """A tensor: number `index` among the inputs of `@forward` (weights not counted) or among its results.

    `shape` has -1 for a dynamic size; `symbols` then names it, so that equal names must have equal sizes.
    `ranges` gives the least and the greatest value of each name, None for no bound.
    `alias_input`: the model returns this input's own tensor (`index` still holds its value).
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    index: int
    symbols: tuple[str | None, ...] = ()
    alias_input: int | None = None


@dataclass(frozen=True)
class ScalarLeaf:
    """A Python number computed by the model: result `index` of `@forward`, an i64, f64 or i1 scalar."""

    dtype: str
    index: int


@dataclass(frozen=True)
class ConstantLeaf:
    """A Python value fixed at import: an input must equal it, an output is it."""

    name: str
    value: Constant


Leaf = TensorLeaf | ScalarLeaf | ConstantLeaf


@dataclass(frozen=True)
class Tree:
    """One level of nesting: `kind` is leaf, tuple, list, dict or namedtuple; `keys` are a dict's or the fields'."""

    kind: str
    items: tuple[Tree, ...] = ()
    keys: tuple[str | int, ...] = ()
    name: str = ""
    leaf: int = -1


@dataclass(frozen=True)
class Structure:
    """A tree and its leaves. Inputs are the tuple (positional arguments, keyword arguments)."""

    tree: Tree
    leaves: tuple[Leaf, ...]
    ranges: tuple[tuple[str, int | None, int | None], ...] = ()

    def tensors(self) -> tuple[TensorLeaf, ...]:
        """The tensor leaves in order of their index; an index that occurs twice is given once."""
        found = {leaf.index: leaf for leaf in reversed(self.leaves) if isinstance(leaf, TensorLeaf)}
        return tuple(found[index] for index in sorted(found))

    def flatten(self, value: Any) -> list[Any]:
        """The leaves of `value`, in order; raises LexonError where it is nested otherwise."""
        leaves: list[Any] = [None] * len(self.leaves)
        _flatten(self.tree, value, "the input", leaves)
        return leaves

    def rebuild(self, leaves: Sequence[Any]) -> Any:
        """The nested value with the given leaves: the inverse of `flatten`."""
        return _rebuild(self.tree, leaves)

    def to_json(self) -> dict[str, Any]:
        """A JSON document (only standard JSON: NaN and infinities are texts)."""
        return {
            "tree": _tree_to_json(self.tree),
            "leaves": [_leaf_to_json(leaf) for leaf in self.leaves],
            "ranges": [list(item) for item in self.ranges],
        }

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> Structure:
        """The inverse of `to_json`; raises LexonError on anything else."""
        try:
            leaves = tuple(_leaf_from_json(item) for item in document["leaves"])
            ranges = tuple((str(name), low, high) for name, low, high in document["ranges"])
            return Structure(_tree_from_json(document["tree"]), leaves, ranges)
        except (KeyError, TypeError, ValueError) as error:
            raise LexonError(f"malformed description of inputs or outputs: {error!r}") from error


def _mismatch(place: str, expected: str, value: Any) -> LexonError:
    return LexonError(f"{place} should be {expected}, got {type(value).__name__}", advice="pass what was imported with")


def _flatten(tree: Tree, value: Any, place: str, leaves: list[Any]) -> None:
    if tree.kind == "leaf":
        leaves[tree.leaf] = value
        return
    if tree.kind == "dict":
        if not isinstance(value, Mapping) or set(value) != set(tree.keys):
            raise _mismatch(place, f"a dict with the keys {list(tree.keys)}", value)
        children = [(f"{place}[{key!r}]", value[key]) for key in tree.keys]
    else:
        wanted = list if tree.kind == "list" else tuple
        if not isinstance(value, (list, tuple)) or not isinstance(value, wanted) or len(value) != len(tree.items):
            raise _mismatch(place, f"a {tree.kind} of {len(tree.items)}", value)
        children = [(f"{place}[{number}]", item) for number, item in enumerate(value)]
    for item, (where, child) in zip(tree.items, children, strict=True):
        _flatten(item, child, where, leaves)


def _rebuild(tree: Tree, leaves: Sequence[Any]) -> Any:
    if tree.kind == "leaf":
        return leaves[tree.leaf]
    items = [_rebuild(item, leaves) for item in tree.items]
    if tree.kind == "dict":
        return dict(zip(tree.keys, items, strict=True))
    if tree.kind == "namedtuple":
        return _named(tree.name, tuple(map(str, tree.keys)))(*items)
    return items if tree.kind == "list" else tuple(items)


@cache
def _named(name: str, fields: tuple[str, ...]) -> Callable[..., Any]:
    return collections.namedtuple(name, fields)


def _tree_to_json(tree: Tree) -> dict[str, Any]:
    if tree.kind == "leaf":
        return {"kind": "leaf", "leaf": tree.leaf}
    document: dict[str, Any] = {"kind": tree.kind, "items": [_tree_to_json(item) for item in tree.items]}
    if tree.kind in ("dict", "namedtuple"):
        document["keys"] = list(tree.keys)
    if tree.name:
        document["name"] = tree.name
    return document


def _tree_from_json(document: Mapping[str, Any]) -> Tree:
    kind = document["kind"]
    if kind == "leaf":
        return Tree("leaf", leaf=int(document["leaf"]))
    if kind not in ("tuple", "list", "dict", "namedtuple"):
        raise ValueError(f"unknown kind {kind!r}")
    items = tuple(_tree_from_json(item) for item in document["items"])
    return Tree(kind, items, tuple(document.get("keys", ())), document.get("name", ""))


def _leaf_to_json(leaf: Leaf) -> dict[str, Any]:
    if isinstance(leaf, ConstantLeaf):
        value = leaf.value
        if isinstance(value, float) and not math.isfinite(value):
            return {"kind": "constant", "name": leaf.name, "float": repr(value)}
        return {"kind": "constant", "name": leaf.name, "value": value}
    if isinstance(leaf, ScalarLeaf):
        return {"kind": "scalar", "dtype": leaf.dtype, "index": leaf.index}
    fields = {**leaf.__dict__, "shape": list(leaf.shape), "symbols": list(leaf.symbols)}
    return {"kind": "tensor", **fields}


def _leaf_from_json(document: Mapping[str, Any]) -> Leaf:
    fields = {key: value for key, value in document.items() if key != "kind"}
    if document["kind"] == "constant":
        return ConstantLeaf(fields["name"], float(fields["float"]) if "float" in fields else fields["value"])
    if document["kind"] == "scalar":
        return ScalarLeaf(**fields)
    if document["kind"] != "tensor":
        raise ValueError(f"unknown leaf {document['kind']!r}")
    return TensorLeaf(**{**fields, "shape": tuple(fields["shape"]), "symbols": tuple(fields["symbols"])})
