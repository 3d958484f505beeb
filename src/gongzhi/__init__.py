"""Gongzhi 共治: a mechanism of governance is a folder that a city checks, runs, measures and hands on."""

__version__ = "0.1.0"
