"""What leaves this site: feeds, contacts, cards for sharing, and what machines are told about pages."""
