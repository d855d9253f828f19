"""`passback uat`: a district's own roster and policy, played between mocks before go-live."""
