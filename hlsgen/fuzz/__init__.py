"""Differential fuzzing of the HLS compiler: random programs, natively and as RTL; failures are made small."""
