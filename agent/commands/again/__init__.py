"""`passback resend` and `passback undo`: runs that a person asks for."""
