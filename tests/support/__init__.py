"""What tests need beyond Python: a browser, an office program, a message broker, fonts."""
