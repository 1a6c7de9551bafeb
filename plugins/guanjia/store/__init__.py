"""The shared database: engine, transactions, locks, tables and the loading of SQL files."""
