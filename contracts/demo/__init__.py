"""`passback demo`: mocks and agent over a virtual stretch of a term, in a minute."""
