"""Alembic: how a live database becomes the schema the tables declare."""
