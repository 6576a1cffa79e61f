# RUN: %python %src/docs/generate.py --build %build --check
"""docs/reference is what `make docs` makes of the sources."""
