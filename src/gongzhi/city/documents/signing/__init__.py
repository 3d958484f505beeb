"""Keys, certificates, time stamps and signatures; no rows, no settings."""
