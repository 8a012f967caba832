"""The commands of python -m kpi, one module per subject; each has `add(parser)`, which hangs its commands on the parser."""
