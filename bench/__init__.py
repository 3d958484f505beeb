"""Figures of speed and size: each module measures one thing and tells its target beside it."""
