"""Fee billing (BILL-01 to BILL-10): what should be billed, the difference to what is posted, approval, books."""
