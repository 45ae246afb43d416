"""What every layer may use: errors, source places, paths, external programs, boards."""
