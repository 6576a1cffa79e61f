# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A copy of a model to export from, so that the user's own object cannot change.

Modules, dicts and lists are copied, tensors are shared: 187 MB of weights stay where they are.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from lexon.errors import LexonError

if TYPE_CHECKING:
    import torch

Model = Any  # torch.nn.Module or any callable


def shadow(model: Model) -> contextlib.AbstractContextManager[torch.nn.Module]:
    """A context that gives a module computing the same as `model` (a module or a function).

    Where a module cannot be copied (it holds a lock, say) the model itself is used and its attributes are put back
    at the end.
    """
    import torch

    if not isinstance(model, torch.nn.Module):
        if not callable(model):
            raise LexonError(f"a {type(model).__name__} is not a model", advice="pass a torch.nn.Module or a function")
        return contextlib.nullcontext(_wrap(model))
    if isinstance(model, torch.jit.ScriptModule):
        raise LexonError("a TorchScript module cannot be exported", advice="pass the module it was scripted from")
    memo: dict[int, Any] = {}
    for module in model.modules():
        _share_tensors(list(module.__dict__.values()), memo)
    try:
        return contextlib.nullcontext(copy.deepcopy(model, memo))
    except Exception:  # a module may raise anything from __deepcopy__, __reduce__ or __setstate__
        return _restored(model)


def _wrap(function: Callable[..., Any]) -> torch.nn.Module:
    import torch

    class Function(torch.nn.Module):
        def forward(self, *args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

    module: Any = Function()
    with contextlib.suppress(TypeError, ValueError):  # builtin functions have no signature
        inspect.signature(function)
        module.forward = function  # its own parameters, so that inputs and `dynamic_shapes` go by them
    return cast("torch.nn.Module", module)


def _share_tensors(values: list[Any], memo: dict[int, Any]) -> None:
    """Enters every tensor in nested containers as its own copy, so that deepcopy shares it."""
    import torch

    seen: set[int] = set()
    while values:
        value = values.pop()
        if isinstance(value, torch.Tensor):
            memo[id(value)] = value
        elif isinstance(value, (dict, list, tuple, set)) and id(value) not in seen:
            seen.add(id(value))
            values.extend(value.values() if isinstance(value, dict) else value)


@contextlib.contextmanager
def _restored(model: torch.nn.Module) -> Iterator[torch.nn.Module]:
    saved = [
        (module, {key: copy.copy(v) if isinstance(v, (dict, list, set)) else v for key, v in module.__dict__.items()})
        for module in model.modules()
    ]
    try:
        yield model
    finally:
        for module, attributes in saved:
            module.__dict__.clear()
            module.__dict__.update(attributes)
