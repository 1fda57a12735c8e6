"""What the public pages read of people."""
