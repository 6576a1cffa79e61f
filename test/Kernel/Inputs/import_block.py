"""`import_block.py EXAMPLES DTYPE FOLDER`: the block of examples/transformer at its full size, without a reference."""

import sys

sys.path.insert(0, f"{sys.argv[1]}/transformer")
import torch
import transformer_model as blocks

from lexon.frontend import import_model

dtype = getattr(torch, sys.argv[2])
import_model(blocks.build().to(dtype), (blocks.example_input().to(dtype),), work_dir=sys.argv[3])
