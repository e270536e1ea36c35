"""Tests of the example's code; `python3 -m unittest` in the project's folder runs them."""

import pathlib
import sys

# `src/` holds only what goes to Lambda: no bytecode beside it.
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "src" / "probe"))
