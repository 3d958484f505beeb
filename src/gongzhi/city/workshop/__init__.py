"""Drafts of mechanisms: forked, edited, tried, released by a second person."""
