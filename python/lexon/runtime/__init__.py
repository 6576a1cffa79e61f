# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loads compiled models and weights, calls and times them: the C ABI of lib/Runtime for numpy, without torch.

>>> import lexon.runtime as runtime
>>> sorted(runtime.cpu_info())
['architecture', 'brand', 'cache', 'cores', 'features', 'page_bytes', 'vendor']
"""

from lexon.runtime.library import Function, Library, Parameter, Stats
from lexon.runtime.machine import FmaPeak, cpu_info, fma_peak, read_bandwidth, version
from lexon.runtime.tensors import TensorRef
from lexon.runtime.weights import Weights, open_weights

__all__ = [
    "FmaPeak",
    "Function",
    "Library",
    "Parameter",
    "Stats",
    "TensorRef",
    "Weights",
    "cpu_info",
    "fma_peak",
    "open_weights",
    "read_bandwidth",
    "version",
]
