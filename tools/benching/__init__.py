"""The parts of `make bench`: servers, synthetic people and posts, floors, and what is measured against them."""
