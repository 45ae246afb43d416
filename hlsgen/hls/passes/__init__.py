"""Rewrites of the CDFG: one pass, one file, each a function from `Function` to `Function`."""
