"""Spark and Ray, run for real: ``pip install -e '.[dev,spark,ray]'``, ``pytest tests/clusters``."""
