"""all-MiniLM-L6-v2 in NumPy: where the attention designs take queries, keys and values of real text from."""
