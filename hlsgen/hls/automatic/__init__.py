"""What to do where the user says nothing: which loops to pipeline and merge, which arrays to divide, found by trying.

`search` chooses; `nests` has what there is to choose from, `trials` compiles with a choice, `banking` proposes
banks, `merging` LOOP_MERGE.
"""

from .search import choose

__all__ = ["choose"]
