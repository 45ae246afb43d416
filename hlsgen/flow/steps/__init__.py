"""The work of each stage, one module each: `run(job)` reads the folders of earlier stages and fills its own."""
