"""Exports: what offices hand in, read into typed rows with every doubt listed."""
