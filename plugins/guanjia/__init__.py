"""Guanjia 管家: the back office of a property-management service centre."""

__version__ = "0.1.0"
