"""The parts of `make proof`: a running copy, what the files say, and the claims held against it."""
