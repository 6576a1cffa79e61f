# RUN: %python %s
"""The compiler knows no model by name: only examples, tests and docs may."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "Inputs"))
from tree import files, finish, matches

NAMES = r"deepseek|gpt-?[234j]|llama|qwen|mistral|mixtral|gemma|\bbert|roberta|resnet|mobilenet|whisper|efficientnet"
finish(matches(NAMES, files(under=("tools", "lib", "include", "python")), re.IGNORECASE), "model names in the compiler")
