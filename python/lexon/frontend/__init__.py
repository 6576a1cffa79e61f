# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""PyTorch models to MLIR: `import_model`. Needs torch and torch-mlir, which are imported on the first call only."""

from lexon.frontend.importer import ImportedModel, import_model
from lexon.frontend.structure import ConstantLeaf, ScalarLeaf, Structure, TensorLeaf, Tree

__all__ = ["ConstantLeaf", "ImportedModel", "ScalarLeaf", "Structure", "TensorLeaf", "Tree", "import_model"]
