"""What a person writes before it goes out: how long it is on a network, where it splits, when it is due."""
