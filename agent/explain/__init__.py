"""What a person asks after a night: why is this not there, what differs, what is to be done."""
