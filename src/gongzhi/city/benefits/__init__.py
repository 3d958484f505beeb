"""Programmes of benefits: entitlements, payment runs, reviews, what-if."""
