"""What an operator reads of the agent's work: log lines, and traces where they are asked for."""
