"""The outer world: spreadsheets, mail, documents, charts."""
