"""Customers on their way in: pages of the API and files to tables."""
