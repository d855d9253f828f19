"""The pages of a SIS's gradebooks, for the teachers of the world."""
