"""The build: a graph of stages, each with declared inputs and a folder of its own, run only when something changed.

`stage` says what a stage is, `state` whether its folder is up to date, `child` runs one in a process of its own,
`engine` runs a graph of them, `options` and `stages` are the graph of hlsgen itself, `steps` the work of each stage.
This module imports none of them: the command line starts quickly and loads what it needs.
"""
