"""Vacancy inspections: who is vacant, every empty flat seen every month, and the meters believed (INS)."""
