"""What the mocks answer, with Prism beside them."""
