"""Live walls: a small ASGI process that looks once for all who listen and tells them what changed (ADR 13)."""
