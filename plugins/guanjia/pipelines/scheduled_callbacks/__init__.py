"""Scheduled callbacks (CB-01 to 11): the right customer, the right day, one voice, and the loop closed.

Facts make contacts due, contacts of a customer merge into one callback, callbacks go onto agents' lists, results come
back through intake. Days are planned one after the other, each with what was known on its morning.
"""
