"""Prints new secrets as lines for the file .env of docker-compose.yml."""

import base64
import secrets

if __name__ == "__main__":
    print(f"SECRET_KEY={secrets.token_urlsafe(48)}")
    print(f"ENCRYPTION_KEYS={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}")
    print(f"POSTGRES_PASSWORD={secrets.token_urlsafe(24)}")
