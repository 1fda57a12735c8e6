"""What the public pages read of brands."""
