"""The table of orders, for Django."""
