"""Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2) over the same actions: services, requests, tokens, discovery."""
