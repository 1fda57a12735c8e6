"""A brand's list of people to take along: as CSV, JSON, OPML and vCard."""
