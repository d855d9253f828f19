"""The pages themselves: their addresses, and what each one shows."""
