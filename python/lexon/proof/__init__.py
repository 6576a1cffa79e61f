# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a compiled model is measured against: references in f64 that say how far f32 may be off; needs numpy only.

`rounding` has the values and their arithmetic, `layers` the parts of neural networks made of them.
"""

from lexon.proof.rounding import LAMBDA, U, Value, exact

__all__ = ["LAMBDA", "U", "Value", "exact"]
