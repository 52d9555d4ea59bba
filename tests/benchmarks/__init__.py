"""Speed as ratios: the product beside a yardstick that anyone can run, both measured in the same run.

    python -m tests.benchmarks [G1 G4 ...] [--rounds N] [--full] [--json FILE]

Not part of the tests: a time means nothing on a machine that does something else. What the tests run is a round so
small that it only proves that every benchmark still runs.
"""
