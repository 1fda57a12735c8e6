"""The API's addresses of brands: their people, and what they say."""
