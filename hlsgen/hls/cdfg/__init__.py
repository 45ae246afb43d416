"""The control and data flow graph: what a kernel function computes, block by block, before it has cycles."""
