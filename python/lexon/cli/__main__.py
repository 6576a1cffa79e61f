# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`python -m lexon.cli`, where the console script is not on the path."""

from lexon.cli import main

main()
